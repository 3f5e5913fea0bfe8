"""One person's way through treatment, in its order."""
