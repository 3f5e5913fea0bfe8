"""Pages by reader: staff, person, research."""
