"""A person's own pages: from a link, on a phone, with help that works without a network."""
