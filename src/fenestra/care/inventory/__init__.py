"""The controlled-drug ledger and its kits."""
