"""Read models: the log folded into tables, and the questions asked of those tables."""
