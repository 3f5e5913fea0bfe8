"""Check-ins of a person as staff see them, and links to hand over."""
