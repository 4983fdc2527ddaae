"""The reading pages in a real browser: choosing rows, both widths, nothing cut off."""

from __future__ import annotations

import pytest

from api.bootstrap import Works
from tests.web.conftest import OpenPage, fits, shoot
from tests.web.lived import Lived, live

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def lived(works: Works) -> Lived:
    """The unit's months."""
    return live(works)


def test_chosen_rows_go_to_the_act_in_one_address(open_page: OpenPage, lived: Lived) -> None:
    """The bar counts what is chosen; its button carries the ids."""
    page = open_page("officer", "/assets")
    page.get_by_label("全选本页").check()
    count = page.locator("#bulk-count").inner_text()
    with page.expect_navigation():
        page.locator("#bulk-bar").get_by_role("button", name="交接").click()

    assert count == "2"
    assert lived.computer in page.url
    assert lived.printer in page.url


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pages_fit_the_window(
    open_page: OpenPage, lived: Lived, phone: bool, lang: str
) -> None:
    """No page is wider than its window; tables scroll inside themselves."""
    paths = {
        "register": "/assets", "card": f"/assets/{lived.computer}",
        "history": f"/assets/{lived.computer}/history", "ledger": "/ledger?period=2025",
        "process": f"/processes/{lived.process}", "periods": "/periods", "issues": "/issues",
        "export": "/export",
    }  # fmt: skip
    page = open_page("accountant", "/", phone=phone, lang=lang)
    origin = page.url.rstrip("/")
    for name, path in paths.items():
        page.goto(origin + path)
        shoot(page, f"{name}-{'phone' if phone else 'desk'}-{lang}")

        assert fits(page), path
