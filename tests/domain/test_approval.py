"""The approval envelope: steps in order, right people and office, parts cut, deputies."""

from __future__ import annotations

from typing import Any

import pytest

from domain.commands import structs as c
from domain.commands.approving import Leave
from domain.envelope import Actor
from domain.events import Approval, Limit, RequestItem, RouteStep
from domain.refusals import Refused
from tests.domain.book import Book
from tests.domain.orders import approve, ask, buy, carry_out, city
from tests.domain.things import approved, day, fen, thing

ON = day("2024-03-01")
OFFICER = Actor(person_id="officer", role="unit_asset_officer", unit_id="U1")
HEAD = Actor(person_id="head", role="unit_head", unit_id="U1")
ACCOUNTANT = Actor(person_id="accountant", role="unit_accountant", unit_id="U1")
DEPT = Actor(person_id="dept", role="competent_dept", unit_id="D1")
AFFAIRS = Actor(person_id="affairs", role="organ_affairs", unit_id="O1")
FINANCE = Actor(person_id="finance", role="finance", unit_id="F1")

STEPS = (
    RouteStep(code="minutes", zh="集体决策", en="collective decision", role="unit_head", group=1),
    RouteStep(code="value", zh="财务复核", en="value check", role="unit_accountant", group=1),
    RouteStep(code="review", zh="主管部门审核", en="review", role="competent_dept", group=2),
)


def the_city(*steps: RouteStep, kind: str = "*") -> Book:
    """A department D1 with U1 under it, U2 beside it, and a route where steps are given."""
    book = Book()
    for unit_id, parent in (("D1", None), ("U1", "D1"), ("U2", "D1")):
        book.given(
            c.RegisterUnit(
                unit_id=unit_id, name=unit_id, kind="administrative", parent_id=parent,
                occurred_on=day("2018-12-01"),
            ),
            c.OpenBooks(unit_id=unit_id, period="2024-01", occurred_on=day("2023-12-31")),
        )  # fmt: skip
    if steps:
        route = c.SetRoute(
            kind=kind, scope="*", valid_from=day("2024-01-01"), steps=steps,
            occurred_on=day("2024-01-01"),
        )  # fmt: skip
        book.given(route)
    return book


def copiers(book: Book, count: int = 1) -> list[str]:
    """Copiers of U1, 26,000 yuan each."""
    cards = [thing("copier", "26,000", "2024-01-05") for _ in range(count)]
    return buy(book, *cards, on="2024-01-05")


def request(book: Book, asset_ids: list[str], kind: str = "REALLOC.IN_DEPT", **more: Any) -> str:
    """Ask to give things to U2."""
    fields: dict[str, Any] = {"kind": kind, "unit_id": "U1", "to_unit": "U2", "occurred_on": ON}
    order = c.OpenRequest(asset_ids=tuple(asset_ids), **fields | more)
    return book.when(order, actor=OFFICER).created["process_id"][0]


def sign(book: Book, process_id: str, step: str, actor: Actor) -> None:
    """Sign one step."""
    book.when(c.ReviewRequest(process_id=process_id, step=step, occurred_on=ON), actor=actor)


def decide(process_id: str, **more: Any) -> c.ApproveRequest:
    """The approval of a request."""
    fields: dict[str, Any] = {"approval": approved("2024-03-01"), "occurred_on": ON}
    return c.ApproveRequest(process_id=process_id, **fields | more)


def signed(book: Book, process_id: str) -> list[str]:
    """The steps signed so far."""
    return [mark.step for mark in book.process(process_id).signed]


def test_steps_of_a_group_run_side_by_side_and_groups_one_after_another() -> None:
    """The second group waits for the whole of the first, the approval for all."""
    book = the_city(*STEPS)
    process_id = request(book, copiers(book))
    early = c.ReviewRequest(process_id=process_id, step="review", occurred_on=ON)
    book.refused("E_STEP_ORDER", early, actor=DEPT)
    sign(book, process_id, "value", ACCOUNTANT)
    book.refused("E_STEP_ORDER", early, actor=DEPT)
    book.refused("E_STEP_OPEN", decide(process_id), actor=AFFAIRS)
    sign(book, process_id, "minutes", HEAD)
    sign(book, process_id, "review", DEPT)
    book.when(decide(process_id), actor=AFFAIRS)

    assert book.process(process_id).status == "approved"
    assert signed(book, process_id) == ["value", "minutes", "review"]


@pytest.mark.parametrize(
    ("actor", "code"),
    [
        (ACCOUNTANT, "E_NOT_YOUR_STEP"),
        (Actor(person_id="h2", role="unit_head", unit_id="U2"), "E_NOT_YOUR_STEP"),
        (Actor(person_id="officer", role="unit_head", unit_id="U1"), "E_SELF_APPROVAL"),
        (HEAD, None),
    ],
)
def test_a_step_is_signed_by_its_role_in_its_unit_and_not_by_the_requester(
    actor: Actor, code: str | None
) -> None:
    """Role, unit and person must fit (handbook 1.5)."""
    book = the_city(*STEPS)
    order = c.ReviewRequest(process_id=request(book, copiers(book)), step="minutes", occurred_on=ON)
    if code is None:
        book.when(order, actor=actor)
    else:
        book.refused(code, order, actor=actor)


def test_nobody_takes_part_twice() -> None:
    """Who signed a step approves no more, whatever his second role (handbook 1.5)."""
    book = the_city(STEPS[2])
    process_id = request(book, copiers(book))
    sign(book, process_id, "review", DEPT)
    again = Actor(person_id="dept", role="organ_affairs", unit_id="O1")
    book.refused("E_SELF_APPROVAL", decide(process_id), actor=again)
    itself = Actor(person_id="officer", role="organ_affairs", unit_id="O1")
    book.refused("E_SELF_APPROVAL", decide(process_id), actor=itself)


def test_a_countersigned_step_waits_for_as_many_people_as_it_names() -> None:
    """会签: two of the department sign, and they are two."""
    book = the_city(RouteStep(code="joint", zh="会签", role="competent_dept", group=1, signers=2))
    process_id = request(book, copiers(book))
    sign(book, process_id, "joint", DEPT)
    order = c.ReviewRequest(process_id=process_id, step="joint", occurred_on=ON)
    book.refused("E_SELF_APPROVAL", order, actor=DEPT)
    book.refused("E_STEP_OPEN", decide(process_id), actor=AFFAIRS)
    sign(book, process_id, "joint", Actor(person_id="dept2", role="competent_dept", unit_id="D1"))
    book.when(decide(process_id), actor=AFFAIRS)

    assert book.process(process_id).status == "approved"


def test_a_step_for_large_batches_is_not_asked_of_small_ones() -> None:
    """`from_fen` is the sum of original values."""
    for count, expected in ((1, "approved"), (2, "open")):
        step = RouteStep(code="m", zh="集体决策", role="unit_head", group=1, from_fen=fen("30,000"))
        book = the_city(step)
        process_id = request(book, copiers(book, count))
        if expected == "open":
            book.refused("E_STEP_OPEN", decide(process_id), actor=AFFAIRS)
        else:
            book.when(decide(process_id), actor=AFFAIRS)

        assert expected == book.process(process_id).status


def test_a_returned_request_takes_again_what_followed() -> None:
    """Back to an earlier step: that step and later ones are signed anew, by anybody entitled."""
    book = the_city(*STEPS)
    process_id = request(book, copiers(book))
    sign(book, process_id, "minutes", HEAD)
    sign(book, process_id, "value", ACCOUNTANT)
    back = c.ReturnRequest(process_id=process_id, to="minutes", reason="缺纪要", occurred_on=ON)
    book.refused("E_NOT_YOUR_STEP", back, actor=HEAD)
    book.refused("E_SELF_APPROVAL", back, actor=OFFICER)
    book.when(back, actor=DEPT)

    assert signed(book, process_id) == []
    sign(book, process_id, "minutes", HEAD)


def test_a_request_returned_to_its_maker_waits_for_him_alone() -> None:
    """Nothing but handing in again or withdrawing is possible; the things stay held."""
    book = the_city(*STEPS)
    [copier] = copiers(book)
    process_id = request(book, [copier])
    back = c.ReturnRequest(process_id=process_id, reason="缺评估", occurred_on=ON)
    book.when(back, actor=HEAD)
    sign_ = c.ReviewRequest(process_id=process_id, step="minutes", occurred_on=ON)
    book.refused("E_STATE", sign_, actor=HEAD)
    book.refused("E_STATE", decide(process_id), actor=AFFAIRS)
    again = c.ResubmitRequest(
        process_id=process_id, detail={"appraisal_no": "评〔2024〕3号"}, occurred_on=ON
    )
    book.refused("E_NOT_REQUESTER", again, actor=HEAD)
    strange = c.ResubmitRequest(process_id=process_id, detail={"x": 1}, occurred_on=ON)
    book.refused("E_ATTRIBUTE", strange, actor=OFFICER)
    book.when(again, actor=OFFICER)

    assert book.process(process_id).detail["appraisal_no"] == "评〔2024〕3号"
    book.when(c.WithdrawRequest(process_id=process_id, occurred_on=ON), actor=OFFICER)
    assert not book.holding(copier).overlays


def test_an_approval_leaves_things_out_and_counts_them() -> None:
    """审减 in pieces and money; what was cut is free at once, what remains is carried out."""
    book = the_city()
    asset_ids = copiers(book, 3)
    process_id = request(book, asset_ids)
    leave = Leave(asset_id=asset_ids[0], reason="仍需使用")
    book.when(decide(process_id, leave_out=(leave,)), actor=AFFAIRS)
    process = book.process(process_id)

    assert (2, fen("52,000")) == (process.pieces, process.amount_fen)
    assert tuple(asset_ids[1:]) == process.asset_ids
    assert book.holding(asset_ids[0]).process_id is None
    everything = tuple(Leave(asset_id=asset_id, reason="无") for asset_id in asset_ids[1:])
    other = request(book, asset_ids[:1])
    book.refused("E_UNKNOWN_ASSET", decide(other, leave_out=everything), actor=AFFAIRS)
    book.refused(
        "E_AMOUNT",
        decide(other, leave_out=(Leave(asset_id=asset_ids[0], reason="无"),)),
        actor=AFFAIRS,
    )


def test_a_purchase_request_is_cut_in_pieces_and_price() -> None:
    """Ten desktops at 6,000 become eight at 5,000: 20,000 yuan and two pieces are cut."""
    book = the_city()
    item = RequestItem(name="台式计算机", class_code="A02010105", pieces=10, price_fen=fen("6,000"))
    process_id = request(book, [], "CONFIG.PURCHASE", items=(item,), to_unit=None)
    leave = Leave(item=0, pieces=2, price_fen=fen("5,000"), reason="超标准")
    book.when(decide(process_id, leave_out=(leave,)), actor=FINANCE)
    process = book.process(process_id)

    assert (8, fen("40,000")) == (process.pieces, process.amount_fen)


def test_a_granted_purchase_is_carried_out_piece_by_piece_and_no_further() -> None:
    """The request's approval counts; more pieces, other classes or another unit are refused."""
    book = the_city()
    item = RequestItem(name="台式计算机", class_code="A02010105", pieces=3, price_fen=fen("5,000"))
    process_id = request(book, [], "CONFIG.PURCHASE", items=(item,), to_unit=None)

    def bought(count: int, kind: str = "desktop", **more: Any) -> c.RegisterAcquisition:
        cards = tuple(thing(kind, "5,000", "2024-03-01") for _ in range(count))
        fields: dict[str, Any] = {"unit_id": "U1", "sub_kind": "CONFIG.PURCHASE"}
        return c.RegisterAcquisition(
            cards=cards, request_id=process_id, occurred_on=ON, **fields | more
        )

    book.refused("E_NO_APPROVAL", bought(1))
    book.when(decide(process_id), actor=FINANCE)
    book.refused("E_KIND_MISMATCH", bought(4))
    book.refused("E_KIND_MISMATCH", bought(1, "laptop"))
    book.refused("E_KIND_MISMATCH", bought(1, unit_id="U2"))
    first = book.when(bought(2))

    assert "E_NO_APPROVAL" not in first.flags
    assert (
        book.process(process_id).status,
        book.process(process_id).executed_pieces,
    ) == ("approved", 2)
    stop = c.RevokeRequest(process_id=process_id, reason="停购", occurred_on=ON)
    book.refused("E_ALREADY_EXECUTED", stop, actor=FINANCE)
    book.when(bought(1))

    assert book.process(process_id).status == "executed"
    book.refused("E_NO_APPROVAL", bought(1))


LIMITS = (
    Limit(office="department", below_fen=fen("50,000")),
    Limit(office="finance", min_fen=fen("50,000"), below_fen=fen("300,000")),
    Limit(office="government", min_fen=fen("300,000")),
    Limit(office="finance", asset_kinds=("vehicle",)),
)


def limited(kind: str = "DISP", scope: str = "*", since: str = "2024-01-01") -> c.SetLimits:
    """A table of limits in the manner of a county (handbook 8.1)."""
    return c.SetLimits(
        kind=kind, scope=scope, valid_from=day(since), rows=LIMITS, occurred_on=day("2024-01-01")
    )


@pytest.mark.parametrize(
    ("kind", "yuan", "passing"),
    [
        ("copier", "49,999.99", {"department", "finance", "government", "organ_affairs"}),
        ("copier", "50,000", {"finance", "government"}),
        ("copier", "299,999.99", {"finance", "government"}),
        ("copier", "300,000", {"government"}),
        ("sedan", "10,000", {"finance", "government"}),
    ],
)
def test_the_office_that_the_limits_name_decides(kind: str, yuan: str, passing: set[str]) -> None:
    """One fen more or less, and the kind of thing, name another office (8.1)."""
    actors = {"department": DEPT, "organ_affairs": AFFAIRS, "finance": FINANCE,
              "government": FINANCE}  # fmt: skip
    actual, codes = set(), set()
    for office, actor in actors.items():
        book = the_city()
        book.given(limited())
        asset_ids = buy(book, thing(kind, yuan, "2024-01-05"), on="2024-01-05")
        process_id = ask(book, asset_ids, "DISP.SALE", "2024-02-10", appraisal_no="评1号")
        decision = c.ApproveDisposal(
            process_id=process_id,
            approval=Approval(no="批1号", on=ON, level="city", office=office),
            occurred_on=ON,
        )
        try:
            book.when(decision, actor=actor)
        except Refused as refusal:
            codes.add(refusal.code)
        else:
            actual.add(office)

    assert passing == actual
    assert codes <= {"E_LEVEL"}


def test_nobody_signs_for_an_office_that_is_not_his() -> None:
    """A department's clerk records no decision of finance; an office records a government's."""
    book = the_city()
    process_id = request(book, copiers(book))
    foreign = Approval(no="批1号", on=ON, level="city", office="finance")
    book.refused("E_LEVEL", decide(process_id, approval=foreign), actor=DEPT)
    book.refused("E_LEVEL", decide(process_id), actor=HEAD)


def test_rules_are_those_of_the_day_and_the_nearest_scope() -> None:
    """Later tables, narrower scopes and longer kinds win, from their day on and not before."""
    book = the_city()
    asset_ids = copiers(book)
    book.given(limited(since="2024-04-01"))
    process_id = ask(book, asset_ids, "DISP.SALE", "2024-02-10", appraisal_no="评1号")
    own = c.SetLimits(
        kind="DISP.SALE", scope="unit:D1", valid_from=day("2024-02-01"),
        valid_to=day("2024-02-29"), rows=(Limit(office="government"),),
        occurred_on=day("2024-02-01"),
    )  # fmt: skip
    book.given(own)
    in_february = c.ApproveDisposal(
        process_id=process_id, approval=approved("2024-02-29"), occurred_on=day("2024-02-29")
    )
    book.refused("E_LEVEL", in_february, actor=DEPT)
    book.when(c.ApproveDisposal(process_id=process_id, approval=approved("2024-03-01"),
                                occurred_on=ON), actor=DEPT)  # fmt: skip

    assert book.process(process_id).status == "approved"


def test_a_deputy_acts_until_his_day_and_counts_as_both() -> None:
    """授权代理: in the role and the days given; neither of the two may be the requester."""
    book = the_city(*STEPS[:1])
    lend = c.Delegate(
        to_person="deputy", role="unit_head", valid_from=ON, valid_to=day("2024-03-10"),
        occurred_on=ON,
    )  # fmt: skip
    book.when(lend, actor=HEAD)
    stands_in = Actor(person_id="deputy", role="unit_head", unit_id="U1", on_behalf_of="head")
    process_id = request(book, copiers(book))
    late = c.ReviewRequest(process_id=process_id, step="minutes", occurred_on=day("2024-03-11"))
    book.refused("E_DELEGATION", late, actor=stands_in)
    book.refused("E_DELEGATION", lend, actor=stands_in)
    unasked = Actor(person_id="other", role="unit_head", unit_id="U1", on_behalf_of="head")
    timely = c.ReviewRequest(process_id=process_id, step="minutes", occurred_on=ON)
    book.refused("E_DELEGATION", timely, actor=unasked)
    book.when(timely, actor=stands_in)
    principal = Actor(person_id="head", role="organ_affairs", unit_id="O1")
    book.refused("E_SELF_APPROVAL", decide(process_id), actor=principal)


def test_an_ended_delegation_ends_the_same_day() -> None:
    """From the day of its end the deputy acts no more."""
    book = the_city(*STEPS[:1])
    lend = c.Delegate(
        to_person="deputy", role="unit_head", valid_from=ON, valid_to=day("2024-03-10"),
        occurred_on=ON,
    )  # fmt: skip
    book.when(lend, actor=HEAD)
    stop = c.EndDelegation(to_person="deputy", role="unit_head", occurred_on=day("2024-03-05"))
    book.when(stop, actor=HEAD)
    stands_in = Actor(person_id="deputy", role="unit_head", unit_id="U1", on_behalf_of="head")
    process_id = request(book, copiers(book))
    for on, code in ((4, None), (5, "E_DELEGATION")):
        order = c.ReviewRequest(
            process_id=process_id, step="minutes", occurred_on=day(f"2024-03-0{on}")
        )
        if code:
            book.refused(code, order, actor=stands_in)
        else:
            book.when(order, actor=stands_in)
    book.refused("E_DELEGATION", stop, actor=HEAD)


def test_a_filed_process_takes_no_more_money() -> None:
    """备案 comes when all is done and paid, and closes the process."""
    book = city(books_from="2024-01")
    [copier] = buy(book, thing("copier", "26,000", "2024-01-05"), on="2024-01-05")
    process_id = ask(book, [copier], "DISP.SCRAP", "2024-02-10", min_life_reason="损坏")
    approve(book, process_id, "2024-02-20")
    filing = c.FileProcess(process_id=process_id, document_no="备〔2024〕1号", occurred_on=ON)
    book.refused("E_STATE", filing)
    book.run_depreciation("U1", "2024-01")
    carry_out(book, process_id, "DISP.SCRAP", "2024-02-25")
    claim = c.ClaimCompensation(process_id=process_id, amount_fen=100, occurred_on=ON)
    book.when(claim)
    book.refused("E_MONEY_OPEN", filing)
    book.when(c.ReceiveCompensation(process_id=process_id, amount_fen=100, occurred_on=ON))
    book.when(c.CloseDisposal(process_id=process_id, occurred_on=ON))
    book.refused("E_MONEY_OPEN", filing)
    book.when(c.PayTreasury(process_id=process_id, amount_fen=100, slip_no="缴1", occurred_on=ON))
    book.when(filing)
    book.refused("E_ALREADY_CLOSED", filing)
    book.refused("E_ALREADY_CLOSED", claim)


def test_things_of_a_request_are_held_by_it() -> None:
    """No second request, no other disposal, until it ends."""
    book = the_city()
    [copier] = copiers(book)
    request(book, [copier])
    second = c.OpenRequest(kind="USE.LEND", unit_id="U1", asset_ids=(copier,), occurred_on=ON)
    book.refused("E_PROCESS_OPEN", second)
    scrap = c.ApplyDisposal(
        asset_ids=(copier,), sub_kind="DISP.SCRAP", min_life_reason="损坏", occurred_on=ON
    )
    book.refused("E_PROCESS_OPEN", scrap)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"kind": "X.Y"}, "E_SUB_KIND"),
        ({"asset_ids": ()}, "E_UNKNOWN_ASSET"),
        ({"to_unit": None}, "E_RECEIVER"),
        ({"to_unit": "U1"}, "E_RECEIVER"),
        ({"to_unit": "U9"}, "E_UNKNOWN_UNIT"),
        ({"unit_id": "D1"}, "E_NOT_HOLDER"),
        ({"kind": "CONFIG.PURCHASE", "asset_ids": ()}, "E_AMOUNT"),
    ],
)
def test_a_request_names_what_it_is_about(fields: dict[str, Any], code: str) -> None:
    """Kind, things, receiver and unit must fit each other."""
    book = the_city()
    whole: dict[str, Any] = {
        "kind": "REALLOC.IN_DEPT", "unit_id": "U1", "to_unit": "U2", "occurred_on": ON,
        "asset_ids": tuple(copiers(book)),
    }  # fmt: skip
    book.refused(code, c.OpenRequest(**whole | fields), actor=OFFICER)


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (c.SetLimits(kind="DISP", scope="*", valid_from=ON, occurred_on=ON,
                     rows=(Limit(office="king"),)), "E_SUB_KIND"),
        (c.SetLimits(kind="DISP", scope="*", valid_from=ON, occurred_on=ON,
                     rows=(Limit(office="finance", min_fen=5, below_fen=5),)), "E_AMOUNT"),
        (c.SetLimits(kind="DISP", scope="village", valid_from=ON, occurred_on=ON, rows=()),
         "E_SUB_KIND"),
        (c.SetLimits(kind="DISP", scope="*", valid_from=ON, valid_to=day("2024-01-01"),
                     occurred_on=ON, rows=()), "E_DATE"),
        (c.SetRoute(kind="DISP", scope="unit:U9", valid_from=ON, occurred_on=ON), "E_UNKNOWN_UNIT"),
        (c.SetRoute(kind="DISP", scope="*", valid_from=ON, occurred_on=ON,
                    steps=(STEPS[0], STEPS[0])), "E_EXISTS"),
        (c.SetRoute(kind="DISP", scope="*", valid_from=ON, occurred_on=ON,
                    steps=(RouteStep(code="a", zh="甲", role="king", group=1),)), "E_SUB_KIND"),
    ],
)  # fmt: skip
def test_rules_that_make_no_sense_are_refused(order: c.Command, code: str) -> None:
    """Offices, scopes, roles and amounts are checked when a rule is set."""
    the_city().refused(code, order)
