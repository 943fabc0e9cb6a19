"""The verifier's page in a real browser: verified on the device, nothing sent, and again without network."""

import io
import re
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import qrcode
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.acting import open_page, outcomes, paste, put_in, verdict
from tests.verifier_web.conftest import Issued

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"


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
    issued: Issued,
    kind: str,
) -> None:
    asked = open_page(page, service)
    assert VERDICTS[kind] in paste(page, getattr(issued, kind))
    expect(page.locator("#result .checks tbody tr")).to_have_count(11)
    assert not [each for each in asked if each.startswith("POST")]
    assert all(str(service.base_url) in each for each in asked)


def test_the_address_of_a_code_is_verified_and_never_sent(
    page: Page,
    service: httpx.Client,
    issued: Issued,
) -> None:
    digits = issued.qr.partition("#")[2]
    asked = open_page(page, service, f"/v#{digits}")
    page.click("form:has(#text) button")
    assert "真实" in verdict(page)
    assert digits not in page.url
    assert not [each for each in asked if digits[:40] in each.partition("#")[0] or each.startswith("POST")]


def test_a_picture_is_read_on_the_device(page: Page, service: httpx.Client, issued: Issued) -> None:
    drawn = io.BytesIO()
    qrcode.make(issued.qr, box_size=4).save(drawn)
    asked = open_page(page, service)
    put_in(page, ("a.png", drawn.getvalue()))
    assert "真实，现在有效" in verdict(page)
    assert not [each for each in asked if each.startswith("POST")]


def test_it_works_without_network_after_the_first_visit(
    context: BrowserContext,
    page: Page,
    service: httpx.Client,
    issued: Issued,
) -> None:
    open_page(page, service)
    page.wait_for_selector("html[data-offline=ready]", state="attached")
    context.set_offline(True)
    page.goto(f"{service.base_url}/")
    assert "真实" in paste(page, issued.qr)
    expect(page.locator("#result")).to_contain_text("没有联网")
    put_in(page, ("a.pdf", issued.pdf))
    assert "页面文字还没有比对" in verdict(page)


def test_on_new_years_morning_the_list_of_the_new_year_is_kept_too(
    context: BrowserContext, page: Page, service: httpx.Client
) -> None:
    """In Shanghai, whose year a certificate is issued in, while UTC still has the old one."""
    context.clock.set_fixed_time(datetime(2026, 12, 31, 16, 30, tzinfo=UTC))
    asked = open_page(page, service)
    page.wait_for_selector("html[data-offline=ready]", state="attached")
    lists = re.findall(r"issuances(?:/|%2F)([0-9]{4})(?:/|%2F)head", " ".join(asked))
    assert set(lists) == {"2026", "2027"}


@pytest.mark.parametrize("path", ["/v", "/trust", "/trust?lang=en"])
def test_axe_finds_nothing_serious(page: Page, service: httpx.Client, path: str) -> None:
    open_page(page, service, path)
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run().then((r) => r.violations.map((v) => [v.impact, v.id, v.nodes[0].html]))")
    assert [each for each in found if each[0] in {"serious", "critical"}] == []


def test_a_pdf_is_read_on_the_device_and_sent_only_by_the_button(
    page: Page,
    service: httpx.Client,
    issued: Issued,
) -> None:
    asked = open_page(page, service)
    put_in(page, ("a.pdf", issued.pdf))
    assert "页面文字还没有比对" in verdict(page)
    assert outcomes(page) == ["通过"] * 9 + ["未做", "不适用"]
    assert not [each for each in asked if each.startswith("POST")]
    page.click("text=送服务器比对页面文字")
    page.wait_for_selector(".verdict-ok")
    assert outcomes(page) == ["通过"] * 10 + ["不适用"]
