"""Units, public warehouses and the dated settings of the rules."""

from projections.organisation import queries as queries
from projections.organisation.fold import Organisation as Organisation
