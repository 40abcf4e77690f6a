"""What staff do with their own accounts, each act through the guard."""
