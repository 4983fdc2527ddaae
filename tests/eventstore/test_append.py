"""What an append promises: all or nothing, once, at the versions that were read."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from writing import fact, new_id, request

from domain.envelope import Actor, Attachment, Fact, canonical_json
from eventstore.embedded import Urls
from eventstore.errors import Claimed, CommandReused, Conflict, ReadSetChanged, RequestInvalid
from eventstore.request import AppendRequest, Receipt
from eventstore.store import EventStore


def test_versions_and_positions_follow_each_other(store: EventStore) -> None:
    """Positions go on by one over all streams, versions by one in each stream."""
    head = store.log.head()

    first = store.append(request("v-1", "v-1", "v-2"))
    second = store.append(request("v-1", expected={"v-1": 2}))

    assert (head + 1, head + 3) == (first.first_position, first.last_position)
    assert first.versions == {"v-1": 2, "v-2": 1}
    assert second.versions == {"v-1": 3}
    assert [event.version for event in store.log.stream("v-1")] == [1, 2, 3]


def test_everything_of_the_envelope_comes_back(store: EventStore) -> None:
    """What is read is what was given, body and attachments included."""
    body = fact("x").body
    given = Fact(
        stream="whole",
        type="asset.moved/1",
        sub_kind="USE.MOVE",
        unit_id="U-01",
        body=body,
        occurred_on=date(2026, 1, 31),
        booked_on=date(2026, 2, 1),
        asset_id="A-1",
        process_id="P-1",
        approval_no="国资〔2026〕1号",
        reason='引号"、反斜杠\\、制表\t与换行\n',
        corrects=new_id(),
        attachments=(Attachment("ab" * 32, "批复.pdf", 10, signed_by="P-2"),),
        rule_version="r1",
    )
    actor = Actor("P-1", "clerk", "U-01", on_behalf_of="P-9")

    for facts in ([given], [given] * 30):  # by JSON and by COPY
        command_id = new_id()
        receipt = store.append(
            AppendRequest(
                command_id=command_id,
                name="n",
                digest="d",
                actor=actor,
                facts=facts,
                expected={"whole": store.log.versions(["whole"])["whole"]},
            )
        )
        event = store.log.events_of_command(command_id)[-1]

        for field in Fact.__struct_fields__:
            if field not in {"body", "at_end"}:
                assert getattr(given, field) == getattr(event, field), field
        assert event.body == canonical_json(body).decode()
        assert (event.actor_id, event.actor_role, event.on_behalf_of) == ("P-1", "clerk", "P-9")
        assert receipt.recorded_at == event.recorded_at
        assert event == store.log.event(event.event_id)


def test_a_repeat_gets_the_first_answer(store: EventStore) -> None:
    """The same command again records nothing and answers as the first time, but says so."""
    command_id = new_id()
    first = store.append(request("repeat", command_id=command_id, answer=b'{"n":1}'))
    again = store.append(request("repeat", command_id=command_id, answer=b'{"n":2}'))

    assert first.replayed is False
    assert again.replayed is True
    assert (first.first_position, first.versions, first.recorded_at, b'{"n":1}') == (
        again.first_position,
        again.versions,
        again.recorded_at,
        again.answer,
    )
    assert len(store.log.stream("repeat")) == 1


def test_another_request_under_the_same_id_is_refused(store: EventStore) -> None:
    """A command id names one request for ever."""
    command_id = new_id()
    store.append(request("reused", command_id=command_id))

    with pytest.raises(CommandReused) as refused:
        store.append(request("reused-2", command_id=command_id, digest="d2"))

    assert refused.value.code == "E_COMMAND_REUSED"
    assert store.log.stream("reused-2") == []


def test_a_conflict_says_what_was_expected_and_what_stands(store: EventStore) -> None:
    """A stream that moved on is a conflict; a stream too short for `expected` is one too."""
    store.append(request("conflict"))

    for expected in (0, 2):
        with pytest.raises(Conflict) as refused:
            store.append(request("conflict", expected={"conflict": expected}))

        assert ("conflict", expected, 1) == (
            refused.value.stream,
            refused.value.expected,
            refused.value.actual,
        )


def test_the_read_set_is_checked_under_the_lock(store: EventStore) -> None:
    """An append that relied on a stream is refused when that stream has moved on."""
    store.append(request("quota"))
    store.append(request("uses-quota", read_set={"quota": 1}))
    store.append(request("quota", expected={"quota": 1}))

    with pytest.raises(ReadSetChanged) as refused:
        store.append(request("uses-quota-2", read_set={"quota": 1}))

    assert (
        refused.value.stream,
        refused.value.expected,
        refused.value.actual,
    ) == ("quota", 1, 2)
    assert store.log.stream("uses-quota-2") == []


def test_a_number_is_claimed_once(store: EventStore) -> None:
    """The second stream that wants a number is refused and named the holder."""
    store.append(request("card-a", claims=[("card_no", "TY2022000001", "card-a")]))

    with pytest.raises(Claimed) as refused:
        store.append(request("card-b", claims=[("card_no", "TY2022000001", "card-b")]))
    store.append(request("card-c", claims=[("label_no", "TY2022000001", "card-c")]))

    assert (
        refused.value.kind,
        refused.value.key,
        refused.value.holder,
    ) == ("card_no", "TY2022000001", "card-a")
    assert store.log.holders("card_no", ["TY2022000001", "no"]) == {"TY2022000001": "card-a"}


def test_facts_at_the_end_need_no_version(store: EventStore) -> None:
    """Unit ledgers take whatever comes, in order."""
    store.append(request("ledger-1", at_end=True))
    receipt = store.append(request("ledger-1", "ledger-1", at_end=True))

    assert receipt.versions == {"ledger-1": 3}


def test_a_command_without_events_is_remembered(store: EventStore) -> None:
    """It keeps an empty range of positions and its answer."""
    command_id = new_id()
    first = store.append(request(command_id=command_id))
    again = store.append(request(command_id=command_id))

    assert first.last_position + 1 == first.first_position
    assert again.replayed
    assert again.answer == b'{"ok":true}'


def test_a_thousand_events_go_in_at_once(store: EventStore) -> None:
    """The largest append is written by COPY; one more event is refused before it starts."""
    receipt = store.append(request(*(f"bulk-{n}" for n in range(1000))))

    assert receipt.last_position - receipt.first_position == 999
    with pytest.raises(RequestInvalid):
        store.append(request(*(f"more-{n}" for n in range(1001))))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (lambda: request("bad", command_id="no uuid"), "command_id"),
        (lambda: request("bad", answer=b"\xff"), "text"),
        (lambda: request("b\x00d"), "text"),
        (lambda: request("bad", expected={"other": 0}), "facts[0].stream"),
    ],
)
def test_what_cannot_be_stored_is_refused_before_its_turn(
    store: EventStore, given: object, field: str
) -> None:
    """One bad request must not reach the database, where it would abort its group."""
    assert callable(given)
    with pytest.raises(RequestInvalid) as refused:
        store.append(given())

    assert field == refused.value.field


def test_one_refusal_leaves_its_group_alone(store: EventStore) -> None:
    """Of commands that wait together each gets its own answer, repeats and conflicts included."""
    repeated = new_id()
    store.append(request("group-old", command_id=repeated))
    requests = [request(f"group-{n}") for n in range(6)]
    requests += [
        request("group-old"),  # conflict
        request("group-old", command_id=repeated),  # repeat
        request("group-race"),
        request("group-race"),  # one of the two
        request("group-claim-1", claims=[("no", "1", "group-claim-1")]),
        request("group-claim-2", claims=[("no", "1", "group-claim-2")]),  # one of the two
    ]
    outcomes = _together(store, requests)
    kinds = sorted(type(outcome).__name__ for outcome in outcomes)

    assert sorted(["Receipt"] * 9 + ["Conflict"] * 2 + ["Claimed"]) == kinds
    replays = [o for o in outcomes if isinstance(o, Receipt) and o.replayed]
    assert len(replays) == 1


def _together(store: EventStore, requests: list[AppendRequest]) -> list[object]:
    """Outcomes of requests sent by as many threads at the same moment."""
    outcomes: list[object] = [None] * len(requests)
    start = threading.Barrier(len(requests))

    def send(index: int) -> None:
        start.wait()
        try:
            outcomes[index] = store.append(requests[index])
        except Exception as error:  # noqa: BLE001 - whatever it is, it is compared
            outcomes[index] = error

    threads = [threading.Thread(target=send, args=(n,)) for n in range(len(requests))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_recorded_at_never_runs_backwards(database: Urls, caplog: pytest.LogCaptureFixture) -> None:
    """A clock that is set back gives the instant of the last event, and the log says so."""
    later = datetime.now(UTC) + timedelta(hours=1)
    hour = iter([later, later - timedelta(minutes=30), later + timedelta(minutes=1)])
    with EventStore.open(database.app_url, clock=lambda: next(hour)) as store:
        receipts = [store.append(request(f"clock-{n}")) for n in range(3)]

    assert [later, later, later + timedelta(minutes=1)] == [r.recorded_at for r in receipts]
    assert "clock runs" in caplog.text
    with EventStore.open(database.app_url) as store:
        known_at = later + timedelta(seconds=1)
        assert receipts[1].last_position == store.log.position_at(known_at)
        assert store.log.position_at(datetime(2000, 1, 1, tzinfo=UTC)) == 0
