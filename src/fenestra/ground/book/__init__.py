"""The act, the audit book, the event log, request keys, clock and seals."""
