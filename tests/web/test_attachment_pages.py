"""Files on the pages: chosen, dropped, refused beside the form, listed on the card; both widths."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from api.app import create_app
from api.bootstrap import Works
from api.house import SHANGHAI
from eventstore.embedded import Urls
from tests.api.attached import PDF, PNG, with_data
from tests.api.city import running_city
from tests.serving import address, served
from tests.web.conftest import OpenPage, fits, shoot
from tests.web.lived import Lived, live

pytestmark = pytest.mark.browser
NOON = datetime(2026, 6, 15, 12, 0, tzinfo=SHANGHAI)
TODAY = NOON.date().isoformat()
DROP = """([name, text]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([text], name, { type: "application/pdf" }));
  const zone = document.querySelector("[data-attachments]");
  for (const kind of ["dragover", "drop"]) {
    const detail = { dataTransfer: carried, bubbles: true, cancelable: true };
    zone.dispatchEvent(new DragEvent(kind, detail));
  }
}"""


@pytest.fixture(scope="module")
def works(database: Urls, listener: socket.socket) -> Iterator[Works]:
    """The running parts, always at one noon."""
    with running_city(database, base_url=address(listener), now=lambda: NOON) as running:
        yield running


@pytest.fixture(scope="module")
def site(
    works: Works, listener: socket.socket, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of the served pages, over a data directory."""
    with served(create_app(with_data(works, tmp_path_factory.mktemp("data"))), listener) as url:
        yield url


@pytest.fixture(scope="module")
def lived(works: Works) -> Lived:
    """Some months of one unit."""
    return live(works)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """A photo, an invoice and a program that pretends."""
    made = {"外观.png": PNG, "发票.pdf": PDF, "安装.pdf": b"MZ" + bytes(80)}
    for name, data in made.items():
        (tmp_path / name).write_bytes(data)
    return {name: tmp_path / name for name in made}


def named(page: Page) -> list[str]:
    """The names of the files that the form would send."""
    text = page.locator("input[name=attachments]").input_value()
    return [file["name"] for file in json.loads(text or "[]")]


@pytest.mark.parametrize(("phone", "lang"), [(False, "zh"), (True, "zh"), (False, "en")])
def test_files_are_added_on_the_card(
    open_page: OpenPage, lived: Lived, files: dict[str, Path], phone: bool, lang: str
) -> None:
    """Chosen, dropped and photographed files join; what is no document says so and stays out."""
    page = open_page("officer", f"/assets/{lived.printer}/files", phone=phone, lang=lang)
    send = page.locator("button[data-send]")
    expect(send).to_be_disabled()
    page.set_input_files("#files-any", [files["发票.pdf"], files["安装.pdf"]])
    page.set_input_files("#files-photo", files["外观.png"])
    page.evaluate(DROP, ["验收单.pdf", PDF.decode() + lang + str(phone)])
    expect(page.locator("[data-attachments] li.wrong")).to_have_count(1)
    expect(page.locator("[data-attachments] li:not(.wrong) button")).to_have_count(3)
    shoot(page, f"files-adding-{'phone' if phone else 'desk'}-{lang}")

    assert fits(page)
    assert sorted(named(page)) == ["发票.pdf", "外观.png", "验收单.pdf"]

    page.locator("[data-attachments] li", has_text="发票.pdf").get_by_role("button").click()
    expect(send).to_be_enabled()
    send.click()
    page.wait_for_url("**/done/attach-documents**")
    page.goto(page.url.split("/done/")[0] + f"/assets/{lived.printer}/files")
    expect(page.locator(".files > li").first).to_contain_text("林晓岚")
    page.locator(".files img").first.evaluate("image => image.decode()")
    shoot(page, f"files-card-{'phone' if phone else 'desk'}-{lang}")

    assert fits(page)
    assert page.locator(".files > li").filter(has_text="验收单.pdf").count() >= 1


def test_a_file_of_the_card_is_downloaded_unaltered(
    open_page: OpenPage, lived: Lived, files: dict[str, Path]
) -> None:
    """A click saves the very bytes under their name."""
    page = open_page("officer", f"/do/handover?asset_ids={lived.computer}")
    page.fill("#in-occurred_on", TODAY)
    page.select_option("#in-keeper", "p-custodian")
    page.set_input_files("#files-any", files["发票.pdf"])
    expect(page.locator("[data-attachments] li button")).to_have_count(1)
    page.get_by_role("button", name="试算").click()

    # The rehearsal keeps the file in the form.
    assert named(page) == ["发票.pdf"]

    page.get_by_role("button", name="确认办理").click()
    page.wait_for_url("**/done/handover**")
    page.goto(re.sub(r"/done/.*", f"/assets/{lived.computer}/files", page.url))
    with page.expect_download() as saved:
        page.locator(".files .file-name a").first.click()

    assert saved.value.suggested_filename == "发票.pdf"
    assert Path(saved.value.path()).read_bytes() == PDF


@pytest.mark.parametrize("form", ["correct-card", "apply-disposal", "handover"])
def test_forms_take_files_on_a_phone(open_page: OpenPage, lived: Lived, form: str) -> None:
    """The place for files fits, with a button for the camera."""
    page = open_page("officer", f"/do/{form}?asset_ids={lived.computer}", phone=True)
    expect(page.locator("label[for=files-photo]")).to_be_visible()
    shoot(page, f"files-form-{form}-phone")

    assert page.locator("#files-photo").get_attribute("capture") == "environment"
    assert fits(page)


@pytest.mark.parametrize("phone", [True, False])
@pytest.mark.parametrize(
    "path", ["/scan", "/do/handover?asset_ids={computer}", "/assets/{printer}/files"]
)
def test_what_is_hidden_takes_no_room(
    open_page: OpenPage, lived: Lived, path: str, phone: bool
) -> None:
    """Only for a reader of the page: no look of a field gives it a size, not even a finger's."""
    address = path.format(computer=lived.computer, printer=lived.printer)
    page = open_page("officer", address, phone=phone)
    sizes = page.locator("input.hidden").evaluate_all(
        "all => all.map(one => [one.offsetWidth, one.offsetHeight])"
    )
    shoot(page, f"hidden{address.split('?')[0].replace('/', '-')[:9]}-{390 if phone else 1440}")

    assert sizes
    assert {tuple(size) for size in sizes} == {(1, 1)}


def test_a_reader_of_the_past_adds_nothing(open_page: OpenPage, lived: Lived) -> None:
    """As of a past day the tab shows what was there then, and no form."""
    page = open_page("officer", f"/assets/{lived.printer}/files?as_of=2025-01-15")
    expect(page.locator("[data-attachments]")).to_have_count(0)
    expect(page.locator(".empty")).to_be_visible()


def test_a_supervisor_reads_and_adds_nothing(open_page: OpenPage, lived: Lived) -> None:
    """Audit sees the files of every unit."""
    page = open_page("audit", f"/assets/{lived.computer}/files")
    expect(page.locator("[data-attachments]")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
