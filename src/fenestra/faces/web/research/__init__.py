"""Pages for those who ask how a clinic does. They name nobody."""
