"""True without any computer system: no framework, no database, no network."""
