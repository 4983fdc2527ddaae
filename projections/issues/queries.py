"""Questions about the issue list: the findings, one with its events, and the figures."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any, Literal

from eventstore.statements import statements
from projections.asof import AsOf, Scope
from projections.issues.rules import BY_CODE
from projections.queries import (
    Answer,
    Cursor,
    PageParams,
    Params,
    Row,
    fetched,
    key_of,
    page_of,
    query,
)

_SQL = statements("projections.issues", "queries.sql")

Status = Literal["open", "ended", "withdrawn"]


class IssuesParams(PageParams, frozen=True):
    """Filters of the issue list; `true_from` and `true_to` are days on which rules became true."""

    rule: str | None = None
    unit: str | None = None
    asset_id: str | None = None
    process_id: str | None = None
    severity: int | None = None
    status: Status | None = None
    true_from: date | None = None
    true_to: date | None = None


class IssueParams(Params, frozen=True):
    """`key` of one finding."""

    key: str


class FiguresParams(Params, frozen=True):
    """The unit to count for; None counts for the reader's whole scope."""

    unit: str | None = None


_FILTERS = (
    "rule", "asset_id", "process_id", "severity", "status", "true_from", "true_to",
)  # fmt: skip
_UNASKED: dict[str, Any] = dict.fromkeys((*_FILTERS, "key", "after_day", "after_key", "limit"))


def _ask(
    cur: Cursor, name: str, as_of: AsOf, scope: Scope, unit: str | None, **given: Any
) -> list[Row]:
    narrowed = scope.narrowed(unit)
    asked = _UNASKED | given | as_of.parameters() | narrowed.parameters()
    cur.execute(_SQL["known"] + "\n" + _SQL[name], asked)
    return fetched(cur)


@query("issues", "问题清单", "issue list", IssuesParams)
def issues(cur: Cursor, params: IssuesParams, as_of: AsOf, scope: Scope) -> Answer:
    """Answer with one page of findings; totals by rule, unit and status over all pages."""
    limit = params.rows_wanted
    after_day, after_key = key_of(params.cursor, date, str) if params.cursor else (None, None)
    filters = {name: getattr(params, name) for name in _FILTERS}
    rows = _ask(
        cur, "page", as_of, scope, params.unit,
        **filters | {"after_day": after_day, "after_key": after_key, "limit": limit + 1},
    )  # fmt: skip
    counts = _ask(cur, "counts", as_of, scope, params.unit, **filters)
    return page_of([_named(row) for row in rows], limit, ("true_on", "key"), _totals(counts))


@query("issue", "问题", "issue", IssueParams)
def issue(cur: Cursor, params: IssueParams, as_of: AsOf, scope: Scope) -> Answer:
    """Answer with one finding, the events behind it, and its rule in words."""
    rows = _ask(cur, "page", as_of, scope, None, key=params.key, limit=1)
    if not rows:
        return Answer([])
    found = _named(rows[0])
    cur.execute(_SQL["events"], {"positions": found["positions"]})
    rule = BY_CODE[found["rule"]]
    words = {"prose_zh": rule.prose_zh, "prose_en": rule.prose_en, "source": rule.source}
    return Answer([found | words | {"events": fetched(cur)}])


@query("issue-figures", "问题统计", "figures of issues", FiguresParams)
def issue_figures(cur: Cursor, params: FiguresParams, as_of: AsOf, scope: Scope) -> Answer:
    """Answer with counts per rule and unit, every status beside the others."""
    counts = _ask(cur, "counts", as_of, scope, params.unit)
    cells: dict[tuple[str, str], Row] = {}
    for row in counts:
        cell = cells.setdefault((row["rule"], row["unit_id"]), _cell(row["rule"], row["unit_id"]))
        cell[row["status"]] += row["count"]
        cell["found"] += row["count"]
    return Answer(list(cells.values()), _totals(counts))


def _cell(rule: str, unit_id: str) -> Row:
    words = BY_CODE[rule]
    counts = {"found": 0, "open": 0, "ended": 0, "withdrawn": 0}
    return {"rule": rule, "zh": words.zh, "en": words.en, "unit_id": unit_id, **counts}


def _named(row: Row) -> Row:
    rule = BY_CODE[row["rule"]]
    deadline = row["true_on"] + timedelta(days=rule.deadline_days)
    return row | {"zh": rule.zh, "en": rule.en, "deadline_on": deadline}


def _totals(counts: list[Row]) -> Row:
    by: dict[str, Counter[str]] = {"rule": Counter(), "unit_id": Counter(), "status": Counter()}
    for row in counts:
        for name, counter in by.items():
            counter[row[name]] += row["count"]
    return {
        "count": sum(row["count"] for row in counts),
        "by_rule": dict(by["rule"]),
        "by_unit": dict(by["unit_id"]),
        "by_status": dict(by["status"]),
    }
