"""Closing the works: the batch in work ends first, and one that does not end is broken off."""

from __future__ import annotations

import threading
import time
from datetime import date

import pytest

from api import bootstrap
from api.bootstrap import open_works
from api.house import Settings
from domain.commands.structs import RegisterUnit
from eventstore.embedded import Urls
from tests.api.city import REGISTRAR
from tests.holding import held_up, until_a_fold_waits
from tests.waiting import PATIENCE_SECONDS


def folders() -> list[threading.Thread]:
    """The threads that fold in this process."""
    return [one for one in threading.enumerate() if one.name == "folding"]


@pytest.mark.parametrize(("patience_s", "held_s"), [(0.1, None), (PATIENCE_SECONDS, 0.5)])
def test_closing_leaves_no_fold_behind(
    database: Urls, monkeypatch: pytest.MonkeyPatch, patience_s: float, held_s: float | None
) -> None:
    """A batch that ends in time is waited for, any other is cancelled; neither loses an event."""
    monkeypatch.setattr(bootstrap, "BATCH_SECONDS", patience_s)
    settings = Settings(database_url=database.app_url, migrate_url=database.migrate_url)
    works = open_works(settings)
    works.start()
    before = works.store.log.head()
    with held_up(database) as holder:
        works.ledger.execute(_unit(f"JG{before}"), REGISTRAR)
        until_a_fold_waits(database)
        if held_s is not None:
            threading.Timer(held_s, holder.rollback).start()
        started = time.monotonic()
        works.close()
        took = time.monotonic() - started

    assert folders() == []
    assert took < PATIENCE_SECONDS
    with open_works(settings) as again:
        again.engine.catch_up()
        stands = {status.position for status in again.engine.status() if not status.error}
        assert stands == {before + 1}


def _unit(unit_id: str) -> RegisterUnit:
    return RegisterUnit(
        unit_id=unit_id, name="澄江市机关事务管理局", kind="administrative", level="city",
        occurred_on=date(2020, 1, 1),
    )  # fmt: skip
