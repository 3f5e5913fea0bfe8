"""The clinic's week, and the chairs and hours it has to plan with."""
