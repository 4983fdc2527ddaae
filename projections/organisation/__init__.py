"""Units, public warehouses and the dated settings of the rules."""

from projections.organisation.fold import Organisation

__all__ = ["Organisation"]
