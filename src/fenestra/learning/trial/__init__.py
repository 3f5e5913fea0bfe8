"""Randomise, blind, run, lock, hand over."""
