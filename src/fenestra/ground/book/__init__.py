"""The act, the audit book, the event log, request keys, the clock and the seals."""
