"""A protocol laid on the calendar of one episode."""
