"""What a person tells us between visits."""
