"""Addresses of the interface for other programs."""

from __future__ import annotations

from django.urls import path

from fenestra.faces.api.monitor import api

urlpatterns = [path("", api.urls)]
