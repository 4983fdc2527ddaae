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
from projections.projection import Cursor, Projection
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
_FOLDED: Final = """
SELECT coalesce(min(position), 0) FROM projections.position
WHERE NOT building AND name = ANY(%s)
"""
_CONCERNS: Final = """
SELECT FROM ledger.events
WHERE position > %s AND (unit_id = %s OR type NOT IN (
    'ledger.depreciation_run/1', 'ledger.voucher_posted/1', 'period.closed/1'
))
LIMIT 1
"""
_READ_BY_RUNS: Final = ("register", "general_ledger")


def read_models() -> list[Projection]:
    """One of each read model."""
    return [
        Calendar(), Organisation(), Register(), GeneralLedger(), Processes(), Warehouse(),
        Stocktakes(), Issues(), Attachments(),
    ]  # fmt: skip


def balances_of(pool: Pool, store: EventStore, engine: Engine) -> Callable[[str, str], Balances]:
    """What a unit's books hold at the end of a period, by all that concerns the unit."""

    def balances(unit_id: str, period: str) -> Balances:
        with pool.connection() as connection, connection.cursor(row_factory=tuple_row) as cur:
            position = _reached(cur, store, engine, unit_id)
            return unit_balances(cur, unit_id, period, position)

    return balances


def inputs_of(pool: Pool, store: EventStore, engine: Engine) -> Callable[[str, str], Inputs]:
    """The cards that a depreciation run may charge, by all that concerns the unit."""

    def inputs(unit_id: str, period: str) -> Inputs:
        with pool.connection() as connection, connection.cursor(row_factory=tuple_row) as cur:
            position = _reached(cur, store, engine, unit_id)
            return run_inputs(cur, unit_id, period, position)

    return inputs


def _reached(cur: Cursor, store: EventStore, engine: Engine, unit_id: str) -> int:
    """A position that register and ledger have passed, with all before it that concerns a unit.

    What they have not passed yet holds a unit up only where it may change its books: runs,
    closings and vouchers of other units do not, so that a city's month need not wait for itself.
    """
    row = cur.execute(_FOLDED, (list(_READ_BY_RUNS),)).fetchone()
    reached = int(row[0]) if row else 0
    if cur.execute(_CONCERNS, (reached, unit_id)).fetchone() is None:
        return reached
    head = store.log.head()
    if not engine.wait_for(head, _READ_BY_RUNS, timeout=_PATIENCE_SECONDS):
        raise LogUnavailable("register and general ledger are behind the log")
    return head


def neighbours_of(pool: Pool) -> Neighbours:
    """The batches beside a request as the read models know them; a flag may be late, no more."""

    def neighbours(process: Process, days: tuple[date, date]) -> list[Neighbour]:
        with pool.connection() as connection, connection.cursor(row_factory=tuple_row) as cur:
            named = (process.process_id, process.unit_id, process.kind)
            return _approval_questions.neighbours(cur, *named, days)

    return neighbours
