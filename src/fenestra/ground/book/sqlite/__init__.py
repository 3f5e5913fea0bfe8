"""Django's SQLite backend with one first-come lock around every write of this process."""
