"""Fixtures shared by the tests of projections."""

from tests.projections.fix_database import emptied

__all__ = ["emptied"]
