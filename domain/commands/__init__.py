"""The commands of the ledger: their Structs and the one table that routes them."""
