"""The frame of the pages in a real browser: sign-in, clocks, keys, languages, both widths."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.web.conftest import OpenPage, fits, shoot

pytestmark = pytest.mark.browser
WIDTHS = [pytest.param(False, id="1440"), pytest.param(True, id="390")]


@pytest.mark.parametrize("phone", WIDTHS)
def test_a_demo_account_is_one_click_away(open_page: OpenPage, phone: bool) -> None:
    """Picking an account signs in and opens the workbench."""
    page = open_page(None, "/", phone=phone)
    shoot(page, f"sign-in-{390 if phone else 1440}")
    assert fits(page)
    page.get_by_role("button", name="资产管理员").click()

    expect(page.get_by_role("heading", name="工作台")).to_be_visible()
    expect(page.locator(".person summary")).to_have_text("林晓岚")


def test_a_wrong_password_is_told_and_the_name_stays(open_page: OpenPage) -> None:
    """The error stands above the fields; nobody types the name twice."""
    page = open_page(None, "/sign-in")
    page.get_by_label("用户名").fill("head")
    page.get_by_label("口令").fill("wrong")
    page.get_by_role("button", name="登录", exact=True).click()

    expect(page.get_by_role("alert")).to_contain_text("用户名或口令不正确")
    expect(page.get_by_label("用户名")).to_have_value("head")


@pytest.mark.parametrize("phone", WIDTHS)
@pytest.mark.parametrize("username", ["officer", "finance", "custodian", "sysadmin"])
def test_the_workbench_fits_and_shows_the_roles_own_menu(
    open_page: OpenPage, username: str, phone: bool
) -> None:
    """No sideways scrolling; administrators see no business."""
    page = open_page(username, "/", phone=phone)
    shoot(page, f"workbench-{username}-{390 if phone else 1440}")

    assert fits(page)
    search = page.get_by_role("searchbox")
    assert search.count() == (0 if username == "sysadmin" else 1)


def test_a_past_day_is_never_mistaken_for_now(open_page: OpenPage) -> None:
    """The badge stands while the page is not now, and links keep the day."""
    page = open_page("finance", "/")
    expect(page.locator(".not-now")).to_have_count(0)
    page.keyboard.press("t")
    page.get_by_label("截止日期").fill("2024-03-31")
    shoot(page, "clocks-1440")
    page.get_by_role("button", name="按此时点查看").click()
    expect(page.locator(".not-now")).to_contain_text("2024-03-31")
    shoot(page, "not-now-1440")
    assert "as_of=2024-03-31" in (page.locator("a.product").get_attribute("href") or "")
    page.locator(".not-now").get_by_role("link").click()

    expect(page.locator(".not-now")).to_have_count(0)


def test_the_unit_switch_narrows_the_page(open_page: OpenPage) -> None:
    """The chosen unit stands in the address, so the link is the report."""
    page = open_page("finance", "/")
    page.get_by_label("单位", exact=True).select_option("WJ")

    expect(page).to_have_url(re.compile("unit=WJ"))


def test_keys_lead_where_the_help_says(open_page: OpenPage) -> None:
    """`?` lists the keys, `/` goes to the search, `g w` to the workbench."""
    page = open_page("officer", "/")
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="快捷键与帮助")).to_be_visible()
    shoot(page, "help-1440")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("Escape")
    page.locator("main").focus()
    page.keyboard.press("g")
    page.keyboard.press("w")

    expect(page.get_by_role("heading", name="工作台")).to_be_visible()


def test_english_is_whole(open_page: OpenPage) -> None:
    """The switch turns the frame to English and stays for the next page."""
    page = open_page("officer", "/")
    page.locator(".person summary").click()
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", name="Workbench")).to_be_visible()
    page.goto(page.url.rstrip("/") + "/help")
    shoot(page, "help-english-1440")

    expect(page.get_by_role("heading", name="Shortcuts and help")).to_be_visible()


@pytest.mark.parametrize("phone", WIDTHS)
def test_errors_speak_to_a_clerk(open_page: OpenPage, phone: bool) -> None:
    """What happened, a code to tell the operator, a way back."""
    page = open_page("officer", "/no-such-page", phone=phone)
    shoot(page, f"not-found-{390 if phone else 1440}")

    assert fits(page)
    expect(page.get_by_role("heading", name="没有找到")).to_be_visible()
    expect(page.get_by_role("link", name="回到工作台")).to_be_visible()


def test_a_page_without_the_power_says_whom_to_ask(open_page: OpenPage) -> None:
    """403 in words."""
    page = open_page("officer", "/?unit=WJ")

    expect(page.get_by_role("heading", name="没有权限")).to_be_visible()


def test_the_interface_page_needs_nothing_from_elsewhere(open_page: OpenPage) -> None:
    """Every request of the page goes to this server."""
    page = open_page("officer", "/help")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(page.url.replace("/help", "/schema"))
    page.locator("details.operation summary").first.click()
    page.screenshot(path=str(shoot(page, "schema-1440")), full_page=False)
    home = page.url.removesuffix("/schema")

    assert [url for url in asked if not url.startswith(home)] == []


def test_the_phone_menu_opens(open_page: OpenPage) -> None:
    """The menu folds out below the header; the foot carries the standing tasks."""
    page = open_page("officer", "/", phone=True)
    page.locator("#phone-menu summary").click()
    shoot(page, "menu-390")

    expect(page.locator(".menu.phone")).to_be_visible()
    expect(page.locator("nav.foot")).to_be_visible()
