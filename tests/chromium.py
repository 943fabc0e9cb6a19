"""The browser of the tests: Chromium without windows, which needs half the processor that the whole one does."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from playwright.sync_api import Browser, Locator, Page, Playwright, expect

SHELL = "/usr/bin/chromium-headless-shell"
NO_SANDBOX = "--no-sandbox"
"""A container's root has none to give."""


def launched(playwright: Playwright, *flags: str) -> Browser:
    return playwright.chromium.launch(executable_path=SHELL, args=[NO_SANDBOX, *flags])


def followed(click: Callable[..., None]) -> Callable[..., None]:
    """A click that comes back when the page it leads to is there; Playwright's does when that page's first bytes are, and what a
    test looks at next may be among the others.
    """

    @wraps(click)
    def and_read(clicked: Page | Locator, *given: Any, **named: Any) -> None:
        click(clicked, *given, **named)
        (clicked if isinstance(clicked, Page) else clicked.page).wait_for_load_state()

    return and_read


expect.set_options(timeout=60_000)  # the computer may be busy with other tests
Page.click = followed(Page.click)  # type: ignore[method-assign]
Locator.click = followed(Locator.click)  # type: ignore[method-assign]
