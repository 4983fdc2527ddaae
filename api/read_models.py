"""The read models of this installation, their questions, and what a depreciation run reads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from psycopg.rows import tuple_row

from api.directory.database import Pool
from domain.approval import Neighbour
from domain.process import Process
from domain.world import Balances, Inputs, Neighbours
from eventstore.errors import LogUnavailable
from eventstore.store import EventStore
from projections.attachments import queries as _attachment_questions
from projections.attachments.fold import Attachments
from projections.calendar.fold import Calendar
from projections.engine import Engine
from projections.general_ledger import queries as _ledger_questions
from projections.general_ledger import why as _why_questions
from projections.general_ledger.depreciables import run_inputs, unit_balances
from projections.general_ledger.fold import GeneralLedger
from projections.issues import queries as _issue_questions
from projections.issues.fold import Issues
from projections.organisation import queries as _organisation_questions
from projections.organisation.fold import Organisation
from projections.processes import queries as _process_questions
from projections.processes import rules as _approval_questions
from projections.processes.fold import Processes
from projections.projection import Projection
from projections.register import queries as _register_questions
from projections.register.fold import Register
from projections.stocktakes import queries as _stocktake_questions
from projections.stocktakes.fold import Stocktakes
from projections.warehouse import queries as _warehouse_questions
from projections.warehouse.fold import Warehouse

# Importing these modules is what puts their questions into the registry.
QUESTIONS: Final = (
    _ledger_questions, _issue_questions, _organisation_questions, _process_questions,
    _register_questions, _stocktake_questions, _warehouse_questions, _attachment_questions,
    _approval_questions, _why_questions,
)  # fmt: skip

_PATIENCE_SECONDS: Final = 30.0
_READ_BY_RUNS: Final = ("register", "general_ledger")


def read_models() -> list[Projection]:
    """One of each read model."""
    return [
        Calendar(), Organisation(), Register(), GeneralLedger(), Processes(), Warehouse(),
        Stocktakes(), Issues(), Attachments(),
    ]  # fmt: skip


def balances_of(
    pool: Pool, store: EventStore, engine: Engine
) -> Callable[[str, str], Balances]:
    """What a unit's books hold at the end of a period, up to the log's head."""

    def balances(unit_id: str, period: str) -> Balances:
        position = store.log.head()
        if not engine.wait_for(position, _READ_BY_RUNS, timeout=_PATIENCE_SECONDS):
            raise LogUnavailable("register and general ledger are behind the log")
        with pool.connection() as connection, connection.cursor(row_factory=tuple_row) as cur:
            return unit_balances(cur, unit_id, period, position)

    return balances


def inputs_of(pool: Pool, store: EventStore, engine: Engine) -> Callable[[str, str], Inputs]:
    """The cards that a depreciation run of a unit and period may charge, up to the log's head."""

    def inputs(unit_id: str, period: str) -> Inputs:
        position = store.log.head()
        if not engine.wait_for(position, _READ_BY_RUNS, timeout=_PATIENCE_SECONDS):
            raise LogUnavailable("register and general ledger are behind the log")
        with pool.connection() as connection, connection.cursor(row_factory=tuple_row) as cur:
            return run_inputs(cur, unit_id, period, position)

    return inputs


def neighbours_of(pool: Pool) -> Neighbours:
    """The batches beside a request as the read models know them; a flag may be late, no more."""

    def neighbours(process: Process, days: tuple[date, date]) -> list[Neighbour]:
        with pool.connection() as connection, connection.cursor(row_factory=tuple_row) as cur:
            named = (process.process_id, process.unit_id, process.kind)
            return _approval_questions.neighbours(cur, *named, days)

    return neighbours
