"""Today: the chairs, what needs a human, who else comes."""
