"""Where people and machines meet the house."""
