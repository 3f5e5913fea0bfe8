"""The controlled-drug ledger, its book put right, its products."""
