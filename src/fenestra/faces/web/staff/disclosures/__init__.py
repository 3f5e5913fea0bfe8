"""What goes out about a person: consents, leaves, the accounting, emergencies, holds, the summary of the law."""
