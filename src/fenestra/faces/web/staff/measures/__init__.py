"""A person's measures: scales, use days, weight, tests, each with its corrections."""
