"""Which level a dose makes: published models, closed-form prediction, working bands."""
