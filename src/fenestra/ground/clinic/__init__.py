"""Clinics, staff, roles, scopes, masks, adopted rules."""
