"""A toy read model for the tests of the engine."""
