"""Who is there and what he may do: powers, guards, sessions and passwords (design 8)."""
