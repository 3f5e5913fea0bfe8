"""Screening a person: the facts asked, what the rules say, a prescriber's decision."""
