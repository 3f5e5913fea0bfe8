"""Person, episode, screening, consent, disclosure."""
