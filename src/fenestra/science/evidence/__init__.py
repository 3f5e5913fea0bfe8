"""The published trials, their arms and outcomes, and the claims made about them, as typed frozen values."""
