"""Scanning in a real browser: gun, photo, blockers, reload, lost answers; both widths."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from api.app import create_app
from api.bootstrap import Works
from tests.api.labelled import bring_in, with_data_dir
from tests.serving import served
from tests.web.conftest import OpenPage, fits, shoot

pytestmark = pytest.mark.browser
Thing = dict[str, Any]
WIDTHS = [pytest.param(False, id="1440"), pytest.param(True, id="390")]


@pytest.fixture(scope="module")
def things(works: Works) -> list[Thing]:
    """Three labelled things."""
    return bring_in(works)


@pytest.fixture(scope="module")
def site(
    works: Works, listener: socket.socket, things: list[Thing],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:  # fmt: skip
    """The served pages of a house with a data directory."""
    house = with_data_dir(works.house, tmp_path_factory.mktemp("data"))
    with served(create_app(house), listener) as url:
        yield url


# A browser stamps a key when the hardware sends it; keys from the test would be stamped as slowly
# as the machine is busy. Here each carries the instant a gun would have sent it, and what no
# listener takes goes into the field, as a browser does it.
BURST = """([keys, suffix]) => {
  let sent = performance.now();
  const press = (code, key, shiftKey = false) => {
    const target = document.activeElement;
    const given = { code, key, shiftKey, bubbles: true, cancelable: true };
    const event = new KeyboardEvent("keydown", given);
    Object.defineProperty(event, "timeStamp", { value: (sent += 1) });
    const free = target.dispatchEvent(event);
    if (free && key.length === 1 && target.matches("input")) target.value += key;
  };
  for (const [code, key] of keys) press(code, key);
  if (suffix) press(suffix, suffix);
}"""


def gun(page: Page, text: str, suffix: str = "Enter") -> None:
    """Type as a gun does: in a burst, into whatever has the focus."""
    keys = [(f"Digit{sign}" if sign.isdigit() else f"Key{sign}", sign) for sign in text]
    page.evaluate(BURST, [keys, suffix])


def rows(page: Page) -> Any:
    """The list."""
    return page.locator(".scan-row")


@pytest.mark.parametrize("suffix", ["Enter", "Tab", ""])
def test_a_gun_needs_no_focus_and_spoils_no_field(
    open_page: OpenPage, things: list[Thing], suffix: str
) -> None:
    """The burst lands in the list, whatever field has the cursor; that field keeps its text."""
    page = open_page("officer", "/scan")
    page.locator("#place").fill("3号楼")
    page.locator("#place").focus()
    gun(page, things[0]["label_no"], suffix)

    expect(rows(page)).to_have_count(1)
    expect(rows(page).first).to_contain_text(things[0]["card_no"])
    expect(page.locator("#place")).to_have_value("3号楼")


def test_a_person_types_as_ever(open_page: OpenPage) -> None:
    """Short quick words are no scan and lose no letter."""
    page = open_page("officer", "/scan")
    page.locator("#place").focus()
    page.keyboard.type("room 12b")
    page.wait_for_timeout(250)

    expect(page.locator("#place")).to_have_value("room 12b")
    expect(rows(page)).to_have_count(0)


@pytest.mark.parametrize("phone", WIDTHS)
def test_a_list_is_kept_blocked_cleared_and_submitted_once(
    open_page: OpenPage, things: list[Thing], phone: bool
) -> None:
    """Unknown codes stay and block; a reload loses nothing; one submit, then the sheet."""
    page = open_page("officer", "/scan", phone=phone)
    gun(page, things[0]["label_no"])
    expect(rows(page)).to_have_count(1)
    gun(page, things[1]["label_no"])
    expect(rows(page)).to_have_count(2)
    page.locator("#scan-text").fill("NO-SUCH-LABEL")
    page.locator("#scan-form button").click()
    expect(page.locator("#blockers")).to_be_visible()
    page.locator("#act").select_option("move")
    page.locator("#place").fill("3号楼 305")
    page.reload()

    expect(rows(page)).to_have_count(3)
    expect(page.locator("#place")).to_have_value("3号楼 305")
    shoot(page, f"scan-{390 if phone else 1440}")
    assert fits(page)
    expect(page.locator("#submit")).to_be_disabled()

    page.locator("#blocker-groups button").click()
    page.locator("#submit").click()
    expect(page.locator("#done")).to_contain_text("已登记 2 项")
    expect(rows(page)).to_have_count(0)
    page.goto(page.url.removesuffix("/scan") + page.locator("#done-sheet").get_attribute("href"))
    shoot(page, f"handover-sheet-{390 if phone else 1440}")

    expect(page.get_by_text("接收人签字")).to_be_visible()
    expect(page.get_by_text(things[0]["card_no"])).to_be_visible()
    assert fits(page)


LOSE = """() => {
  const real = window.fetch;
  window.fetch = async (path, given) => {
    const answer = await real(path, given);
    if (path.includes("/commands/")) throw new TypeError("lost on the way");
    return answer;
  };
}"""


def test_a_lost_answer_is_retried_as_the_same_command(
    open_page: OpenPage, works: Works, things: list[Thing]
) -> None:
    """The server did it, the answer got lost: the retry records nothing a second time."""
    page = open_page("officer", "/scan")
    gun(page, things[2]["label_no"])
    expect(rows(page)).to_have_count(1)
    page.locator("#act").select_option("move")
    page.locator("#place").fill("东楼 101")

    page.evaluate(LOSE)
    page.locator("#submit").click()
    expect(page.locator("#pending")).to_be_visible()
    head = works.store.log.head()
    page.reload()
    page.locator("#retry").click()

    expect(page.locator("#done")).to_contain_text("已登记 1 项")
    assert works.store.log.head() == head


def test_a_photo_of_a_label_joins_the_list(
    open_page: OpenPage, things: list[Thing], tmp_path: Path
) -> None:
    """The way for phones on plain http, where no camera is given to pages."""
    page = open_page("officer", "/scan", phone=True)
    label = page.request.get(
        f"{page.url.removesuffix('/scan')}/labels/{things[0]['asset_id']}/label.png"
    )
    (tmp_path / "label.png").write_bytes(label.body())
    page.set_input_files("#photo", tmp_path / "label.png")

    expect(rows(page).first).to_contain_text(things[0]["card_no"])


def test_a_reader_without_the_power_looks_up(open_page: OpenPage, things: list[Thing]) -> None:
    """No form, no submit; a scan still shows the thing."""
    page = open_page("audit", "/scan")
    gun(page, things[0]["label_no"])

    expect(rows(page).first).to_contain_text(things[0]["card_no"])
    expect(page.locator("#list-form")).to_have_count(0)


@pytest.mark.parametrize("phone", WIDTHS)
def test_labels_are_chosen_counted_and_downloaded(
    open_page: OpenPage, things: list[Thing], phone: bool
) -> None:
    """The button counts the ticks; the sample follows the size; the sheet is a PDF."""
    page = open_page("officer", "/labels?q=TY2026", phone=phone)
    page.locator('input[name="asset_ids"]').first.uncheck()
    expect(page.locator("#label-count")).to_have_text("2")
    page.locator("#size").select_option("a4-24")
    expect(page.locator("#preview")).to_have_attribute("src", page_size("a4-24", things))
    shoot(page, f"labels-{390 if phone else 1440}")
    assert fits(page)
    with page.expect_download() as download:
        page.locator("#print").click()

    assert download.value.suggested_filename.endswith(".pdf")


def page_size(size: str, things: list[Thing]) -> str:
    """The address of the sample."""
    return f"/labels/{things[0]['asset_id']}/label.svg?size={size}"


@pytest.mark.parametrize("path", ["/scan", "/labels?q=TY2026", "/warehouse", "/stocktakes"])
def test_the_pages_of_moving_speak_english(open_page: OpenPage, path: str) -> None:
    """Headings of the pages in the other language; nothing overflows a phone."""
    page = open_page("officer", path, phone=True, lang="en")
    shoot(page, f"english{path.split('?', maxsplit=1)[0].replace('/', '-')}-390")

    assert fits(page)
    expect(page.locator("main h1")).to_contain_text(
        {"/scan": "scan", "/warehouse": "warehouse", "/stocktakes": "tock"}.get(path, "abel"),
        ignore_case=True,
    )  # fmt: skip
