"""Workbooks of asset cards: read, understood, rehearsed, released by a second person, undone."""
