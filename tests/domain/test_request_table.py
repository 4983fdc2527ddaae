"""The life of a request that is no disposal: every status by every command on it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from domain.commands import structs as c
from domain.envelope import Actor
from domain.refusals import Refused
from tests.domain.test_approval import (
    AFFAIRS,
    DEPT,
    OFFICER,
    ON,
    STEPS,
    copiers,
    decide,
    request,
    the_city,
)

REQUEST_TRIES: dict[str, tuple[Callable[[str], c.Command], Actor]] = {
    "review-request": (
        lambda process: c.ReviewRequest(process_id=process, step="review", occurred_on=ON), DEPT
    ),
    "return-request": (
        lambda process: c.ReturnRequest(process_id=process, reason="缺件", occurred_on=ON), DEPT
    ),
    "resubmit-request": (
        lambda process: c.ResubmitRequest(process_id=process, occurred_on=ON), OFFICER
    ),
    "approve-request": (decide, AFFAIRS),
    "reject-request": (
        lambda process: c.RejectRequest(process_id=process, reason="不需要", occurred_on=ON),
        AFFAIRS,
    ),
    "withdraw-request": (
        lambda process: c.WithdrawRequest(process_id=process, occurred_on=ON), OFFICER
    ),
    "revoke-request": (
        lambda process: c.RevokeRequest(process_id=process, reason="误批", occurred_on=ON),
        AFFAIRS,
    ),
    "file-process": (
        lambda process: c.FileProcess(process_id=process, document_no="备1号", occurred_on=ON),
        AFFAIRS,
    ),
}  # fmt: skip
"""Commands on requests that are no disposals, with who gives them."""

TABLE = """
                 | open        signed    returned  approved  rejected withdrawn
review-request   | open        E_STEP_ORDER E_STATE E_STATE  E_STATE  E_STATE
return-request   | returned    returned  E_STATE   E_STATE   E_STATE  E_STATE
resubmit-request | E_STATE     E_STATE   open      E_STATE   E_STATE  E_STATE
approve-request  | E_STEP_OPEN approved  E_STATE   E_STATE   E_STATE  E_STATE
reject-request   | rejected    rejected  rejected  E_STATE   E_STATE  E_STATE
withdraw-request | withdrawn   withdrawn withdrawn E_STATE   E_STATE  E_STATE
revoke-request   | E_STATE     E_STATE   E_STATE   open      E_STATE  E_STATE
file-process     | E_STATE     E_STATE   E_STATE   E_STATE   E_STATE  E_STATE
"""
"""Command by status: the status after, or the code."""

WAYS = {
    "open": (),
    "signed": ("review-request",),
    "returned": ("return-request",),
    "approved": ("review-request", "approve-request"),
    "rejected": ("reject-request",),
    "withdrawn": ("withdraw-request",),
}


@pytest.mark.parametrize("row", TABLE.strip("\n").splitlines()[1:], ids=lambda row: row.split()[0])
def test_every_command_passes_in_its_status_and_nowhere_else(row: str) -> None:
    """Status by command gives the status after, or the code of the refusal."""
    name, _, *expected = row.split()
    actual = []
    for way in WAYS.values():
        book = the_city(STEPS[2])
        process_id = request(book, copiers(book))
        for step in way:
            order, actor = REQUEST_TRIES[step]
            book.when(order(process_id), actor=actor)
        order, actor = REQUEST_TRIES[name]
        try:
            book.when(order(process_id), actor=actor)
        except Refused as refusal:
            actual.append(refusal.code)
        else:
            actual.append(book.process(process_id).status)

    assert expected == actual
