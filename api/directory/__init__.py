"""The directory beside the log: people, accounts, sessions and who read what (design 4.3)."""
