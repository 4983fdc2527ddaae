"""Stocktakes (盘点): tasks, what was counted, and the figures per result."""

from projections.stocktakes import queries as queries
from projections.stocktakes.fold import Stocktakes as Stocktakes
