"""The journey page: layout, story, masks, and a person with a year of data."""
