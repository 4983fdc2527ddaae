"""Folds events into what the rules look at, and judges anew what the batch has touched.

A finding is a function of the history up to each position. The tables of facts keep every version
with its range of positions, and a rule's SQL carries those ranges over to its findings; so what
is judged anew at the end of a batch comes out as it would have come event by event.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, ClassVar

from domain.events import (
    AssetChanged,
    AssetConfigured,
    AssetReallocated,
    DepreciationRun,
    PeriodClosed,
    ProcessStep,
    SettingSet,
    UnitRegistered,
)
from eventstore.statements import statements
from projections.entries import Entry
from projections.issues import claims, disposals, facts
from projections.issues.levels import Levels
from projections.issues.months import Months
from projections.issues.rules import RULES, Rule, rule_sql
from projections.issues.rules.catalogue import MONTH
from projections.patches import Patches, keep, rewrite
from projections.projection import Cursor, Projection
from projections.slices import Patch, Slice, believed, corrected, replay
from projections.writing import copy_rows, text_array

SQL = statements("projections.issues", "findings.sql")

_ASSET, _PROCESS = "asset:", "process:"

TABLE_OF_RULE = {"I05": "near", "I15": "untitled", "I16": "idle", "I20": "claim", "I21": "loan"}
"""The facts that make a rule judge its subject anew; for the others those of acquisition."""


class Issues(Projection):
    """The findings of all rules, and the versions of facts that they rest on."""

    name: ClassVar[str] = "issues"
    version: ClassVar[int] = 4
    tables: ClassVar[str] = "projections.issues"
    weight: ClassVar[int] = 18
    depends_on: ClassVar[tuple[str, ...]] = ("calendar", "organisation")

    def fold(self, cur: Cursor, batch: Sequence[Entry]) -> None:
        """Take the facts of the batch, then judge what it touched."""
        news = _News(cur, batch)
        news.write(cur)
        for rule in RULES:
            judge(cur, rule, news.touched(rule))


def judge(cur: Cursor, rule: Rule, subjects: Collection[str]) -> None:
    """Find anew what `rule` finds about `subjects`."""
    if not subjects:
        return
    given = {
        "rule": rule.code,
        "version": rule.version,
        "subjects": text_array(sorted(subjects)),
        "severity": rule.severity,
        "severity_grave": rule.severity_grave,
        "valid_from": rule.valid_from,
        "valid_to": rule.valid_to,
    }
    cur.execute(SQL["forget"], given)
    cur.execute(SQL["found"].replace("{rule}", rule_sql(rule.code)), given)


class _News:
    """The facts of one batch, sorted by what they are about."""

    def __init__(self, cur: Cursor, batch: Sequence[Entry]) -> None:
        self._levels = Levels(cur)
        self._months = Months()
        self._patches: Patches = {}
        self._fresh: set[str] = set()
        self._disposals: list[tuple[Any, ...]] = []
        self._settings: set[str] = set()
        self._renamed = False
        self._list_days: dict[str, date] = {}
        self._touched: dict[str, set[str]] = {}
        for entry in batch:
            self._take(entry)

    def _take(self, entry: Entry) -> None:
        match entry.fact:
            case AssetChanged() | AssetConfigured() | AssetReallocated() as body:
                self._take_asset(entry, body)
            case ProcessStep() as body:
                if entry.process_id is not None and (patch := claims.patch_of(entry, body)):
                    self._keep(f"{_PROCESS}{entry.process_id}", patch)
            case DepreciationRun() as body:
                self._months.run(entry, body)
            case PeriodClosed() as body:
                self._months.close(entry, body)
            case SettingSet(name=name):
                self._settings.add(name)
            case UnitRegistered():
                self._renamed = True
            case _:
                pass

    def _take_asset(self, entry: Entry, body: facts.AssetFact) -> None:
        self._months.turn(entry, body)
        if (row := disposals.row_of(entry, body)) is not None:
            self._disposals.append(row)
        if patch := facts.patch_of(entry, body, self._levels):
            subject = f"{_ASSET}{entry.asset_id}"
            self._keep(subject, patch)
            if isinstance(body, AssetConfigured):
                self._fresh.add(subject)

    def _keep(self, subject: str, patch: Patch) -> None:
        self._patches.setdefault(subject, []).append(patch)

    def write(self, cur: Cursor) -> None:
        """Write the facts and note what each table of them speaks of."""
        self._months.write(cur)
        copy_rows(cur, "disposal", self._disposals)
        kept = keep(cur, self._patches, self._fresh)
        assets = _named(kept, _ASSET)
        fresh = {subject.removeprefix(_ASSET) for subject in self._fresh}
        self._write_custody(cur, assets, fresh)
        self._write_acquisitions(cur, assets, fresh)
        self._write_claims(cur, _named(kept, _PROCESS))
        self._widen(cur)

    def _write_custody(self, cur: Cursor, assets: Patches, fresh: set[str]) -> None:
        tables: dict[str, dict[str, list[Slice]]] = {name: {} for name in facts.CUSTODY}
        for asset_id, patches in assets.items():
            for table, slices in replay(patches, facts.step, facts.custody).items():
                if slices:
                    tables[table][asset_id] = slices
                    if table == "listing":
                        self._note_listing(asset_id, slices)
        for table, versions in tables.items():
            rewrite(cur, table, "asset_id", versions, fresh)
            self._touched[table] = set(versions)

    def _note_listing(self, asset_id: str, slices: list[Slice]) -> None:
        """A listing says something new from the day of the batch's first word about it."""
        first = min(patch.day for patch in self._patches[f"{_ASSET}{asset_id}"])
        for version in slices:
            class6 = version.row[0]
            self._list_days[class6] = min(first, self._list_days.get(class6, first))

    def _write_acquisitions(self, cur: Cursor, assets: Patches, fresh: set[str]) -> None:
        versions: dict[str, list[Slice]] = {}
        for asset_id, patches in assets.items():
            if slices := corrected(patches, facts.acquisition_step, facts.acquisition):
                versions[asset_id] = slices
        rewrite(cur, "acquisition", "asset_id", versions, fresh)
        self._touched["acquisition"] = set(versions)

    def _write_claims(self, cur: Cursor, processes: Patches) -> None:
        versions = {name: believed(patches, claims.claims) for name, patches in processes.items()}
        rewrite(cur, "claim", "process_id", versions)
        self._touched["claim"] = set(processes)

    def _widen(self, cur: Cursor) -> None:
        """Add what is touched from afar: by listings of the class, by settings."""
        if self._months.voided:
            missed = {"assets": list(self._months.voided)}
            self._months.closed |= _column(cur.execute(SQL["months_missing"], missed))
        self._touched["near"] = set(self._touched["acquisition"])
        if self._list_days:
            news = {"classes": list(self._list_days), "days": list(self._list_days.values())}
            self._touched["near"] |= _column(cur.execute(SQL["purchases_near"], news))
        self._touched["untitled"] |= self._touched["titled"]
        if self._renamed or "title_office" in self._settings:
            self._touched["untitled"] |= _column(cur.execute(SQL["all_titled"]))
        if "idle_months" in self._settings:
            self._touched["idle"] |= _column(cur.execute(SQL["all_idle"]))
        if "treasury_days" in self._settings:
            self._touched["claim"] |= _column(cur.execute(SQL["all_claims"]))

    def touched(self, rule: Rule) -> set[str]:
        """Return the subjects that `rule` must judge anew."""
        if rule.subject == MONTH:
            return self._months.closed
        if rule.code == "I02":
            return {row[0] for row in self._disposals}
        return self._touched.get(TABLE_OF_RULE.get(rule.code, "acquisition"), set())


def _named(kept: Patches, prefix: str) -> Patches:
    return {s.removeprefix(prefix): p for s, p in kept.items() if s.startswith(prefix)}


def _column(cur: Cursor) -> set[str]:
    return {row[0] for row in cur.fetchall()}
