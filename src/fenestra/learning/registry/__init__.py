"""Extracts and curves beside published arms."""
