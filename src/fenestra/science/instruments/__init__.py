"""Questionnaires and ratings: load, score, band, alert."""
