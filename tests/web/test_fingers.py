"""What hands meet: targets of 44 px on a phone, lists that cover nothing, paper, no scripts."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from api.app import create_app
from api.bootstrap import Works
from api.directory.accounts import DEMO_PASSWORD
from tests.api.labelled import with_data_dir
from tests.serving import served
from tests.web.conftest import DESK, OpenPage, fits
from tests.web.lived import Lived, live

pytestmark = pytest.mark.browser
# A tick box is drawn smaller than its target, which its pseudo-element or its label widens.
SMALL = """() => {
  const found = [];
  const wanted = "a.button, button, summary, select, textarea, .foot a, table.cards td a,"
    + " input:not([type=hidden], [type=checkbox], [type=radio])";
  for (const element of document.querySelectorAll(wanted)) {
    if (!element.checkVisibility() || element.closest(".hidden")) continue;
    if (element.matches(".hidden")) continue;
    const box = element.getBoundingClientRect();
    if (box.height < 43.5 || box.width < 43.5) {
      found.push(`${element.outerHTML.slice(0, 60)} ${box.width}x${box.height}`);
    }
  }
  return found;
}"""
PATHS = (
    "/", "/assets", "/assets/{computer}", "/assets/{computer}/history",
    "/assets/{computer}/journal", "/do/handover?asset_ids={computer},{printer}", "/scan",
    "/labels?q=打印机", "/warehouse", "/import", "/ledger?period=2025-01", "/processes",
    "/issues", "/stocktakes", "/export",
)  # fmt: skip


@pytest.fixture(scope="module")
def lived(works: Works) -> Lived:
    """Some months of one unit."""
    return live(works)


@pytest.fixture(scope="module")
def site(
    works: Works, listener: socket.socket, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The served pages of a house with a data directory, where the label keys lie."""
    house = with_data_dir(works.house, tmp_path_factory.mktemp("data"))
    with served(create_app(house), listener) as url:
        yield url


def _path(path: str, lived: Lived) -> str:
    return path.format(computer=lived.computer, printer=lived.printer)


@pytest.mark.parametrize("path", PATHS)
def test_a_finger_meets_every_target(open_page: OpenPage, lived: Lived, path: str) -> None:
    """Whatever is pressed on a phone is 44 px high and wide, and nothing leaves the window."""
    page = open_page("officer", _path(path, lived), phone=True)

    assert page.evaluate(SMALL) == []
    assert fits(page)
    assert page.title()
    expect(page.locator("h1")).to_have_count(1)


def test_the_things_of_a_form_stand_above_it(open_page: OpenPage, lived: Lived) -> None:
    """On a phone the list of things is as long as it is; it never lies over the fields."""
    chosen = f"{lived.computer},{lived.printer}"
    page = open_page("officer", f"/do/handover?asset_ids={chosen}", phone=True)
    last = page.locator(".thing-list tbody tr").last.bounding_box()
    form = page.locator("main form").first.bounding_box()

    assert last is not None
    assert form is not None
    assert last["y"] + last["height"] <= form["y"]


def test_a_row_of_figures_names_each_on_a_phone(open_page: OpenPage, lived: Lived) -> None:
    """Every table becomes cards whose cells carry their column's title; sums span no title."""
    page = open_page("accountant", "/ledger?period=2025-01", phone=True)
    row = page.locator("table.cards tbody tr").first
    titles = row.locator("td").evaluate_all("cells => cells.map((c) => c.dataset.label)")

    assert titles == [
        "科目", "名称", "期初余额（元）", "本期借方（元）", "本期贷方（元）", "期末余额（元）",
    ]  # fmt: skip
    assert page.locator("tr.total td").first.get_attribute("data-label") is None


def test_paper_shows_tables_whatever_its_width(open_page: OpenPage, lived: Lived) -> None:
    """A sheet is as narrow as a phone to the browser, but its rows stay rows."""
    page = open_page("officer", "/assets")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 700, "height": 900})

    expect(page.locator("table.cards thead").first).to_be_visible()


@pytest.fixture
def bare(browser: Browser, site: str, lived: Lived) -> Iterator[Page]:
    """A page without scripts, signed in by its form."""
    context = browser.new_context(viewport=DESK, locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/sign-in")
    page.locator("input[name=username]").fill("officer")
    page.locator("input[name=password]").fill(DEMO_PASSWORD)
    page.locator("form button").first.click()
    yield page
    context.close()


def test_without_scripts_things_are_chosen_and_handed_over(bare: Page, lived: Lived) -> None:
    """Lists, their acts, trying and doing are plain forms."""
    bare.goto(bare.url.rstrip("/") + "/assets?q=打印机")
    bare.locator("td.pick-cell input").first.check()
    bare.locator("#bulk-bar").get_by_role("button", name="交接", exact=True).click()
    expect(bare.locator("h1")).to_have_text("交接")
    bare.locator("[name=keeper]").select_option(index=1)
    bare.locator("button[value=try]").click()

    expect(bare.get_by_text("试算结果")).to_be_visible()
    bare.locator("button[value=do]").click()
    expect(bare.get_by_text("已办理并记录")).to_be_visible()
