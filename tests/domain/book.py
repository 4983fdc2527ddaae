"""An in-memory ledger for examples: given what happened, when a command comes, then its lines.

Facts are stored as their JSON text and read back from it, so that an example that passes here
has passed through the stored form.
"""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from domain import asset as assets
from domain import process as processes
from domain.approval import Neighbour
from domain.asset import Asset, Holding
from domain.commands.structs import Command, Depreciate
from domain.commands.table import decide
from domain.decisions.decision import Decision
from domain.decisions.processing import values_of
from domain.depreciation import charge_fen
from domain.envelope import Actor, Fact, Recorded, canonical_json
from domain.events import EVENTS, Body, DepreciationRun, VoucherPosted
from domain.money import yuan
from domain.periods import add_months
from domain.process import Process
from domain.refusals import Refused
from domain.states import TERMINAL
from domain.world import Balances, Depreciable, Inputs, World
from tests.domain.things import day, fen

FAR = date(2099, 12, 31)
SCENE = Actor(person_id="scene", role="asset_officer")
START = datetime(2020, 1, 1, tzinfo=UTC)


class JournalLine(msgspec.Struct, frozen=True):
    """One line of one unit's books as posted; a depreciation run is here asset by asset."""

    unit_id: str
    period: str
    voucher_id: str
    book: str
    side: str
    account: str
    fen: int
    asset_id: str | None


class Book:
    """A whole city's log in dictionaries, with the journal that follows from it."""

    def __init__(self, today: date = FAR) -> None:
        self.today = today
        self.log: list[Recorded] = []
        self.streams: dict[str, list[tuple[Recorded, Body]]] = defaultdict(list)
        self.claimed: dict[tuple[str, str], str] = {}
        self.journal: list[JournalLine] = []
        self.posted: list[JournalLine] = []
        self.decision = Decision(facts=())
        self.orders: list[tuple[Command, Actor, str]] = []
        """Each command that passed, who gave it, and its id."""
        self._commands = 0
        self._charged: Counter[tuple[str, str, str]] = Counter()

    # Given and when

    def when(
        self,
        command: Command,
        by: str = "clerk",
        command_id: str | None = None,
        *,
        actor: Actor | None = None,
    ) -> Decision:
        """Execute `command` as the person `by`; Refused is raised and leaves no trace."""
        actor = actor or Actor(person_id=by, role="asset_officer")
        if command_id is None:
            self._commands += 1
            command_id = str(uuid.UUID(int=self._commands))
        before = len(self.log)
        world = World(
            lambda stream: self.streams.get(stream, []),
            actor=actor,
            command_id=command_id,
            today=self.today,
            depreciables=self.inputs,
            balances=self.balances,
            holders=self.holders,
            neighbours=self.neighbours,
        )
        decision = decide(command, world)
        self._claim(decision)
        self.posted = []
        for index, fact in enumerate(decision.facts):
            self._record(fact, actor, command_id, index)
        assert len(self.log) == before + len(decision.facts)
        self.decision = decision
        self.orders.append((command, actor, command_id))
        return decision

    def given(self, *commands: Command, by: str = "clerk") -> list[str]:
        """Execute what happened before; returns the ids of the assets that came into being."""
        made = [self.when(command, by).created.get("asset_ids", []) for command in commands]
        return [asset_id for ids in made for asset_id in ids]

    def refused(
        self, code: str, command: Command, by: str = "clerk", *, actor: Actor | None = None
    ) -> Refused:
        """Expect the refusal `code`, and that nothing at all was recorded."""
        before = len(self.log)
        with pytest.raises(Refused) as caught:
            self.when(command, by, actor=actor)

        assert (code, before) == (caught.value.code, len(self.log))
        return caught.value

    def happened(self, *facts: Fact) -> None:
        """Record facts that no command of today makes, to set a scene."""
        self._commands += 1
        for index, fact in enumerate(facts):
            self._record(fact, SCENE, str(uuid.UUID(int=self._commands)), index)

    def run_depreciation(self, unit_id: str, first: str, months: int = 1) -> list[str]:
        """Run `months` months from `first`; returns the runs' amounts as yuan text."""
        amounts = []
        for ahead in range(months):
            period = add_months(first, ahead)
            self.when(
                Depreciate(unit_id=unit_id, period=period, occurred_on=day(f"{period}-28")),
                by="accountant",
            )
            amounts.append(yuan(sum(line.fen for line in self.posted if line.side == "D")))
        return amounts

    # Then

    def then_posted(self, *rows: str, unit: str = "U1", exactly: bool = True) -> None:
        """Compare what the last command posted with rows of the handbook (5.8).

        A row reads `FA | 1601 50,000.00 | 4001 50,000.00`; a first word before the book names
        another unit. Several sums on a side are set apart by a semicolon.
        """
        expected = _rows(rows, unit)
        actual: Counter[tuple[str, str, str, str]] = Counter()
        for line in self.posted:
            actual[line.unit_id, line.book, line.side, line.account] += line.fen
        if not exactly:
            actual = Counter({key: actual[key] for key in expected})

        assert expected == actual

    def then_state(self, asset_id: str, expected: str) -> None:
        """Compare the state of an asset's present holding."""
        assert expected == self.holding(asset_id).state

    def then_balance(self, unit_id: str, account: str, expected: str) -> None:
        """Compare an account's balance, debits less credits, in yuan."""
        assert fen(expected) == self.balance(unit_id, account)

    # What can be asked

    def asset(self, asset_id: str) -> Asset:
        """The asset folded from its stored events."""
        state = Asset(asset_id=asset_id)
        for event, body in self.streams[f"asset:{asset_id}"]:
            state = assets.fold(state, event, body)
        return state

    def holding(self, asset_id: str) -> Holding:
        """The present holding of an asset."""
        holding = self.asset(asset_id).holding
        assert holding is not None, asset_id
        return holding

    def process(self, process_id: str) -> Process:
        """The process folded from its stored events."""
        state = Process(process_id=process_id)
        for event, body in self.streams[f"process:{process_id}"]:
            state = processes.fold(state, event, body)
        return state

    def asset_ids(self) -> list[str]:
        """All assets in the order in which they came into being."""
        return [name.removeprefix("asset:") for name in self.streams if name.startswith("asset:")]

    def balance(self, unit_id: str, account: str) -> int:
        """Debits less credits of one account of one unit, in fen."""
        return sum(
            line.fen if line.side == "D" else -line.fen
            for line in self.journal
            if (line.unit_id, line.account) == (unit_id, account)
        )

    def on_asset(self, unit_id: str, asset_id: str, accounts: Iterable[str]) -> int:
        """Debits less credits of an asset's own lines on `accounts`, in fen."""
        wanted = set(accounts)
        return sum(
            line.fen if line.side == "D" else -line.fen
            for line in self.journal
            if (line.unit_id, line.asset_id) == (unit_id, asset_id) and line.account in wanted
        )

    def inputs(self, unit_id: str, period: str) -> Inputs:
        """What a run works from: each live booked card with the runs that charged its basis."""
        cards = []
        for asset_id in self.asset_ids():
            holding = self.asset(asset_id).holding
            if holding is None or holding.unit_id != unit_id or holding.state in TERMINAL:
                continue
            if holding.booked_on is None:
                continue
            basis = holding.basis
            if basis is not None and basis.start_period > period:
                if f"{holding.booked_on:%Y-%m}" <= period:
                    cards.append(Depreciable(asset_id, holding.card_no, None, 0, "CAUGHT_UP"))
                continue
            runs = self._charged[_basis_key(asset_id, holding)]
            reason = str(holding.state) if basis is None and holding.gross_fen == 0 else None
            cards.append(Depreciable(asset_id, holding.card_no, basis, runs, reason))
        return Inputs(
            position=len(self.log),
            cards=tuple(cards),
            ledger_version=len(self.streams.get(f"ledger:{unit_id}", [])),
        )

    def balances(self, unit_id: str, period: str) -> Balances:
        """What a unit's books hold at the end of `period`, in all and on single cards."""
        accounts, cards = Counter[str](), Counter[str]()
        for line in self.journal:
            if line.unit_id != unit_id or line.book != "FA" or line.period > period:
                continue
            fen = line.fen if line.side == "D" else -line.fen
            accounts[line.account] += fen
            if line.asset_id is not None:
                cards[line.account] += fen
        version = len(self.streams.get(f"ledger:{unit_id}", []))
        return Balances(len(self.log), dict(accounts), dict(cards), version)

    def holders(self, kind: str, keys: list[str]) -> dict[str, str]:
        """Key → stream of the numbers that are taken."""
        taken = {key: self.claimed.get((kind, key)) for key in keys}
        return {key: stream for key, stream in taken.items() if stream is not None}

    def neighbours(self, process: Process, days: tuple[date, date]) -> list[Neighbour]:
        """The unit's other batches of that kind that were asked for between two days."""
        others = [name for name in self.streams if name.startswith("process:")]
        others.remove(f"process:{process.process_id}")
        found = []
        for other in (self.process(name.removeprefix("process:")) for name in others):
            alike = (other.unit_id, other.kind) == (process.unit_id, process.kind)
            ended = other.status in {"rejected", "withdrawn"}
            if not alike or ended or not days[0] <= (other.opened_on or FAR) <= days[1]:
                continue
            held = [self.asset(asset_id) for asset_id in other.asset_ids]
            things = [
                (one.original_gross_fen, one.holding.card.class_code) for one in held if one.holding
            ]
            found.append(Neighbour(other.process_id, (*things, *values_of(other.items))))
        return found

    # Recording

    def _claim(self, decision: Decision) -> None:
        for kind, key, _stream in decision.claims:
            if (kind, key) in self.claimed:
                raise Refused("E_DUP_CARD" if kind == "card_no" else "E_DUP_LABEL", key)
        self.claimed |= {(kind, key): stream for kind, key, stream in decision.claims}

    def _record(self, fact: Fact, by: Actor, command_id: str, index: int) -> None:
        body_text = canonical_json(fact.body).decode()
        position = len(self.log) + 1
        event = Recorded(
            position=position,
            event_id=str(uuid.uuid5(uuid.UUID(command_id), str(index))),
            stream=fact.stream,
            version=len(self.streams[fact.stream]) + 1,
            type=fact.type,
            sub_kind=fact.sub_kind,
            unit_id=fact.unit_id,
            asset_id=fact.asset_id,
            process_id=fact.process_id,
            occurred_on=fact.occurred_on,
            booked_on=fact.booked_on,
            recorded_at=START + timedelta(seconds=position),
            actor_id=by.person_id,
            actor_role=by.role,
            on_behalf_of=by.on_behalf_of,
            approval_no=fact.approval_no,
            reason=fact.reason,
            corrects=fact.corrects,
            attachments=fact.attachments,
            command_id=command_id,
            rule_version=fact.rule_version,
            body=body_text,
        )
        body = read_body(event)
        if isinstance(body, DepreciationRun):
            self._journal_run(event, body)
        self.log.append(event)
        self.streams[event.stream].append((event, body))
        if isinstance(body, VoucherPosted):
            self._journal_voucher(event, body)

    def _journal_voucher(self, event: Recorded, body: VoucherPosted) -> None:
        assert event.booked_on is not None
        for book in ("FA", "BA"):
            sides = Counter[str]()
            for line in body.lines:
                if line.book == book:
                    sides[line.side] += line.fen
            assert sides["D"] == sides["C"], f"{body.rule} does not balance in {book}"
        assert body.reverses is not None or all(line.fen > 0 for line in body.lines)
        period = f"{event.booked_on:%Y-%m}"
        for line in body.lines:
            self._post(
                JournalLine(
                    event.unit_id,
                    period,
                    body.voucher_id,
                    line.book,
                    line.side,
                    line.account,
                    line.fen,
                    line.asset_id,
                )
            )

    def _journal_run(self, event: Recorded, body: DepreciationRun) -> None:
        """Derive the run's lines asset by asset and hold them against its stored totals."""
        digest = []
        sums: Counter[tuple[str, str]] = Counter()
        for card in self.inputs(event.unit_id, body.period).cards:
            amount = charge_fen(card.basis, card.runs) if card.basis else 0
            if card.basis is None or amount == 0:
                continue
            digest.append(f"{card.asset_id}:{amount}")
            self._charged[_basis_key(card.asset_id, self.holding(card.asset_id))] += 1
            for side, account in (
                ("D", card.basis.expense_account),
                ("C", card.basis.accum_account),
            ):
                sums[side, account] += amount
                self._post(
                    JournalLine(
                        event.unit_id,
                        body.period,
                        event.event_id,
                        "FA",
                        side,
                        account,
                        amount,
                        card.asset_id,
                    )
                )
        stored: Counter[tuple[str, str]] = Counter()
        for line in body.lines:
            stored[line.side, line.account] += line.fen

        assert sums == stored
        assert hashlib.sha256("\n".join(sorted(digest)).encode()).hexdigest() == body.digest

    def _post(self, line: JournalLine) -> None:
        self.journal.append(line)
        self.posted.append(line)


def _basis_key(asset_id: str, holding: Holding) -> tuple[str, str, str]:
    return asset_id, holding.card_no, holding.basis.start_period if holding.basis else ""


def read_body(event: Recorded) -> Body:
    """The body of an event read from its stored text."""
    return msgspec.json.decode(event.body, type=EVENTS[event.type])


def _rows(rows: Sequence[str], unit: str) -> Counter[tuple[str, str, str, str]]:
    sums: Counter[tuple[str, str, str, str]] = Counter()
    for row in rows:
        head, debit, credit = (part.strip() for part in row.split("|"))
        *named, book = head.split()
        for side, text in (("D", debit), ("C", credit)):
            for amount in filter(None, (part.strip() for part in text.split(";"))):
                account, value = amount.split()
                sums[named[0] if named else unit, book, side, account] += fen(value)
    return sums
