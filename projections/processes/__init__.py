"""Processes (业务单): requests and their steps, what is owed and paid, batches of import."""

from projections.processes import queries as queries
from projections.processes.fold import Processes as Processes
