"""A reply that is lost on the way is neither a conflict nor a second booking."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from fix_proxy import CuttingProxy
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from writing import new_id, request

from eventstore.embedded import Urls
from eventstore.errors import Conflict
from eventstore.store import EventStore

# What the server says when the two kinds of append, and the wait for the disk, are done.
_REPLIES = {
    "one statement": b"SELECT 1\x00",
    "commit": b"COMMIT\x00",
    "flush": b"COMMIT\x00",
}


@pytest.fixture
def proxy(database: Urls) -> Iterator[CuttingProxy]:
    """A proxy before the module's server."""
    host = conninfo_to_dict(database.app_url)["host"]
    proxy = CuttingProxy(f"{host}/.s.PGSQL.5432")
    yield proxy
    proxy.close()


def _through(proxy: CuttingProxy, url: str) -> str:
    return make_conninfo(url, host="127.0.0.1", port=proxy.port, sslmode="disable")


@pytest.mark.parametrize("reply", sorted(_REPLIES))
def test_a_lost_reply_gives_the_first_answer(
    database: Urls, proxy: CuttingProxy, reply: str
) -> None:
    """Each append ends in a receipt, at version 1, and is there once."""
    size = 30 if reply == "commit" else 1  # COPY has a commit of its own
    with EventStore.open(_through(proxy, database.app_url)) as store:
        store.append(request(f"warm-{reply}"))
        for number in range(20):
            stream = f"cut-{reply}-{number}"
            proxy.cut_on = _REPLIES[reply]
            receipt = store.append(request(*[stream] * size))
            proxy.cut_on = None

            assert {stream: size} == receipt.versions
            assert receipt.replayed is False
    with EventStore.open(database.app_url) as store:
        for number in range(20):
            events = store.log.stream(f"cut-{reply}-{number}")
            assert list(range(1, size + 1)) == [event.version for event in events]
    assert proxy.cuts == 20


def test_a_real_conflict_stays_one_though_replies_are_lost(
    database: Urls, proxy: CuttingProxy
) -> None:
    """Repeat and conflict are told apart by the command id, not by the lost connection."""
    command_id = new_id()
    with EventStore.open(_through(proxy, database.app_url)) as store:
        first = store.append(request("real", command_id=command_id))
        proxy.cut_on = b"SELECT"
        with pytest.raises(Conflict):
            store.append(request("real"))
        proxy.cut_on = b"SELECT"
        again = store.append(request("real", command_id=command_id))

        assert (first.first_position, first.versions) == (again.first_position, again.versions)


def test_groups_survive_lost_replies(database: Urls, proxy: CuttingProxy) -> None:
    """With eight writers whole groups lose their reply; every command gets its own answer."""
    failures: list[Exception] = []
    with EventStore.open(_through(proxy, database.app_url)) as store:

        def write(name: int) -> None:
            stream = f"many-{name}"
            try:
                for version in range(15):
                    if version % 5 == name % 5:
                        proxy.cut_on = b"SELECT 1\x00"
                    receipt = store.append(request(stream, expected={stream: version}))
                    assert {stream: version + 1} == receipt.versions
            except Exception as error:  # noqa: BLE001 - told in the main thread
                failures.append(error)

        threads = [threading.Thread(target=write, args=(name,)) for name in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        proxy.cut_on = None

        assert failures == []
        assert proxy.cuts > 0
        versions = store.log.versions([f"many-{name}" for name in range(8)])
        assert {f"many-{name}": 15 for name in range(8)} == versions
