"""Regimens as versioned data, eligibility, dose limits, requirements."""
