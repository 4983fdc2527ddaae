"""The pages: server-rendered, in Chinese and English, for desks and phones (design 7)."""
