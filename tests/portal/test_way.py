"""The whole way in a browser, for each affiliation, on a phone and on a desk: declare, review, register, and see it count."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.portal.province import PASSWORD, ROUTES, Province, slug

SIZES = {"phone": (390, 844), "desk": (1280, 900)}
AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def visit(browser: Browser, here: Province, site: str) -> Iterator[Callable[[str, str], Page]]:
    """Sign somebody in, in a window of their own."""
    contexts = []

    def sign_in(login: str, size: str) -> Page:
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", base_url=site, bypass_csp=True
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(5000)
        page.goto("/sign-in")
        page.fill("#login", login)
        page.fill("#password", PASSWORD)
        page.fill("#code", here.code(login))
        page.click("main button[type=submit]")
        assert "/sign-in" not in page.url, page.inner_text("main")
        return page

    yield sign_in
    for context in contexts:
        context.close()


SEEN: set[tuple[str, int]] = set()


def accessible(page: Page) -> None:
    """No serious or critical finding of axe-core (WCAG 2.1 AA), and nothing scrolls sideways. Each page once a size."""
    kind = (
        page.locator("h1").inner_text() + re.sub(r"[0-9a-f-]{32,}", "", page.url),
        page.viewport_size["width"],
    )
    if kind in SEEN:
        return
    SEEN.add(kind)
    page.add_script_tag(path=AXE)
    found = page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']})"
    )
    bad = [
        (one["id"], [node["html"][:120] for node in one["nodes"]][:3])
        for one in found["violations"]
        if one["impact"] in {"serious", "critical"}
    ]
    assert bad == [], (page.url, bad)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), page.url


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ROUTES)
def test_the_whole_way(visit: Callable[[str, str], Page], name: str, size: str) -> None:
    title = f"示例培训班 {size}"
    month = {"phone": "04", "desk": "05"}[size]
    own = visit(slug(name), size)
    accessible(own)
    own.click("text=申报学时 >> nth=0")
    accessible(own)
    own.click("text=上课、培训、进修")
    own.click("text=试算，下一步")
    assert own.locator("[aria-invalid=true]").count() >= 2
    accessible(own)
    own.fill("#title", title)
    own.fill("#from", f"2026-{month}-11")
    own.fill("#to", f"2026-{month}-13")
    own.fill("#per_day", "10")
    own.click("text=试算，下一步")
    assert "预计认定 24 学时" in own.inner_text("aside")
    accessible(own)
    own.click("text=提交给单位审核")
    assert "提交前请确认内容真实" in own.inner_text("main")
    own.check("[name=true]")
    own.click("text=提交给单位审核")
    assert "单位审核中" in own.inner_text("main")

    for duty, at, word in (("reviewer", "/inbox", "审核通过"), ("verifier", "/queue", "登记")):
        desk = visit(f"{slug(name)}-{duty}", size)
        assert desk.url.endswith(at)
        if (group := desk.locator(f"nav >> text={title}")).count():
            group.click()
        accessible(desk)
        desk.locator("article", has_text="示例").first.locator(
            f"label:has-text('{word}') input"
        ).first.check()
        desk.click("text=确认办理")
        assert "已办理 1 条" in desk.inner_text("main"), desk.inner_text("main")
        accessible(desk)
    own.goto("/year/2026")
    assert own.inner_text(".meter >> nth=0").startswith("专业科目")
    line = own.locator("li", has_text=title)
    assert "已登记" in line.inner_text()
    assert "第六条第（一）项" in line.inner_text()
    accessible(own)
