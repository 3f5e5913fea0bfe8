"""What a named human owes: work items, owners, escalation, cover."""
