"""Scales, use days, tests and weight, with corrections."""
