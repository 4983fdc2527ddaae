"""Workbooks of asset cards: read, understood, rehearsed; nothing here writes to the ledger."""
