"""Dated tables of the field, each row with its mark of verification; nothing here decides."""
