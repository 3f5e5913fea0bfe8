"""The `fenestra` command."""
