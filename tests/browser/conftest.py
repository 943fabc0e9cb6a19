"""A verifier's service and a real browser before it; the browser is one for a file of tests, each test has a fresh profile."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.chromium import launched
from tests.tampered.folders import HERE
from tests.verifier.authority import NOW
from tests.verifier_web.conftest import Issued, issued
from tests.verifier_web.serving import serving
from verifier.api import create_app
from verifier.config import read_settings

__all__ = ["issued"]
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def service(issued: Issued) -> Iterator[httpx.Client]:
    with serving(create_app(issued.settings(), lambda: NOW)) as client:
        yield client


@pytest.fixture(scope="session")
def scene() -> Iterator[httpx.Client]:
    """A service that trusts the issuer of tests/tampered."""
    folder = HERE / "scene"
    settings = read_settings(
        trust=folder / "trust-list.jwt", root=folder / "trust-root.jwk", public=str(folder / "public")
    )
    with serving(create_app(settings, lambda: NOW)) as client:
        yield client


@pytest.fixture(scope="module")  # other files of tests start one of their own, and two at a time cannot be
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    with launched(playwright) as started:
        yield started


def visited(browser: Browser, **given: str) -> BrowserContext:
    """A fresh profile on a phone, whose clock stands at NOW."""
    made = browser.new_context(viewport=PHONE, locale="zh-CN", **given)
    made.clock.set_fixed_time(NOW)
    made.set_default_timeout(60_000)  # the computer may be busy with other tests
    return made


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with visited(browser) as made:
        yield made


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()
