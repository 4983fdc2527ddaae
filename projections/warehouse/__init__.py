"""Public warehouses (公物仓): what they hold, list, keep reserved and have lent."""

from projections.warehouse import queries as queries
from projections.warehouse.fold import Warehouse as Warehouse
