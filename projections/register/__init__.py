"""The register (台账): every card and holding on both clocks, and the search over them."""

from projections.register.fold import Register as Register
