"""Accounts and tokens in a real browser: issue, copy, revoke, switch off, both widths."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.web.conftest import OpenPage, fits, shoot

pytestmark = pytest.mark.browser
WIDTHS = [pytest.param(False, id="1440"), pytest.param(True, id="390")]


@pytest.mark.parametrize("phone", WIDTHS)
def test_a_token_is_issued_shown_once_and_revoked(open_page: OpenPage, phone: bool) -> None:
    """From the list to the account, with the words of the form; a second look shows no token."""
    width, label = (390, "平板盘点") if phone else (1440, "财务系统夜间对账")
    page = open_page("sysadmin", "/accounts", phone=phone)
    shoot(page, f"accounts-{width}")
    assert fits(page)
    page.get_by_role("link", name="officer", exact=True).first.click()
    page.get_by_label("令牌用途").last.fill(label)
    page.get_by_role("button", name="签发令牌").click()
    expect(page.locator("code.secret")).to_contain_text("tz_")
    shoot(page, f"account-token-{width}")
    assert fits(page)
    page.goto(page.url.removesuffix("/token"))
    expect(page.locator("code.secret")).to_have_count(0)
    page.get_by_role("button", name=f"作废 {label}").click()

    expect(page.get_by_role("status")).to_contain_text("令牌已作废")


def test_an_account_is_switched_off_and_on(open_page: OpenPage) -> None:
    """The state stands beside the name, and each step says what it meant."""
    page = open_page("sysadmin", "/accounts/keeper")
    page.get_by_role("button", name="停用账号").click()
    expect(page.get_by_role("status")).to_contain_text("即刻失效")
    shoot(page, "account-off-1440")
    page.get_by_role("button", name="启用账号").click()

    expect(page.get_by_role("status")).to_contain_text("账号已启用")


def test_the_pages_speak_english(open_page: OpenPage) -> None:
    """The same words in the other language."""
    page = open_page("auditadmin", "/accounts?lang=en")
    shoot(page, "accounts-english-1440")

    expect(page.get_by_role("heading", name="Accounts and tokens")).to_be_visible()
    expect(page.get_by_role("button", name="Issue a token")).to_have_count(0)
