"""The life of a disposal (2.9): every status of its process by every command on it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from domain.commands import structs as c
from domain.refusals import Refused
from tests.domain.book import Book
from tests.domain.orders import approve, ask, buy, carry_out, city
from tests.domain.scenes import missing, stage
from tests.domain.test_request_table import REQUEST_TRIES
from tests.domain.test_state_table import ON_PROCESSES
from tests.domain.things import approved, day, fen, thing

ON = day("2024-03-01")
MONEY = fen("100")

TRIES: dict[str, Callable[[str], c.Command]] = {
    "approve-disposal": lambda process: c.ApproveDisposal(
        process_id=process, approval=approved("2024-02-20"), occurred_on=ON
    ),
    "reject-disposal": lambda process: c.RejectDisposal(
        process_id=process, reason="尚可使用", occurred_on=ON
    ),
    "withdraw-disposal": lambda process: c.WithdrawDisposal(process_id=process, occurred_on=ON),
    "revoke-approval": lambda process: c.RevokeApproval(
        process_id=process, reason="批复有误", occurred_on=ON
    ),
    "execute-disposal": lambda process: c.ExecuteDisposal(
        process_id=process, sub_kind="DISP.SCRAP", occurred_on=ON
    ),
    "approve-loss": lambda process: c.ApproveLoss(
        process_id=process, approval=approved("2024-02-20"), liability="无责任人", occurred_on=ON
    ),
    "record-proceeds": lambda process: c.RecordProceeds(
        process_id=process, amount_fen=MONEY, occurred_on=ON
    ),
    "record-disposal-cost": lambda process: c.RecordDisposalCost(
        process_id=process, amount_fen=MONEY, occurred_on=ON
    ),
    "claim-compensation": lambda process: c.ClaimCompensation(
        process_id=process, amount_fen=MONEY, occurred_on=ON
    ),
    "receive-compensation": lambda process: c.ReceiveCompensation(
        process_id=process, amount_fen=MONEY, occurred_on=ON
    ),
    "close-disposal": lambda process: c.CloseDisposal(process_id=process, occurred_on=ON),
    "pay-treasury": lambda process: c.PayTreasury(
        process_id=process, amount_fen=MONEY, slip_no="1", occurred_on=ON
    ),
    "pay-retention": lambda process: c.PayRetention(
        process_id=process, amount_fen=MONEY, occurred_on=ON
    ),
}

STATUSES = ("open", "approved", "rejected", "withdrawn", "executed", "settled")

TABLE = """
approve-disposal     | approved  E_STATE   E_STATE   E_STATE   E_ALREADY_EXECUTED E_ALREADY_EXECUTED
reject-disposal      | rejected  E_STATE   E_STATE   E_STATE   E_ALREADY_EXECUTED E_ALREADY_EXECUTED
withdraw-disposal    | withdrawn E_STATE   E_STATE   E_STATE   E_ALREADY_EXECUTED E_ALREADY_EXECUTED
revoke-approval      | E_STATE   open      E_STATE   E_STATE   E_ALREADY_EXECUTED E_ALREADY_EXECUTED
execute-disposal     | E_STATE   executed  E_STATE   E_STATE   E_ALREADY_EXECUTED E_ALREADY_EXECUTED
approve-loss         | E_KIND_MISMATCH E_STATE E_STATE E_STATE E_ALREADY_EXECUTED E_ALREADY_EXECUTED
record-proceeds      | E_STATE   E_STATE   E_STATE   E_STATE   executed           E_ALREADY_CLOSED
record-disposal-cost | E_STATE   E_STATE   E_STATE   E_STATE   executed           E_ALREADY_CLOSED
claim-compensation   | E_STATE   E_STATE   E_STATE   E_STATE   executed           E_ALREADY_CLOSED
receive-compensation | E_AMOUNT  E_AMOUNT  E_AMOUNT  E_AMOUNT  executed           settled
close-disposal       | E_STATE   E_STATE   E_STATE   E_STATE   settled            E_ALREADY_CLOSED
pay-treasury         | E_AMOUNT  E_AMOUNT  E_AMOUNT  E_AMOUNT  E_AMOUNT           settled
pay-retention        | E_AMOUNT  E_AMOUNT  E_AMOUNT  E_AMOUNT  E_AMOUNT           E_AMOUNT
"""
"""Command by status: the status after, or the code. Executed ones have a claim of 100 open."""


def in_status(book: Book, status: str) -> str:
    """A scrap request of a copier brought to `status`; returns the process."""
    asset_ids = buy(book, thing("copier", "26,000", "2024-01-05"), on="2024-01-05")
    process_id = ask(book, asset_ids, "DISP.SCRAP", "2024-02-10", min_life_reason="损坏")
    if status in {"rejected", "withdrawn"}:
        verb = "reject" if status == "rejected" else "withdraw"
        book.when(TRIES[f"{verb}-disposal"](process_id), "approver")
    if status in {"approved", "executed", "settled"}:
        approve(book, process_id, "2024-02-20")
    if status in {"executed", "settled"}:
        carry_out(book, process_id, "DISP.SCRAP", "2024-02-25")
        book.when(TRIES["claim-compensation"](process_id))
    if status == "settled":
        book.when(TRIES["close-disposal"](process_id))
    assert status == book.process(process_id).status
    return process_id


def test_every_command_on_a_process_stands_in_the_table() -> None:
    """This table has a row for each, or that of other requests."""
    assert set(TRIES) | set(REQUEST_TRIES) == ON_PROCESSES


@pytest.mark.parametrize("row", TABLE.strip().splitlines(), ids=lambda row: row.split()[0])
def test_each_step_follows_only_the_step_before_it(row: str) -> None:
    """Status by command gives the status after, or the code of the refusal."""
    name, _, *expected = row.split()
    actual = []
    for status in STATUSES:
        book = city(books_from="2024-03")
        process_id = in_status(book, status)
        try:
            book.when(TRIES[name](process_id), "approver" if "approve" in name else "accountant")
        except Refused as refusal:
            actual.append(refusal.code)
        else:
            actual.append(book.process(process_id).status)

    assert expected == actual


def test_a_revoked_approval_gives_the_repair_back_its_way_home() -> None:
    """A thing at the repairer, approved and revoked, comes home where it was: in use."""
    book = city(books_from="2024-01")
    [copier] = buy(book, thing("copier", "26,000", "2024-01-05"), on="2024-01-05")
    process_id = ask(book, [copier], "DISP.SCRAP", "2024-02-10", min_life_reason="损坏")
    send = c.SendRepair(asset_ids=(copier,), vendor="shop", fault="jam", occurred_on=ON)
    book.when(send)
    approve(book, process_id, "2024-03-02")
    revoke = c.RevokeApproval(process_id=process_id, reason="误批", occurred_on=day("2024-03-03"))
    book.when(revoke, "approver")

    book.then_state(copier, "UNDER_REPAIR")
    book.when(c.CompleteRepair(asset_ids=(copier,), occurred_on=day("2024-03-04")))
    book.then_state(copier, "IN_USE")


def test_a_loss_at_a_count_is_no_request_to_approve_reject_or_withdraw() -> None:
    """What is in 1902 is cleared by its own decision, or by being found."""
    for name in ("approve-disposal", "reject-disposal", "withdraw-disposal"):
        book = stage()
        camera = buy_camera(book)
        process_id = book.when(missing(camera), "counter").created["process_id"][0]
        book.refused("E_KIND_MISMATCH", TRIES[name](process_id), by="approver")


def buy_camera(book: Book) -> str:
    """A camera booked in 2024-01."""
    [camera] = buy(book, thing("camera", "12,000", "2024-01-05"), on="2024-01-05")
    return camera


def test_a_thing_found_again_goes_on_depreciating_where_it_stopped() -> None:
    """Found two months later: the pending entry is reversed, 58 of 60 months are left.

    12,000 over 60 months is 200; two months were charged, one was missed while it was missing.
    """
    book = stage("2024-01")
    camera = buy_camera(book)
    assert book.run_depreciation("U1", "2024-01", 2) == ["200.00"] * 2
    process_id = book.when(missing(camera), "counter").created["process_id"][0]
    assert book.run_depreciation("U1", "2024-03") == ["0.00"]

    book.when(c.FoundAgain(asset_ids=(camera,), occurred_on=day("2024-04-05")))

    book.then_balance("U1", "1902.01", "0.00")
    book.then_balance("U1", "1601", "12,000.00")
    assert book.process(process_id).status == "withdrawn"
    assert book.run_depreciation("U1", "2024-04", 59) == ["200.00"] * 58 + ["0.00"]
