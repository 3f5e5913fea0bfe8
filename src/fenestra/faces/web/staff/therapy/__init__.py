"""Therapy: open windows, hours booked and written down, triggers."""
