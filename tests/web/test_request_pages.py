"""Requests on pages: made, signed, returned, cut and decided, by the right people in turn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from api.app import create_app
from api.auth.identity import Grant
from api.auth.powers import Role
from api.bootstrap import Works
from api.directory.accounts import DEMO_PASSWORD, create_account
from api.directory.people import Person
from api.house import SHANGHAI
from domain.cards import Card
from domain.commands import structs as c
from domain.envelope import Actor
from domain.events import Approval, Limit, RouteStep
from eventstore.application import Answer
from tests.api.conftest import Account
from tests.waiting import PATIENCE_SECONDS
from tests.web.conftest import OpenPage, fits, shoot

TODAY = datetime.now(SHANGHAI).date()
FINANCE = Actor("p-finance", "finance", "CZ")
OFFICER = Actor("p-officer", "unit_asset_officer", "JY")
ACCOUNTANT = Actor("p-accountant", "unit_accountant", "JY")
STEPS = (
    RouteStep(code="minutes", zh="集体决策", en="collective decision", role="unit_head", group=1),
    RouteStep(code="value", zh="财务复核", en="value check", role="unit_accountant", group=1),
    RouteStep(code="review", zh="主管部门审核", en="department review", role="competent_dept",
              group=2),
)  # fmt: skip
ROWS = (
    Limit(office="organ_affairs", below_fen=5_000_000),
    Limit(office="finance", min_fen=5_000_000),
)


def _card(number: int) -> Card:
    return Card(
        card_no=f"TY2025000001{number:02d}", name="多功能一体机", class_std="GB/T 14885-2022",
        class_code="A02020400", card_type="equipment", account_code="1601", acq_way="PURCHASE",
        acquired_on=date(2025, 1, 10), gross_fen=2_600_000, fiscal_fen=2_600_000,
        life_months=72,
    )  # fmt: skip


class Office(msgspec.Struct):
    """What the tests begin with: the works, three things on hand, and a client for everybody."""

    works: Works
    things: list[str]
    browser: TestClient[Litestar]
    accounts: dict[str, Account]

    def do(self, command: Any, actor: Actor = OFFICER) -> Answer:
        """Give a command; the pages show it afterwards."""
        answer = self.works.ledger.execute(command, actor)
        assert self.works.engine.wait_for(answer.position, timeout=PATIENCE_SECONDS)
        return answer

    def ask(self, *things: str, kind: str = "REALLOC.IN_DEPT") -> str:
        """A request of the officer for `things`; its id."""
        order = c.OpenRequest(kind=kind, unit_id="JY", to_unit="ZX", asset_ids=things,
                              occurred_on=TODAY, reason="学校急需")  # fmt: skip
        return self.do(order).created["process_id"][0]

    def account(self, name: str) -> Account:
        """Somebody signed in."""
        if name not in self.accounts:
            self.accounts[name] = Account(self.browser, name)
        return self.accounts[name]

    def post(self, name: str, path: str, **form: Any) -> Any:
        """A form posted by `name`, not followed."""
        account = self.account(name)
        token = account.headers["X-CSRF-Token"]
        data = {"csrf_token": token, "occurred_on": TODAY.isoformat(), **form}
        return account.post(path, data=data, follow_redirects=False)

    def row(self, process_id: str) -> dict[str, Any]:
        """The process as the API tells it."""
        answer = self.account("finance").get(f"/api/v1/queries/process?process_id={process_id}")
        found: dict[str, Any] = answer.json()["rows"][0]
        return found


@pytest.fixture(scope="module")
def office(works: Works) -> Iterator[Office]:
    """A route of three steps, limits, and three copiers that are booked."""
    person = Person(person_id="p-deputy", name="严代", unit_id="JY")
    grant = Grant(role=Role.CUSTODIAN, unit_id="JY")
    create_account(works.house.pool, username="deputy", password=DEMO_PASSWORD, person=person,
                   grants=[grant], is_demo=True)  # fmt: skip
    with TestClient(create_app(works.house)) as browser:
        made = Office(works, [], browser, {})
        start = date(2025, 1, 1)
        made.do(c.SetRoute(kind="*", scope="*", valid_from=start, steps=STEPS, occurred_on=start,
                           source="示例办〔2025〕1号"), FINANCE)  # fmt: skip
        made.do(c.SetLimits(kind="REALLOC", scope="level:city", valid_from=start, rows=ROWS,
                            occurred_on=start, source="示例财〔2025〕2号"), FINANCE)  # fmt: skip
        made.do(c.OpenBooks(occurred_on=start, unit_id="JY", period="2025-01"), ACCOUNTANT)
        approval = Approval(no="批〔2025〕1号", on=date(2025, 1, 5), level="city")
        bought = made.do(c.RegisterAcquisition(
            occurred_on=date(2025, 1, 10), unit_id="JY", sub_kind="CONFIG.PURCHASE",
            cards=tuple(_card(n) for n in range(12)), approval=approval,
        ))  # fmt: skip
        made.things = bought.created["asset_ids"]
        made.do(c.PostToBooks(occurred_on=date(2025, 1, 10), asset_ids=tuple(made.things)),
                ACCOUNTANT)  # fmt: skip
        yield made


def test_a_request_is_made_on_the_page(office: Office) -> None:
    """Kind first, then the form over the chosen things; afterwards its own page."""
    officer, thing = office.account("officer"), office.things[0]
    kinds = officer.get(f"/requests/new?asset_ids={thing}").text
    form = officer.get(f"/requests/new?asset_ids={thing}&kind=USE.LEND").text
    made = office.post("officer", "/requests/new", kind="USE.LEND", unit_id="JY",
                       asset_ids=thing, reason="抗旱")  # fmt: skip
    page = officer.get(made.headers["location"]).text

    assert "出借" in kinds
    assert "购置" not in kinds
    assert "多功能一体机" in form
    assert made.status_code == 303
    assert all(word in page for word in ("集体决策", "财务复核", "抗旱"))


def test_things_to_be_bought_are_written_line_by_line(office: Office) -> None:
    """Empty lines count for nothing; a price that cannot be read is said beside its input."""
    lines = {"item.0.name": "台式计算机", "item.0.class_code": "A02010105", "item.0.pieces": "3",
             "item.0.price": "4,980.00"}  # fmt: skip
    wrong = office.post("officer", "/requests/new", kind="CONFIG.PURCHASE", unit_id="JY",
                        **lines | {"item.0.price": "many"})  # fmt: skip
    made = office.post("officer", "/requests/new", kind="CONFIG.PURCHASE", unit_id="JY", **lines)
    process_id = made.headers["location"].rpartition("/")[2]

    assert (wrong.status_code, "field-error" in wrong.text) == (400, True)
    assert office.row(process_id)["amount_fen"] == 3 * 498_000


def test_only_those_whose_turn_it_is_are_asked(office: Office) -> None:
    """Head and accountant first, then the department, then the office that the limits name."""
    process_id = office.ask(office.things[1])
    path = f"/processes/{process_id}"

    def asked() -> set[str]:
        return {
            name for name in ("officer", "accountant", "head", "dept", "organ", "finance")
            if process_id in office.account(name).get("/").text
        }  # fmt: skip

    found = [asked()]
    for name, step in (("head", "minutes"), ("accountant", "value"), ("dept", "review")):
        answer = office.post(name, f"{path}/sign", who=f"{step}:", opinion="同意")
        assert answer.status_code == 303, answer.text
        found.append(asked())

    assert found == [{"accountant", "head"}, {"accountant"}, {"dept"}, {"organ"}]


def signed(office: Office, process_id: str) -> None:
    """All three steps of the route."""
    for name, step in (("head", "minutes"), ("accountant", "value"), ("dept", "review")):
        assert office.post(name, f"/processes/{process_id}/sign", who=f"{step}:").status_code == 303


def test_an_approval_cuts_a_thing_with_a_reason(office: Office) -> None:
    """Without a reason it comes back with what was entered; pieces and money are counted."""
    first, cut, second = office.things[2], office.things[3], office.things[11]
    process_id = office.ask(first, cut, second)
    signed(office, process_id)
    form = {"who": "", "approval.no": "调〔2026〕5号", "approval.on": TODAY.isoformat(),
            "approval.level": "city", "listed": f"{first},{cut},{second}",
            "keep": [first, second]}  # fmt: skip
    path = f"/processes/{process_id}/approve"
    missing = office.post("finance", path, **form)
    decided = office.post("finance", path, **form, **{f"cut.{cut}": "尚可自用"})
    row = office.row(process_id)

    assert (missing.status_code, "须填写审减原因" in missing.text) == (400, True)
    assert decided.status_code == 303, decided.text
    assert (row["status"], row["cut_pieces"], row["cut_fen"]) == ("approved", 1, 2_600_000)
    assert (row["approved_pieces"], row["approved_fen"]) == (2, 5_200_000)


def test_a_disposal_goes_the_same_way_to_its_filing(office: Office) -> None:
    """Signed, cut, decided, carried out and filed; its approval is the disposals' own command."""
    keep, cut = office.things[9], office.things[10]
    order = c.ApplyDisposal(
        asset_ids=(keep, cut), sub_kind="DISP.DONATE", purpose="助学", occurred_on=TODAY
    )
    process_id = office.do(order).created["process_id"][0]
    signed(office, process_id)
    form = {"who": "", "approval.no": "处〔2026〕9号", "approval.on": TODAY.isoformat(),
            "approval.level": "city", "listed": f"{keep},{cut}", "keep": keep}  # fmt: skip
    path = f"/processes/{process_id}"
    decided = office.post("finance", f"{path}/approve", **form, **{f"cut.{cut}": "不宜捐赠"})
    early = office.post("finance", f"{path}/file", who="", document_no="备〔2026〕1号")
    row = office.row(process_id)

    assert decided.status_code == 303, decided.text
    assert (early.status_code, "E_STATE" in early.text) == (422, True)
    assert (row["status"], row["approved_pieces"], row["cut_pieces"]) == ("approved", 1, 1)


def test_batches_that_look_split_are_marked(office: Office) -> None:
    """Two of 26,000 yuan side by side pass the limit of 50,000; it is a mark, no refusal."""
    one, two = office.ask(office.things[8]), office.ask(office.things[7])
    signed(office, two)
    form = {"who": "", "approval.no": "调〔2026〕6号", "approval.on": TODAY.isoformat(),
            "approval.level": "city"}  # fmt: skip
    decided = office.post("organ", f"/processes/{two}/approve", **form)

    assert decided.status_code == 303, decided.text
    assert office.row(two)["steps"][-1]["flags"] == ["E_SPLIT_BATCH"]
    assert "E_SPLIT_BATCH" in office.account("organ").get(f"/processes/{two}").text
    office.post("officer", f"/processes/{one}/withdraw", who="")


def test_a_returned_request_waits_for_its_maker(office: Office) -> None:
    """The head returns it, the officer completes it, and the head is asked again."""
    process_id = office.ask(office.things[4])
    path = f"/processes/{process_id}"
    bare = office.post("head", f"{path}/return", who="", to="applicant")
    back = office.post("head", f"{path}/return", who="", to="applicant", reason="缺会议纪要")
    row = office.row(process_id)
    again = office.post("officer", f"{path}/resubmit", who="", minutes_no="纪〔2026〕3号")

    assert bare.status_code == 422
    assert (back.status_code, row["status"], row["returned_to"]) == (303, "returned", "applicant")
    assert [wait["act"] for wait in row["waiting"]] == ["resubmit"]
    assert again.status_code == 303, again.text
    assert office.row(process_id)["status"] == "open"


def test_a_request_is_withdrawn_or_rejected(office: Office) -> None:
    """By its maker without a reason, by an office with one."""
    one, other = office.ask(office.things[5]), office.ask(office.things[6])
    office.post("officer", f"/processes/{one}/withdraw", who="")
    office.post("finance", f"/processes/{other}/reject", who="", reason="已有安排")

    assert [office.row(one)["status"], office.row(other)["status"]] == ["withdrawn", "rejected"]


def test_a_deputy_signs_for_the_head(office: Office) -> None:
    """The head asks him on the page; the record names both, and nobody else may."""
    process_id = office.ask(office.things[5])
    path = f"/processes/{process_id}/sign"
    before = office.post("accountant", path, who="minutes:p-head")
    given = office.post("head", "/delegations/give", to_person="p-accountant", role="unit_head",
                        valid_from=TODAY.isoformat(), valid_to=TODAY.isoformat())  # fmt: skip
    home = office.account("accountant").get("/").text
    done = office.post("accountant", path, who="minutes:p-head")
    step = office.row(process_id)["steps"][-1]
    ended = office.post("head", "/delegations/end", to_person="p-accountant", role="unit_head")

    assert (before.status_code, "E_DELEGATION" in before.text) == (422, True)
    assert given.status_code == 303, given.text
    assert "代 郑维国" in home
    assert done.status_code == 303, done.text
    assert (step["actor_id"], step["on_behalf_of"]) == ("p-accountant", "p-head")
    assert (step["actor_role"], ended.status_code) == ("unit_head", 303)


def test_rules_are_set_by_the_offices_alone(office: Office) -> None:
    """Finance sets limits on the page; the officer reads them and has no form."""
    form = {"kind": "REPAIR", "scope": "*", "valid_from": "2026-01-01", "row.0.office": "finance",
            "row.0.min_fen": "300,000", "row.0.asset_kinds": "house"}  # fmt: skip
    made = office.post("finance", "/rules/limits", **form)
    page = office.account("officer").get("/rules").text
    refused = office.post("officer", "/rules/limits", **form)

    assert made.status_code == 303, made.text
    assert ["300,000.00" in page, "房屋" in page] == [True, True]
    assert 'action="/rules/limits"' not in page
    assert refused.status_code == 403


@pytest.mark.parametrize("phone", [False, True])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pages_fit_and_recount(
    office: Office, open_page: OpenPage, phone: bool, lang: str
) -> None:
    """No page is wider than the window; a box that is cleared changes the sums."""
    waiting = office.account("finance").get("/api/v1/queries/processes?waiting_for=organ_affairs")
    process_id = waiting.json()["rows"][-1]["process_id"]
    size = f"{'390' if phone else '1440'}-{lang}"
    page = open_page("organ", f"/processes/{process_id}?lang={lang}", phone=phone, lang=lang)
    page.locator('input[name="keep"]').first.uncheck()

    assert page.locator("[data-cut]").inner_text().startswith("1 ·")
    assert fits(page)
    shoot(page, f"request-{size}")
    for name, path, who in (
        ("rules", "/rules", "finance"),
        ("delegations", "/delegations", "head"),
        ("request-new", f"/requests/new?kind=CONFIG.PURCHASE&lang={lang}", "officer"),
        ("workbench-mine", "/", "accountant"),
        ("processes", "/processes", "officer"),
    ):
        page = open_page(who, f"{path}{'&' if '?' in path else '?'}lang={lang}", phone=phone,
                         lang=lang)  # fmt: skip
        assert fits(page), name
        shoot(page, f"{name}-{size}")
