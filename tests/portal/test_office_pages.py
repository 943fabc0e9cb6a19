"""Every page of offices in a real browser, on a phone and on a desk, in both languages."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.portal.windows import SIZES, accessible, in_english


@pytest.mark.parametrize("size", SIZES)
def test_the_offices_pages(visit: Callable[[str, str], Page], size: str) -> None:
    """An administrator's and a verifier's pages, each kind of entry with its form filled wrongly; no serious fault."""
    for login in ("administrator", "local-unit-verifier", "department"):
        page = visit(login, size)
        page.goto("/entries")
        accessible(page)
        for kind in page.eval_on_selector_all(
            "nav.panel a", "all => all.map(one => one.getAttribute('href'))"
        ):
            page.goto(kind)
            accessible(page)
            in_english(page)
            page.fill("#reason", "示例")
            with page.expect_navigation():
                page.eval_on_selector("main form.panel", "form => { form.noValidate = true; form.submit() }")
            assert page.locator("[role=alert]").count() == 1
            accessible(page)
    for login, addresses in (
        ("administrator", ["/offices", "/units", "/imports", "/account"]),
        ("local-unit-verifier", ["/registered"]),
        ("local-unit-reviewer", ["/archives"]),
    ):
        page = visit(login, size)
        for address in addresses:
            page.goto(address)
            accessible(page)
            in_english(page)
    page.goto("/measure")
    accessible(page)
