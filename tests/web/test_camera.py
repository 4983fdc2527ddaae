"""The camera of the scan page: a film of a label is read; without a camera a sentence says so."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from api.app import create_app
from api.bootstrap import Works
from api.directory.accounts import DEMO_PASSWORD
from tests.api.labelled import bring_in, with_data_dir
from tests.serving import served
from tests.web.conftest import CHROMIUM, OpenPage, fits, opening, shoot

pytestmark = pytest.mark.browser
Thing = dict[str, Any]
FRAME = (1280, 720)
FRAMES = 2
LABEL_WIDTH = 900
PATIENCE_MS = 20_000
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


def film(label_png: bytes, path: Path) -> Path:
    """A film, in Chromium's raw format, of a label that lies on a grey desk."""
    desk = Image.new("RGB", FRAME, (120, 124, 128))
    label = Image.open(BytesIO(label_png)).convert("RGB")
    label = label.resize((LABEL_WIDTH, LABEL_WIDTH * label.height // label.width))
    desk.paste(label, ((FRAME[0] - label.width) // 2, (FRAME[1] - label.height) // 2))
    luma, blue, red = desk.convert("YCbCr").split()
    half = (FRAME[0] // 2, FRAME[1] // 2)
    planes = luma.tobytes() + blue.resize(half).tobytes() + red.resize(half).tobytes()
    head = f"YUV4MPEG2 W{FRAME[0]} H{FRAME[1]} F10:1 Ip A1:1 C420jpeg\n".encode()
    path.write_bytes(head + (b"FRAME\n" + planes) * FRAMES)
    return path


def label_of(browser: Browser, site: str, thing: Thing) -> bytes:
    """The thing's label as the labels page offers it for download."""
    context = browser.new_context()
    try:
        given = {"username": "officer", "password": DEMO_PASSWORD}
        assert context.request.post(f"{site}/api/v1/session", data=given).status == 204
        answer = context.request.get(f"{site}/labels/{thing['asset_id']}/label.png?size=60x40")
        assert answer.ok, answer.text()
        return answer.body()
    finally:
        context.close()


@pytest.fixture(scope="module")
def filming(
    browser: Browser, site: str, things: list[Thing], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    """A Chromium whose camera looks at the first thing's label."""
    path = film(label_of(browser, site, things[0]), tmp_path_factory.mktemp("film") / "label.y4m")
    launched = browser.browser_type.launch(
        executable_path=next(filter(None, map(shutil.which, CHROMIUM)), None),
        args=[
            "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={path}",
        ],
    )  # fmt: skip
    yield launched
    launched.close()


@pytest.fixture
def open_filming(filming: Browser, site: str) -> Iterator[OpenPage]:
    """`open_page` in the browser with the camera."""
    yield from opening(filming, site)


def rows(page: Page) -> Any:
    """The list."""
    return page.locator(".scan-row")


def allow(page: Page) -> None:
    """What a reader does who lets the page use the camera."""
    page.context.grant_permissions(["camera"], origin=page.url.partition("/scan")[0])


def still_works(page: Page, thing: Thing) -> None:
    """A number typed is taken as ever."""
    page.locator("#scan-text").fill(thing["label_no"])
    page.locator("#scan-form button").click()

    expect(rows(page)).to_have_count(1)
    expect(rows(page).first).to_contain_text(thing["card_no"])


@pytest.mark.parametrize("phone", WIDTHS)
def test_a_label_before_the_camera_lands_in_the_list_once(
    open_filming: OpenPage, things: list[Thing], phone: bool
) -> None:
    """The frames go to the server, which reads the label; looking on adds no second row."""
    page = open_filming("officer", "/scan", phone=phone)
    allow(page)
    page.locator("#camera-button").click()
    expect(page.locator("#video")).to_be_visible()
    expect(rows(page)).to_have_count(1, timeout=PATIENCE_MS)
    with page.expect_response("**/api/v1/scan", timeout=PATIENCE_MS) as later:
        pass
    shoot(page, f"camera-{'390' if phone else '1440'}")

    assert later.value.ok
    expect(rows(page)).to_have_count(1)
    expect(rows(page).first).to_contain_text(things[0]["card_no"])
    assert fits(page)


def test_a_browser_that_reads_codes_itself_sends_only_their_text(
    open_filming: OpenPage, things: list[Thing]
) -> None:
    """Where the browser has a reader of codes, no picture leaves it."""
    page = open_filming("officer", "/scan")
    page.add_init_script(f"""window.BarcodeDetector = class {{
      static async getSupportedFormats() {{ return ["qr_code"]; }}
      async detect() {{ return [{{ rawValue: "{things[1]["label_no"]}" }}]; }}
    }};""")
    page.reload()
    allow(page)
    with page.expect_request("**/api/v1/scan", timeout=PATIENCE_MS) as sent:
        page.locator("#camera-button").click()

    assert sent.value.headers["content-type"] == "application/json"
    expect(rows(page).first).to_contain_text(things[1]["card_no"])


def test_closing_the_camera_ends_its_picture(open_filming: OpenPage) -> None:
    """Nothing films on after the button."""
    page = open_filming("officer", "/scan")
    allow(page)
    page.locator("#camera-button").click()
    expect(rows(page)).to_have_count(1, timeout=PATIENCE_MS)
    page.locator("#camera-stop").click()

    expect(page.locator("#camera")).to_be_hidden()
    assert page.evaluate("document.getElementById('video').srcObject") is None


def test_a_refused_camera_is_said_and_other_ways_go_on(
    open_filming: OpenPage, things: list[Thing]
) -> None:
    """The reader who refused learns where to allow it, and types meanwhile."""
    page = open_filming("officer", "/scan")
    page.context.clear_permissions()
    page.locator("#camera-button").click()

    expect(page.locator("#said")).to_contain_text("没有使用摄像头的许可")
    expect(page.locator("#camera")).to_be_hidden()
    still_works(page, things[0])


def test_a_machine_without_camera_says_so_and_other_ways_go_on(
    open_page: OpenPage, things: list[Thing]
) -> None:
    """No camera is a plain sentence, not a silent button."""
    page = open_page("officer", "/scan", lang="en")
    allow(page)
    page.locator("#camera-button").click()

    expect(page.locator("#said")).to_contain_text("No camera was found")
    expect(page.locator("#camera")).to_be_hidden()
    still_works(page, things[0])
