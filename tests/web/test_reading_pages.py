"""Register, card, ledger, periods, processes, issues and export, as their readers meet them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient

from api.app import create_app
from api.auth.powers import Thing, may
from api.bootstrap import Works
from api.directory.access import access_records
from api.directory.accounts import DEMO_PASSWORD
from api.queries.asking import ask
from api.web import pages, words
from projections.register import listing
from tests.api.city import PEOPLE
from tests.web.lived import Lived, live

Client = TestClient[Litestar]
Visit = Callable[[str, str], "Shown"]


class Shown:
    """An answer as a reader sees it: status, address, and the text without its tags."""

    def __init__(self, status: int, address: str, html: str) -> None:
        self.status, self.address, self.html = status, address, html
        body = html.partition("<main")[2]
        self.text = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))

    def link(self, word: str) -> str:
        """Where the first link whose text is `word` leads."""
        found = re.search(rf'href="([^"]+)"[^>]*>(?:<span[^>]*>)*\s*{re.escape(word)}', self.html)
        assert found, f"no link {word}"
        return unescape(found[1])


@pytest.fixture(scope="module")
def lived(works: Works) -> Lived:
    """The unit's months."""
    return live(works)


class Reader:
    """One account's browser; all share one client, which never sees another's cookie."""

    def __init__(self, client: Client, username: str) -> None:
        self._client = client
        client.cookies.clear()
        given = {"username": username, "password": DEMO_PASSWORD}
        answer = client.post("/api/v1/session", json=given)
        assert answer.status_code == 204
        self._cookies = dict(client.cookies.items())

    def get(self, path: str) -> Response:
        """Open an address, following redirects."""
        self._become()
        return self._client.get(path, headers={"accept": "text/html"}, follow_redirects=True)

    def post(self, path: str, data: dict[str, str]) -> Response:
        """Send a form; its redirect is the answer."""
        self._become()
        return self._client.post(path, data=data, follow_redirects=False)

    def _become(self) -> None:
        self._client.cookies.clear()
        for name, value in self._cookies.items():
            self._client.cookies.set(name, value)


@pytest.fixture(scope="module")
def readers(works: Works, lived: Lived) -> Iterator[dict[str, Reader]]:
    """A signed-in reader for each account."""
    with TestClient(create_app(works.house), raise_server_exceptions=False) as client:
        yield {username: Reader(client, username) for username, *_ in PEOPLE}


@pytest.fixture(scope="module")
def visit(readers: dict[str, Reader]) -> Visit:
    """Open a page as somebody."""

    def open_(username: str, path: str) -> Shown:
        answer = readers[username].get(path)
        return Shown(answer.status_code, str(answer.url), answer.text)

    return open_


PAGES = (
    ("/assets", Thing.CARD),
    ("/assets/{computer}", Thing.CARD),
    ("/assets/{computer}/history", Thing.CARD),
    ("/assets/{computer}/labels", Thing.CARD),
    ("/assets/{computer}/documents", Thing.CARD),
    ("/assets/{computer}/journal", Thing.CARD),
    ("/assets/{computer}/depreciation", Thing.CARD),
    ("/assets/{computer}/issues", Thing.ISSUE),
    ("/ledger", Thing.VOUCHER),
    ("/ledger/journal?period=2025", Thing.VOUCHER),
    ("/ledger/depreciation?unit=JY&period=2025-01", Thing.VOUCHER),
    ("/periods", Thing.VOUCHER),
    ("/processes", Thing.DISPOSAL),
    ("/processes/{process}", Thing.DISPOSAL),
    ("/issues", Thing.ISSUE),
    ("/export", Thing.CARD),
)


@pytest.mark.parametrize(("path", "thing"), PAGES)
def test_who_may_read_the_thing_sees_the_page_and_nobody_else(
    path: str, thing: Thing, visit: Visit, lived: Lived
) -> None:
    """The page follows the powers matrix; a thing of another unit is as if it were not there."""
    address = path.format(computer=lived.computer, process=lived.process)
    for username, _, home, role, reach in PEOPLE:
        sees_unit = home == "JY" or reach in ("all", "level")
        about_one = "{" in path or "unit=JY" in path
        shown = visit(username, address)
        if role == "custodian" and (about_one or thing is not Thing.CARD):
            expected = {403, 404}
        elif not may((role,), thing, "R"):
            # A tab that nobody may open is no tab of that reader's card.
            expected = {403, 404}
        else:
            expected = {200} if sees_unit else {403, 404}

        assert shown.status in expected, f"{username} {address}: {shown.status}"


def test_the_register_counts_what_is_held_and_sums_its_money(visit: Visit) -> None:
    """The scrapped desk is gone from what is held, and back with everything."""
    held = visit("officer", "/assets?totals=money")
    everything = visit("officer", "/assets?state=all")

    assert "2 张卡片" in held.text
    assert "8,640.00" in held.text
    assert "办公桌" not in held.text
    assert "办公桌" in everything.text


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=打印", ["激光打印机"]),
        ("q=dayinji", ["激光打印机"]),
        ("place=四楼", ["激光打印机"]),
        ("keeper=p-head", ["台式计算机"]),
        ("state=DISPOSED", ["办公桌"]),
        ("sort=gross_fen&dir=desc", ["台式计算机", "激光打印机"]),
        ("sort=gross_fen", ["激光打印机", "台式计算机"]),
        ("limit=1", ["台式计算机"]),
        ("q=没有这种东西", []),
    ],
)
def test_filters_and_order_stand_in_the_address(query: str, names: list[str], visit: Visit) -> None:
    """A link is a list: the same address gives the same cards in the same order."""
    shown = visit("officer", f"/assets?{query}")
    found = re.findall(r'data-label="资产名称"[^>]*>\s*([^<\s]+)', shown.html)

    assert found == names


def test_pages_follow_each_other_without_gap(visit: Visit) -> None:
    """The second page goes on where the first ended."""
    first = visit("officer", "/assets?limit=1")
    second = visit("officer", first.link("下一页"))

    assert "激光打印机" in second.text
    assert "台式计算机" not in second.text


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", ["多于 1 张卡片", "多于 1 条", "准确计数并计算金额合计"]),
        ("en", ["more than 1 card ", "more than 1 row ", "Count exactly and sum up the money"]),
    ],
)
def test_a_count_that_stopped_early_says_so_everywhere(
    lang: str, words: list[str], visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Above the list and below it; a click counts exactly."""
    monkeypatch.setattr(listing, "COUNT_BOUND", 1)
    shown = visit("officer", f"/assets?keeper=p-custodian&state=all&lang={lang}")
    more = visit("officer", f"/assets?acquired_from=2000-01-01&state=all&lang={lang}")

    assert [word for word in words if word not in shown.text] == []
    assert words[0] not in more.text


def test_a_page_asks_once_for_all_the_things_it_names(
    works: Works, visit: Visit, lived: Lived, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A form, a process and a voucher: one question about cards, however many there are."""
    ids = (lived.printer, lived.computer, "unknown")
    voucher = visit("officer", f"/assets/{lived.computer}/history").link("凭证")
    asked: list[str] = []

    def counted(*given: Any, **named: Any) -> Any:
        asked.append(given[2])
        return ask(*given, **named)

    monkeypatch.setattr(pages, "ask", counted)
    form = visit("officer", f"/do/move?asset_ids={','.join(ids)}")
    visit("officer", f"/processes/{lived.process}")
    visit("officer", voucher)

    assert asked.count("card") == 3
    assert form.text.index("激光打印机") < form.text.index("台式计算机")


def test_the_number_on_a_thing_leads_straight_to_its_card(visit: Visit, lived: Lived) -> None:
    """Typed or scanned into the search box, an exact number opens the card."""
    shown = visit("officer", "/assets?q=TY202500000001")

    assert shown.address.endswith(f"/assets/{lived.computer}")


def test_chosen_columns_stay_in_the_address(visit: Visit) -> None:
    """The choice becomes one short parameter; unknown columns are left out."""
    shown = visit("officer", "/assets?col=name&col=label_no&col=nonsense&q=打印")
    heads = re.findall(r'data-label="([^"]+)"', shown.html)

    assert "cols=name%2Clabel_no" in shown.address
    assert heads == ["资产名称", "标签号"]


def test_the_card_answers_for_the_day_and_for_what_was_known(visit: Visit, lived: Lived) -> None:
    """As of a day the keeper is the one of that day; known before a correction, the old model."""
    path = f"/assets/{lived.computer}"
    now = visit("officer", path)
    then = visit("officer", f"{path}?as_of=2025-02-01")
    known = visit("officer", f"{path}?known_at={lived.before_correction.replace('+', '%2B')}")

    assert "郑维国" in now.text
    assert "T640" in now.text
    assert "谢雨" in then.text
    assert "三楼301" in then.text
    assert "T630" in known.text


def test_the_history_keeps_the_old_value_beside_the_new(visit: Visit, lived: Lived) -> None:
    """A correction shows both values, its reason and that it points at another record."""
    shown = visit("officer", f"/assets/{lived.computer}/history")

    assert re.search(r"更正卡片.*与铭牌不符.*规格型号 T630 T640", shown.text)
    assert re.search(r"交接.*存放地点 三楼301 五楼501", shown.text)


def test_a_figure_of_the_trial_balance_opens_the_lines_behind_it(visit: Visit) -> None:
    """The debit of fixed assets is the sum of the journal lines that its link shows."""
    balance = visit("accountant", "/ledger?period=2025-01")
    lines = visit("accountant", balance.link("9,540.00"))
    debits = re.findall(r'data-label="借方（元）"><span class="money">([^<]+)', lines.html)

    assert sorted(debits) == ["1,440.00", "7,200.00", "900.00"]


def test_earlier_months_fold_into_the_opening(visit: Visit) -> None:
    """A later period begins with what stood before it, and both books balance."""
    shown = visit("accountant", "/ledger?period=2025-02")

    assert "9,540.00" in shown.text
    assert "借贷不平" not in shown.text


@pytest.mark.parametrize(
    ("kind", "some", "none"),
    [("voucher", "入账", "计提折旧（摊销）"), ("run", "计提折旧（摊销）", "入账 ")],
)
def test_the_journal_shows_one_kind_of_voucher(
    kind: str, some: str, none: str, visit: Visit
) -> None:
    """The toggle keeps the lines of its kind and no other."""
    shown = visit("accountant", f"/ledger/journal?period=2025&kind={kind}")
    summaries = " ".join(re.findall(r'data-label="摘要">([^<]+)', shown.html)) + " "

    assert some in summaries
    assert none not in summaries


def test_the_depreciation_table_adds_up_to_its_voucher(visit: Visit) -> None:
    """Card by card it gives what the run posted."""
    shown = visit("accountant", "/ledger/depreciation?unit=JY&period=2025-01")

    assert "125.00" in shown.text
    assert re.search(r"台式计算机 7,200.00 72 1 100.00", shown.text)


def test_the_months_end_is_rehearsed_named_and_done_once(
    visit: Visit, readers: dict[str, Reader]
) -> None:
    """A second click repeats the same command; what stands in the way is said in words."""
    early = visit("accountant", "/periods/JY/close?period=2025-02")
    free = visit("accountant", "/periods/JY/close?period=2025-01")
    token = re.search(r'name="csrf_token" value="(\w+)"', free.html)
    assert token
    form = {"csrf_token": token[1], "command_id": str(uuid.uuid4()), "period": "2025-01"}
    twice = [readers["accountant"].post("/periods/JY/close", data=form) for _ in range(2)]
    after = visit("accountant", "/periods")

    assert early.status == 422
    assert "2025-01" in early.text
    assert [answer.status_code for answer in twice] == [303, 303]
    assert re.search(r"澄江市教育局 2025-01 2025-01 2025-01 2025-02", after.text)


@pytest.mark.parametrize("username", ["officer", "head", "finance", "audit"])
def test_only_the_accountant_closes_a_month(
    username: str, visit: Visit, readers: dict[str, Reader]
) -> None:
    """Others see the periods and no button; their form is refused."""
    shown = visit(username, "/periods")
    sent = readers[username].post("/periods/JY/close", data={"period": "2025-02"})

    assert shown.status == 200
    assert "/periods/JY/" not in shown.html
    assert sent.status_code == 403


def test_a_process_shows_its_steps_and_what_is_owed(visit: Visit, lived: Lived) -> None:
    """The scrapped desk: asked for, approved, carried out, money received."""
    shown = visit("accountant", f"/processes/{lived.process}")

    assert re.search(r"批复.*批〔2025〕2号.*执行.*登记收入 80.00", shown.text)
    assert "办公桌" in visit("accountant", f"/assets/{lived.desk}").text


def test_an_issue_names_rule_law_facts_and_evidence(visit: Visit) -> None:
    """From the list to the finding, to the records that make it true, to the card of that day."""
    listed = visit("audit", "/issues")
    found = re.search(r'href="(/issues/[0-9a-f]+)"', listed.html)
    if found is None:
        assert "没有发现问题" in listed.text
        return
    shown = visit("audit", found[1])

    assert "依据" in shown.text
    assert "证据" in shown.text
    assert re.search(r'href="/assets/\w+\?as_of=', shown.html)


@pytest.mark.parametrize(
    ("path", "start"),
    [
        ("/export/cards?format=csv&q=打印", "\ufeff"),
        ("/export/journal?format=csv", "\ufeff"),
        ("/export/hledger", ""),
    ],
)
def test_a_download_holds_the_readers_units_and_is_on_record(
    path: str, start: str, works: Works, readers: dict[str, Reader]
) -> None:
    """The file arrives whole, and who took it is kept."""
    answer = readers["accountant"].get(path)
    newest = access_records(works.house.pool, person_id="p-accountant", limit=1)[0]
    text = answer.content.decode("utf-8")

    assert answer.status_code == 200
    assert text.startswith(start)
    assert "attachment" in answer.headers["content-disposition"]
    assert newest["kind"] == "export"
    assert newest["units"] == "JY"


def test_a_filtered_list_is_exported_with_its_filters(
    readers: dict[str, Reader],
) -> None:
    """What the register shows is what the file holds."""
    text = readers["officer"].get("/export/cards?format=csv&q=打印").content.decode("utf-8-sig")

    assert "激光打印机" in text
    assert "台式计算机" not in text


@pytest.mark.parametrize(
    "path",
    [
        "/assets?cursor=nonsense", "/assets?sort=nonsense", "/assets?acquired_from=yesterday",
        "/ledger?period=13-2025", "/ledger/journal?cursor=%00", "/issues?severity=x",
        "/processes?cursor=e30", "/export/cards?acquired_to=never", "/assets/%E4%B8%8D",
        "/periods/JY/nonsense?period=x", "/ledger/vouchers/x", "/issues/x", "/processes/x",
        "/assets?limit=-5", "/ledger/depreciation?period=2025-13",
    ],
)  # fmt: skip
def test_bad_addresses_are_answered_in_words(path: str, visit: Visit) -> None:
    """No address a person can type makes the server fail."""
    assert visit("accountant", path).status < 500


@pytest.mark.parametrize(
    ("field", "value", "zh", "en"),
    [
        ("traits.plate", "澄A12345", ("车牌号", "澄A12345"), ("Plate", "澄A12345")),
        ("traits.vin", "LX1", ("车辆识别代号", "LX1"), ("VIN", "LX1")),
        ("traits.quota_status", "在编", ("编制情况", "在编"), ("Quota status", "within the quota")),
        ("traits.gross_floor_area", 12_345, ("建筑面积", "123.45 m²"), ("Floor area", "123.45 m²")),
        ("traits.mileage", 80_000, ("累计行驶里程", "80000"), ("Mileage in km", "80000")),
    ],
)
def test_a_trait_is_shown_in_words(
    field: str, value: object, zh: tuple[str, str], en: tuple[str, str]
) -> None:
    """Neither the name nor the choice of a trait shows as a code; areas are square metres."""
    shown = [
        (words.field_name(field, lang), words.value_text(field, value, lang, {}, {}))
        for lang in ("zh", "en")
    ]

    assert [zh, en] == shown
