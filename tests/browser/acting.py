"""What a person does on the page, and what is to be read there then."""

import httpx
from playwright.sync_api import Page


def open_page(page: Page, service: httpx.Client, path: str = "/") -> list[str]:
    """Open a page; return the addresses that it will ask from then on, method first."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    page.goto(f"{service.base_url}{path}")
    return asked


def paste(page: Page, text: str) -> str:
    page.fill("#text", text)
    page.click("form:has(#text) button")
    return verdict(page)


def put_in(page: Page, *files: tuple[str, bytes]) -> None:
    page.set_input_files(
        "#file", [{"name": n, "mimeType": "application/octet-stream", "buffer": d} for n, d in files]
    )


def verdict(page: Page) -> str:
    return page.locator("#result .verdict-words").inner_text()


def outcomes(page: Page) -> list[str]:
    return page.locator("#result .checks td.res").all_inner_texts()


def rows(page: Page) -> dict[str, str]:
    """Of several documents: the outcome of each, by its name."""
    page.wait_for_selector("#result:not(:has(progress)) .batch")
    found = page.locator("#result .batch tbody tr")
    return {
        found.nth(n).locator("th").inner_text(): found.nth(n).locator("td").nth(3).inner_text()
        for n in range(found.count())
    }


def refusal(page: Page) -> str:
    return page.locator("#result .note-bad").inner_text()
