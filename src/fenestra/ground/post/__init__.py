"""E-mail and SMS, from values, with a leave in hand."""
