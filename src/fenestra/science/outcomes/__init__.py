"""Endpoints as typed values."""
