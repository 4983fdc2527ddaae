"""Files behind the facts: kept once by the SHA-256 of their bytes, checked, served, verified."""
