"""Exact amounts with their units."""
