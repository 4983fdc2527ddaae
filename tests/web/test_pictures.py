"""The pictures of the guides, taken from a small demo city, and looked at while they are made."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from api.bootstrap import Works, open_works
from api.demo.accounts import UNIT, settle_people
from api.demo.telling import tell
from api.house import Settings
from eventstore.embedded import Urls
from projections.asof import EVERYTHING, AsOf
from projections.register.listing import RegisterParams, register
from tests.web.conftest import SHOTS, OpenPage, fits

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parent.parent.parent
WRITE = "TAIZHANG_WRITE_IMAGES"
"""Set to 1 to write the pictures of the guides; otherwise they go where tests leave things."""
TODAY = date(2026, 6, 15)
NOON = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)
"""The city and its pages stand still on this day, so that a picture changes only with the pages."""
ASSETS = 800
MOST = """
SELECT asset_id FROM ledger.events
WHERE asset_id IS NOT NULL AND unit_id = %(unit)s
GROUP BY asset_id ORDER BY count(*) DESC, asset_id LIMIT 1
"""
BYTES_MAX = 300_000
COLOURS_MIN = 32
SHARE_OF_PAPER_MAX = 0.985


@pytest.fixture(scope="module")
def works(database: Urls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Works]:
    """The running parts over a demo city of eight hundred cards."""
    settings = Settings(
        database_url=database.app_url, migrate_url=database.migrate_url, demo=True,
        pool_size=4, data_dir=tmp_path_factory.mktemp("pictures"),
    )  # fmt: skip
    with open_works(settings, now=lambda: NOON) as opened:
        told = tell(
            database.app_url, assets=ASSETS, seed=2026, today=TODAY, progress=lambda *_: None
        )
        settle_people(opened.house.pool, told.city)
        opened.engine.catch_up()
        opened.house.units.forget()
        opened.start()
        yield opened


@pytest.fixture(scope="module")
def labels(works: Works) -> list[str]:
    """Label numbers of the computers that the city's first school uses."""
    with works.house.pool.connection() as connection:
        from psycopg.rows import tuple_row

        cur = connection.cursor(row_factory=tuple_row)
        as_of = AsOf(TODAY, works.house.clocks.position(), True)
        params = RegisterParams(unit=UNIT, states=("IN_USE",), class_prefix="A0201", limit=50)
        rows = register(cur, params, as_of, EVERYTHING).rows
    return [row["label_no"] for row in rows if row["label_no"]]


@pytest.fixture(scope="module")
def storied(works: Works) -> str:
    """The thing of the school to which most has happened."""
    with works.house.pool.connection() as connection:
        row = connection.execute(MOST, {"unit": UNIT}).fetchone()
    assert row is not None, "the city has told something"
    return str(row["asset_id"])


Prepare = Callable[[Page], None]


def _as_it_is(page: Page) -> None:
    """Nothing to do before the picture is taken."""
    expect(page.locator("h1")).to_be_visible()


def _first_issue_list(page: Page) -> None:
    expect(page.get_by_role("heading", name="问题清单")).to_be_visible()


def _hand_in(page: Page) -> None:
    """Hand a unit's own workbook in and look at its rehearsal."""
    page.get_by_label("文件").first.set_input_files(ROOT / "tests/data/cards-legacy.xlsx")
    page.get_by_label("期初日期").fill("2026-06-01")
    page.get_by_role("button", name="上传并试算").click()
    expect(page.get_by_role("heading", name="试算结果")).to_be_visible()


def _take(page: Page, name: str) -> bytes:
    """A picture of the window in few colours, kept where the run wants it."""
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement && document.activeElement.blur()")
    shot = Image.open(BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    seen = shot.quantize(192, dither=Image.Dither.NONE)
    written = BytesIO()
    seen.save(written, "PNG", optimize=True)
    folder = ROOT / "docs/images" if os.environ.get(WRITE) == "1" else SHOTS
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.png").write_bytes(written.getvalue())
    return written.getvalue()


def _check(page: Page, picture: bytes) -> None:
    """The page fits its window and the picture shows something."""
    image = Image.open(BytesIO(picture)).convert("RGB")
    counts = sorted((count for count, _ in image.getcolors(1 << 16) or []), reverse=True)
    paper = counts[0] / (image.width * image.height)

    assert fits(page)
    assert len(counts) > COLOURS_MIN
    assert paper < SHARE_OF_PAPER_MAX
    assert len(picture) < BYTES_MAX


SCENES = [
    pytest.param("officer", "/assets?totals=money", _as_it_is, id="register"),
    pytest.param("discipline", "/issues?status=open", _first_issue_list, id="issues"),
    pytest.param("accountant", "/ledger?period=2026-05", _as_it_is, id="ledger"),
    pytest.param("officer", "/import", _hand_in, id="import"),
    pytest.param("warehouse", "/warehouse", _as_it_is, id="warehouse"),
]


@pytest.mark.parametrize(("username", "path", "prepare"), SCENES)
def test_a_page_of_the_guides_is_fit_to_be_seen(
    open_page: OpenPage,
    request: pytest.FixtureRequest,
    username: str,
    path: str,
    prepare: Prepare,
) -> None:
    """No error in the console, nothing beyond the window's edge, and something to see."""
    page = open_page(username, path)
    prepare(page)

    _check(page, _take(page, request.node.callspec.id))


def test_the_history_of_a_card_is_fit_to_be_seen(open_page: OpenPage, storied: str) -> None:
    """What happened to one thing, with the values before and after."""
    page = open_page("officer", f"/assets/{storied}/history")
    expect(page.locator("h1")).to_be_visible()

    _check(page, _take(page, "card"))


def test_a_scanned_list_is_fit_to_be_seen(open_page: OpenPage, labels: list[str]) -> None:
    """Six things of the school, as a gun would have typed their labels."""
    page = open_page("officer", "/scan")
    for number, label in enumerate(labels[:6], 1):
        page.locator("#scan-text").fill(label)
        page.locator("#scan-text").press("Enter")
        expect(page.locator("#rows > li")).to_have_count(number)

    _check(page, _take(page, "scan"))
