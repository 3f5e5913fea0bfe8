"""The clinic itself: the rules it adopted, its staff and their accounts."""
