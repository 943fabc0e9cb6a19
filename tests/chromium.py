"""The browser of the tests: Chromium without windows, which needs half the processor that the whole one does."""

from playwright.sync_api import Browser, Playwright

SHELL = "/usr/bin/chromium-headless-shell"
NO_SANDBOX = "--no-sandbox"
"""A container's root has none to give."""


def launched(playwright: Playwright, *flags: str) -> Browser:
    return playwright.chromium.launch(executable_path=SHELL, args=[NO_SANDBOX, *flags])
