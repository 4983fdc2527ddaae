"""`POST /api/v1/commands/{name}`, generated from the domain's registry (design 6)."""
