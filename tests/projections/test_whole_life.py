"""A life with every way in and out: the read models say what the in-memory books say."""

from __future__ import annotations

from eventstore.embedded import Urls
from projections.general_ledger import GeneralLedger
from projections.organisation import Organisation
from projections.processes import Processes
from projections.register import Register
from projections.register import queries as _register_queries  # noqa: F401 - registers `card`
from tests.projections.read_models import ask, fold
from tests.samples.telling import live

ALL = (Register(), GeneralLedger(), Processes(), Organisation())
GROSS = ("1601", "1613", "1701")
ACCUM = ("1602", "1702")


def test_cards_stand_and_cost_what_the_books_say(database: Urls) -> None:
    """State, original value, gross and accumulated of each thing, by register and by journal."""
    book = live()
    fold(database, book.log, ALL)
    expected, actual = {}, {}
    for asset_id in book.asset_ids():
        asset, holding = book.asset(asset_id), book.holding(asset_id)
        expected[asset_id] = (
            str(holding.state),
            asset.original_gross_fen,
            book.on_asset(holding.unit_id, asset_id, GROSS),
            -book.on_asset(holding.unit_id, asset_id, ACCUM),
        )
        row = ask(database, "card", asset_id=asset_id).rows[0]
        actual[asset_id] = tuple(
            row[name] for name in ("state", "original_gross_fen", "gross_fen", "accum_fen")
        )

    assert expected == actual


def test_processes_stand_where_the_domain_has_them(database: Urls) -> None:
    """Status and what is owed to the treasury; one undone owes nothing any more."""
    book = live()
    fold(database, book.log, ALL)
    ids = [name.removeprefix("process:") for name in book.streams if name.startswith("process:")]
    expected = {one: book.process(one).owed_fen for one in ids}
    undone = [one for one in ids if book.process(one).status == "undone"]
    rows = {one: ask(database, "process", process_id=one).rows[0] for one in ids}

    assert expected == {one: row["owed_fen"] for one, row in rows.items()}
    assert undone
    assert {rows[one]["status"] for one in undone} == {"undone"}
