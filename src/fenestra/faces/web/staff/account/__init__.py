"""One's own account: what proves who one is, and signatures that ask for it again."""
