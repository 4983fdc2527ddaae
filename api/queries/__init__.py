"""`GET /api/v1/queries/{name}`, generated from the registry of questions (design 6)."""
