"""Filters every template knows."""

from django import template

register = template.Library()
