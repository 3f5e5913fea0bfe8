"""Fenestra: the system on which a clinic runs ketamine-assisted treatment of addiction."""
