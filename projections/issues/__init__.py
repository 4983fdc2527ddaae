"""The issue list: what the history proves to be wrong, rule by rule, on both clocks."""

from projections.issues.fold import Issues

__all__ = ["Issues"]
