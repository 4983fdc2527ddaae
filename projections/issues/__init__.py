"""The issue list: what the history proves to be wrong, rule by rule, on both clocks."""

from projections.issues import queries as queries
from projections.issues.fold import Issues as Issues
