"""Therapy hours, groups, triggers, counselling notes."""
