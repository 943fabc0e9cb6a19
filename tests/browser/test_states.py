"""Every state of the page: readable for everybody, printable, installable, and a statement never looks like a certificate."""

import io
from collections.abc import Callable
from pathlib import Path

import httpx
import pypdfium2
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.acting import open_page, outcomes, paste, put_in, rows, verdict
from tests.browser.conftest import visited
from tests.tampered.folders import read
from verifier.report import CHECKS

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
WIDTHS = {"phone": 390, "desktop": 1280}


def pasting(name: str) -> Callable[[Page], object]:
    return lambda page: paste(page, read(name).data.decode())


def putting(*names: str) -> Callable[[Page], object]:
    def put(page: Page) -> None:
        put_in(page, *((f"{name}.{'pdf' if 'pdf' in name else 'txt'}", read(name).data) for name in names))
        rows(page) if len(names) > 1 else verdict(page)

    return put


def with_report(page: Page) -> None:
    putting("token-as-it-is", "alg-none", "statement-as-it-is", "pdf-untouched")(page)
    page.locator("#result .batch button").nth(1).click()
    page.wait_for_selector("#report .checks")


def refused(page: Page) -> None:
    put_in(page, ("a.txt", b"hello"))
    page.wait_for_selector("#result .note-bad")


def told(page: Page) -> None:
    page.wait_for_function("document.getElementById('standing').textContent.includes('7')")


STATES: dict[str, Callable[[Page], object]] = {
    "empty": told,
    "genuine": pasting("token-as-it-is"),
    "statement": pasting("statement-as-it-is"),
    "forged": pasting("hours-raised"),
    "undecided": pasting("signed-but-not-in-the-ledger-and-bare"),
    "foreign host": pasting("lookalike-host"),
    "pdf": putting("pdf-untouched"),
    "many, with a report": with_report,
    "refused": refused,
}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", ["/", "/?lang=en"])
def test_axe_finds_nothing_in_any_state(browser: Browser, scene: httpx.Client, path: str, width: str) -> None:
    with visited(browser) as context:
        page = context.new_page()
        page.set_viewport_size({"width": WIDTHS[width], "height": 900})
        open_page(page, scene, path)
        page.evaluate(AXE.read_text("utf-8"))
        found = {}
        for name, act in STATES.items():
            act(page)
            found[name] = page.evaluate(
                "axe.run().then((r) => r.violations.map((v) => [v.id, v.nodes[0].html.slice(0, 200)]))"
            )
            found[f"{name}, wider than its window"] = page.evaluate(
                "document.documentElement.scrollWidth > innerWidth ? ['scrolls'] : []"
            )
        assert {name: each for name, each in found.items() if each} == {}


def test_a_statement_looks_like_no_certificate(page: Page, scene: httpx.Client) -> None:
    open_page(page, scene)
    looks = []
    for name in ("token-as-it-is", "statement-as-it-is"):
        words = paste(page, read(name).data.decode())
        assert words.startswith("真实，现在有效")
        box = page.locator("#result .verdict")
        style = "e => [getComputedStyle(e).borderStyle, getComputedStyle(e).backgroundColor]"
        looks.append((box.locator("use").get_attribute("href"), *box.evaluate(style)))
        assert ("不是完成证明" in words) == (name == "statement-as-it-is")
    assert all(one != other for one, other in zip(*looks, strict=True))
    assert "这不是完成证明" in page.locator("#result").inner_text()


def test_the_keyboard_is_enough(page: Page, scene: httpx.Client) -> None:
    """Put one in, come to its verdict, go on to the buttons, and back to where the next one is put in."""
    open_page(page, scene)
    focused = page.locator("*:focus")
    page.focus("#text")
    page.keyboard.insert_text(read("token-as-it-is").data.decode())
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("#result .verdict-words:focus")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert focused.inner_text() == "打印核验结果"
    page.keyboard.press("Shift+Tab")
    assert focused.inner_text() == "核验下一份"
    page.keyboard.press("Enter")
    assert (focused.get_attribute("id"), page.locator("#result *").count()) == ("text", 0)


def printed(page: Page) -> tuple[str, int]:
    """What comes out of the printer, without white space, and on how many sheets."""
    document = pypdfium2.PdfDocument(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    try:
        text = "".join(sheet.get_textpage().get_text_range() for sheet in document)
        return "".join(text.split()), len(document)
    finally:
        document.close()


def test_the_printed_report_is_whole_and_has_no_controls(page: Page, scene: httpx.Client) -> None:
    open_page(page, scene)
    paste(page, read("token-as-it-is").data.decode())
    text, sheets = printed(page)
    said = [
        "真实，现在有效",
        "张伟",
        "620***********123X",
        "专业62，公需30，合计92",
        "达到该年度学时要求",
        "GS2025-0094567-3",
        "核验于",
        "信任名单第7号",
    ]
    said += ["".join(name.zh.split()) for _, name in CHECKS.values()]
    assert [words for words in said if words not in text] == []
    controls = ["打开相机", "核验凭证", "选文件", "打印核验结果", "English", "OpenAPI"]
    assert [words for words in controls if words in text] == []
    assert sheets <= 2
    assert outcomes(page).count("通过") == 9
    with_report(page)
    text, _ = printed(page)
    assert "核验了4份" in text
    assert [words for words in (*controls, "看报告", "打印这张表") if words in text] == []


def test_it_can_be_installed(browser: Browser, scene: httpx.Client) -> None:
    with visited(browser) as context:
        page = context.new_page()
        open_page(page, scene)
        page.wait_for_selector("html[data-offline=ready]", state="attached")
        asked = context.new_cdp_session(page)
        manifest = asked.send("Page.getAppManifest")
        assert manifest["errors"] == []
        errors = asked.send("Page.getInstallabilityErrors")["installabilityErrors"]
        assert [each for each in errors if each["errorId"] != "in-incognito"] == []
