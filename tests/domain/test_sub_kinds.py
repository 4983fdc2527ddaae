"""Every sub-kind of the handbook (2.2-2.7, 7.3): its command, and a test that lives it.

`docs/sub-kinds.md` is the table made of `ROWS`; written anew by
`python -m tests.domain.test_sub_kinds > docs/sub-kinds.md`.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.commands.structs import Command
from domain.commands.table import BY_STRUCT, COMMANDS
from domain.decisions.decision import Decision
from tests.domain.book import Book

DOCUMENT = Path(__file__).parents[2] / "docs" / "sub-kinds.md"

HANDBOOK = """
CONFIG: PURCHASE BUILD REALLOC_IN RENT_IN DONATION_IN GAIN EXCHANGE_IN DEVELOP LAND_GRANT
USE: ISSUE RETURN HANDOVER MOVE DECLARE_IDLE LEASE LEND INVEST SHARE SERVICE
REALLOC: INTERNAL IN_DEPT CROSS_DEPT CROSS_LEVEL REFORM LOAN
REPAIR: ORDINARY MAJOR PREMISES IMPROVE VEHICLE
DISP: TRANSFER EXCHANGE SALE SCRAP LOSS DONATE DEMOLISH CONFISCATED
WH: INTAKE LIST UNLIST RESERVE LOAN EXTEND RETURN REALLOC REPAIR DISPOSE MOVE COUNT
"""
"""The codes of the handbook's tables, by family."""

ROWS = """
CONFIG.PURCHASE     register-acquisition CONFIG.PURCHASE worked_examples::e01_ten_desktops_paid_by_the_treasury
CONFIG.BUILD        start-construction CONFIG.BUILD constructions::e19_a_building_delivered_at_an_estimate_and_settled
CONFIG.REALLOC_IN   register-acquisition CONFIG.REALLOC_IN refusals::a_transfer_from_outside_books_what_the_card_says
CONFIG.RENT_IN      rent-in CONFIG.RENT_IN configurations::a_rented_thing_stands_in_the_register_off_the_books
CONFIG.DONATION_IN  register-acquisition CONFIG.DONATION_IN worked_examples::e04_a_copier_donated_with_a_price
CONFIG.GAIN         record-gain CONFIG.GAIN worked_examples::e13_a_projector_found_at_a_count
CONFIG.EXCHANGE_IN  exchange CONFIG.EXCHANGE_IN exchanges::e14_boot_paid
CONFIG.DEVELOP      develop CONFIG.DEVELOP configurations::self_developed_software_takes_what_its_development_cost
CONFIG.LAND_GRANT   grant-land CONFIG.LAND_GRANT configurations::allocated_land_is_booked_and_never_depreciated
USE.ISSUE           issue USE.ISSUE state_table::each_command_passes_where_the_table_says_and_nowhere_else
USE.RETURN          return-to-store USE.RETURN warehouse_flow::a_loan_goes_out_is_extended_and_comes_back
USE.HANDOVER        handover USE.HANDOVER depreciation_acts::another_direction_is_charged_from_the_next_run_on
USE.MOVE            move USE.MOVE state_table::each_command_passes_where_the_table_says_and_nowhere_else
USE.DECLARE_IDLE    declare-idle USE.DECLARE_IDLE state_table::each_command_passes_where_the_table_says_and_nowhere_else
USE.LEASE           lease-out USE.LEASE examples_of_use::e20_rent_of_an_administrative_unit
USE.LEND            lend-out USE.LEND leases::a_request_approved_in_the_system_carries_the_command
USE.INVEST          invest-out USE.INVEST examples_of_use::e23_equipment_invested_by_an_institution
USE.SHARE           share USE.SHARE leases::sharing_and_service_leave_a_thing_where_it_is
USE.SERVICE         record-service USE.SERVICE leases::sharing_and_service_leave_a_thing_where_it_is
REALLOC.INTERNAL    reallocate-inside REALLOC.INTERNAL reallocations::inside_the_unit_only_custody_moves
REALLOC.IN_DEPT     realloc-out REALLOC.IN_DEPT reallocations::the_sub_kind_follows_from_the_tree
REALLOC.CROSS_DEPT  realloc-out REALLOC.CROSS_DEPT worked_examples::e06_a_laptop_given_to_another_unit
REALLOC.CROSS_LEVEL realloc-out REALLOC.CROSS_LEVEL reallocations::the_sub_kind_follows_from_the_tree
REALLOC.REFORM      realloc-out REALLOC.REFORM reallocations::a_reform_moves_many_at_once
REALLOC.LOAN        lend-between REALLOC.LOAN reallocations::between_units_for_a_time_title_and_books_stay
REPAIR.ORDINARY     send-repair REPAIR.ORDINARY worked_examples::e22_a_repair_that_improves_nothing
REPAIR.MAJOR        send-repair REPAIR.MAJOR repairs::each_kind_of_repair_asks_for_its_papers
REPAIR.PREMISES     start-improvement REPAIR.PREMISES improvements::what_adds_to_the_value_goes_through_1613
REPAIR.IMPROVE      start-improvement REPAIR.IMPROVE examples_of_use::e16_an_office_rebuilt
REPAIR.VEHICLE      send-repair REPAIR.VEHICLE repairs::each_kind_of_repair_asks_for_its_papers
DISP.TRANSFER       execute-disposal DISP.TRANSFER disposals::a_free_transfer_asked_for_moves_both_ledgers
DISP.EXCHANGE       exchange DISP.EXCHANGE exchanges::e15_boot_received
DISP.SALE           execute-disposal DISP.SALE worked_examples::e08_the_sedan_sold_by_auction_after_60_months
DISP.SCRAP          execute-disposal DISP.SCRAP worked_examples::e10_twenty_desktops_scrapped
DISP.LOSS           approve-loss DISP.LOSS worked_examples::e12_a_camera_missing_at_a_count
DISP.DONATE         execute-disposal DISP.DONATE disposals::e21_thirty_chairs_given
DISP.DEMOLISH       execute-disposal DISP.DEMOLISH disposals::a_house_demolished_with_compensation
DISP.CONFISCATED    record-confiscated DISP.CONFISCATED disposals::confiscated_goods_are_sold_for_the_treasury
WH.INTAKE           warehouse-in WH.INTAKE warehouse_flow::a_thing_goes_in_is_moved_listed_and_taken_off_the_list
WH.LIST             list WH.LIST warehouse_flow::a_thing_goes_in_is_moved_listed_and_taken_off_the_list
WH.UNLIST           unlist WH.UNLIST warehouse_flow::a_thing_goes_in_is_moved_listed_and_taken_off_the_list
WH.RESERVE          reserve WH.RESERVE warehouse_flow::a_loan_goes_out_is_extended_and_comes_back
WH.LOAN             deliver-loan WH.LOAN warehouse_flow::a_loan_goes_out_is_extended_and_comes_back
WH.EXTEND           extend-loan WH.EXTEND warehouse_flow::a_loan_goes_out_is_extended_and_comes_back
WH.RETURN           return-to-warehouse WH.RETURN warehouse_flow::a_loan_goes_out_is_extended_and_comes_back
WH.REALLOC          deliver-realloc WH.REALLOC warehouse_flow::a_thing_is_given_out_for_good
WH.REPAIR           send-repair REPAIR.ORDINARY warehouse_flow::a_thing_is_mended_in_the_warehouse
WH.DISPOSE          execute-disposal DISP.SCRAP warehouse_flow::a_thing_is_disposed_of_out_of_the_warehouse
WH.MOVE             move WH.MOVE warehouse_flow::a_thing_goes_in_is_moved_listed_and_taken_off_the_list
WH.COUNT            record-count COUNT.MATCH warehouse_flow::things_are_counted_in_the_warehouse
"""  # noqa: E501 - one row a line
"""Code of the handbook, command, sub-kind as recorded, test (without `test_`)."""


def rows() -> list[tuple[str, str, str, str]]:
    """The table, each row with code, command, recorded sub-kind and test."""
    found = []
    for line in ROWS.strip().splitlines():
        code, command, recorded, where = line.split()
        module, name = where.split("::")
        found.append((code, command, recorded, f"test_{module}::test_{name}"))
    return found


def handbook() -> list[str]:
    """The codes of the handbook in its order."""
    return [
        f"{family}.{code}"
        for family, _, codes in (line.partition(": ") for line in HANDBOOK.strip().splitlines())
        for code in codes.split()
    ]


def document() -> str:
    """The table as a page."""
    lines = [
        "# Sub-kinds 业务子类",
        "",
        "Every sub-kind of the handbook's tables, the command that records it, and a test that",
        "lives it. `tests/domain/test_sub_kinds.py` runs each of these tests and refuses a row",
        "whose command does not record its sub-kind there. What happens in the warehouse as it",
        "would elsewhere is recorded by its own kind (`WH.REPAIR`, `WH.DISPOSE`, `WH.COUNT`).",
        "",
        "| sub-kind | command | | recorded as | test |",
        "|---|---|---|---|---|",
    ]
    for code, command, recorded, where in rows():
        zh = COMMANDS[command].zh
        lines.append(f"| `{code}` | `{command}` | {zh} | `{recorded}` | `{where}` |")
    return "\n".join(lines) + "\n"


class Watch:
    """Which command recorded which sub-kinds while a test ran."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.seen: set[tuple[str, str]] = set()
        plain = Book.when

        def when(book: Book, command: Command, *args: Any, **kwargs: Any) -> Decision:
            decision = plain(book, command, *args, **kwargs)
            name = BY_STRUCT[type(command)].name
            self.seen |= {(name, fact.sub_kind) for fact in decision.facts}
            return decision

        patch.setattr(Book, "when", when)

    def run(self, where: str) -> set[tuple[str, str]]:
        """Run one test, with every row of its parameters; returns what it recorded."""
        self.seen = set()
        module, name = where.split("::")
        function = getattr(importlib.import_module(f"tests.domain.{module}"), name)
        for fields in _parameters(function):
            function(**fields)
        return self.seen


def _parameters(function: Callable[..., None]) -> Iterator[dict[str, Any]]:
    """The keyword arguments of each run of a test."""
    marks = [mark for mark in getattr(function, "pytestmark", []) if mark.name == "parametrize"]
    if not marks:
        yield {}
        return
    [mark] = marks
    names, values = mark.args[0], mark.args[1]
    names = [names] if isinstance(names, str) and "," not in names else names
    names = [name.strip() for name in names.split(",")] if isinstance(names, str) else names
    for value in values:
        yield dict(zip(names, [value] if len(names) == 1 else value, strict=True))


def test_every_sub_kind_of_the_handbook_stands_in_the_table() -> None:
    """A code of 2.2-2.7 or 7.3 that no test lives is named here."""
    assert handbook() == [code for code, *_ in rows()]


def test_every_row_is_true(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each named test runs, and in it the command records the sub-kind."""
    watch = Watch(monkeypatch)
    recorded = {where: watch.run(where) for where in sorted({row[3] for row in rows()})}
    wrong = [
        (code, command, sub_kind, where)
        for code, command, sub_kind, where in rows()
        if (command, sub_kind) not in recorded[where]
    ]

    assert wrong == []


def test_the_page_is_the_table() -> None:
    """`docs/sub-kinds.md` says what the table says."""
    assert document() == DOCUMENT.read_text()


if __name__ == "__main__":
    sys.stdout.write(document())
