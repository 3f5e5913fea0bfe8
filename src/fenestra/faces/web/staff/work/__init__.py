"""Work: what needs a human, and who is on duty."""
