"""The dosing day."""
