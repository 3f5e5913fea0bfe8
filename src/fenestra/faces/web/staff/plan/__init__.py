"""A person's plan: a protocol chosen, laid on the calendar, followed."""
