"""The journey of one person: read once, drawn on one time line, told in three sentences."""
