"""The verifier's page in a real browser: verified on the device, nothing sent, and again without network."""

import io
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import qrcode
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.verifier.authority import NOW
from tests.verifier_web.conftest import Issued, issued  # noqa: F401 - a fixture
from tests.verifier_web.serving import serving
from verifier.api import create_app

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def service(issued: Issued) -> Iterator[httpx.Client]:  # noqa: F811
    with serving(create_app(issued.settings(), lambda: NOW)) as client:
        yield client


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport=PHONE, locale="zh-CN")
    made.clock.set_fixed_time(NOW)
    made.set_default_timeout(20_000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


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


def verdict(page: Page) -> str:
    return page.locator(".verdict-words").inner_text()


def put_in(page: Page, *files: tuple[str, bytes]) -> None:
    page.set_input_files(
        "#file", [{"name": n, "mimeType": "application/octet-stream", "buffer": d} for n, d in files]
    )
    page.click("form:has(#file) button")


VERDICTS = {
    "token": "真实，现在有效",
    "qr": "真实，现在有效",
    "superseded": "真实，但已有新版",
    "forged": "不可信，不能采信",
    "statement": "不是完成证明",
}


@pytest.mark.parametrize("kind", VERDICTS)
def test_a_pasted_credential_is_verified_on_the_device(
    page: Page,
    service: httpx.Client,
    issued: Issued,  # noqa: F811
    kind: str,
) -> None:
    asked = open_page(page, service)
    assert VERDICTS[kind] in paste(page, getattr(issued, kind))
    assert page.locator("#result .checks tbody tr").count() == 11
    assert not [each for each in asked if each.startswith("POST")]
    assert all(str(service.base_url) in each for each in asked)


def test_the_address_of_a_code_is_verified_and_never_sent(
    page: Page,
    service: httpx.Client,
    issued: Issued,  # noqa: F811
) -> None:
    digits = issued.qr.partition("#")[2]
    asked = open_page(page, service, f"/v#{digits}")
    page.click("form:has(#text) button")
    assert "真实" in page.locator(".verdict-words").inner_text()
    assert digits not in page.url
    assert not [each for each in asked if digits[:40] in each.partition("#")[0] or each.startswith("POST")]


def test_a_picture_is_read_on_the_device(page: Page, service: httpx.Client, issued: Issued) -> None:  # noqa: F811
    drawn = io.BytesIO()
    qrcode.make(issued.qr, box_size=4).save(drawn)
    asked = open_page(page, service)
    page.set_input_files("#file", {"name": "a.png", "mimeType": "image/png", "buffer": drawn.getvalue()})
    page.click("form:has(#file) button")
    assert "真实，现在有效" in page.locator(".verdict-words").inner_text()
    assert not [each for each in asked if each.startswith("POST")]


def test_it_works_without_network_after_the_first_visit(
    context: BrowserContext,
    page: Page,
    service: httpx.Client,
    issued: Issued,  # noqa: F811
) -> None:
    open_page(page, service)
    page.wait_for_selector("html[data-offline=ready]", state="attached")
    context.set_offline(True)
    page.goto(f"{service.base_url}/")
    assert "真实" in paste(page, issued.qr)
    assert "没有联网" in page.locator("#result").inner_text()
    put_in(page, ("a.pdf", issued.pdf))
    assert "页面文字还没有比对" in verdict(page)


@pytest.mark.parametrize("path", ["/", "/v", "/trust", "/?lang=en"])
def test_axe_finds_nothing_serious(page: Page, service: httpx.Client, issued: Issued, path: str) -> None:  # noqa: F811
    open_page(page, service, path)
    if path == "/":
        paste(page, issued.token)
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run().then((r) => r.violations.map((v) => [v.impact, v.id, v.nodes[0].html]))")
    assert [each for each in found if each[0] in {"serious", "critical"}] == []


def test_a_pdf_is_read_on_the_device_and_sent_only_by_the_button(
    page: Page,
    service: httpx.Client,
    issued: Issued,  # noqa: F811
) -> None:
    asked = open_page(page, service)
    put_in(page, ("a.pdf", issued.pdf))
    assert "页面文字还没有比对" in verdict(page)
    assert outcomes(page) == ["通过"] * 9 + ["未做", "不适用"]
    assert not [each for each in asked if each.startswith("POST")]
    page.click("text=送服务器比对页面文字")
    page.wait_for_selector(".verdict-ok")
    assert outcomes(page) == ["通过"] * 10 + ["不适用"]


def outcomes(page: Page) -> list[str]:
    return page.locator("#result .checks td.res").all_inner_texts()
