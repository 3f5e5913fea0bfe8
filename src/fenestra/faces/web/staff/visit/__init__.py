"""The dosing day at the chair: the screen, its live board, its sheets, and what is handed over at the end."""
