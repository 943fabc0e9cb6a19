"""The whole way in a browser, for each affiliation, on a phone and on a desk: declare, review, register, and see it count."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from tests.issuer.evidence.samples import jpeg
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


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The photo that a phone's camera gives."""
    path = tmp_path_factory.mktemp("camera") / "证书.jpg"
    path.write_bytes(jpeg())
    return path


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ROUTES)
def test_the_whole_way(visit: Callable[[str, str], Page], certificate: Path, name: str, size: str) -> None:
    title = f"示例培训班 {size}"
    own = declared(visit, certificate, name, size, title)

    for duty, at, word in (("reviewer", "/inbox", "审核通过"), ("verifier", "/queue", "登记")):
        desk = visit(f"{slug(name)}-{duty}", size)
        assert desk.url.endswith(at)
        if (group := desk.locator(f"nav >> text={title}")).count():
            group.click()
        assert drawn(desk.locator("img.proof").first), "the proof beside the data"
        accessible(desk)
        desk.locator("article", has_text="示例").first.locator(
            f"label:has-text('{word}') input"
        ).first.check()
        desk.click("text=确认办理")
        assert "已办理 1 条" in desk.inner_text("main"), desk.inner_text("main")
        accessible(desk)
        in_english(desk)
    own.goto("/year/2026")
    assert own.inner_text(".meter >> nth=0").startswith("专业科目")
    line = own.locator("li", has_text=title)
    assert "已登记" in line.inner_text()
    assert "第六条第（一）项" in line.inner_text()
    accessible(own)


def declared(visit: Callable[[str, str], Page], certificate: Path, name: str, size: str, title: str) -> Page:
    """Fill in wrongly first, then rightly, with a photo of the proof; submit, and stay on the page."""
    month = {"phone": "04", "desk": "05"}[size]
    own = visit(slug(name), size)
    accessible(own)
    own.click("text=申报学时 >> nth=0")
    accessible(own)
    own.click("text=上课、培训、进修")
    own.set_input_files("#camera" if size == "phone" else "#proof", certificate)
    own.click("text=试算，下一步")
    assert own.locator("[aria-invalid=true]").count() >= 2
    assert "已收下第 1 个文件" in own.inner_text("main"), "a file is not lost to an error elsewhere"
    accessible(own)
    own.fill("#title", title)
    own.fill("#from", f"2026-{month}-11")
    own.fill("#to", f"2026-{month}-13")
    own.fill("#per_day", "10")
    own.click("text=试算，下一步")
    assert "预计认定 24 学时" in own.inner_text("aside")
    assert drawn(own.locator("img.proof"))
    accessible(own)
    own.click("text=提交给单位审核")
    assert "提交前请确认内容真实" in own.inner_text("main")
    own.check("[name=true]")
    if own.locator("[name=twin]").count():
        own.check("[name=twin]")
        own.fill("#words", "另一期")
    own.click("text=提交给单位审核")
    assert "单位审核中" in own.inner_text("main")
    in_english(own)
    return own


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
        ("administrator", ["/offices", "/account"]),
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


def drawn(picture: Locator) -> bool:
    """Whether the browser shows our picture, not a broken one."""
    picture.scroll_into_view_if_needed()
    return bool(picture.evaluate("async one => { await one.decode(); return one.naturalWidth > 100 }"))


def in_english(page: Page) -> None:
    """The same page in English: the switch leads back to it, and no Chinese is left in headings, labels and buttons."""
    before = page.url.partition("#")[0].partition("?")[0]
    page.click("text=English")
    assert page.url.partition("?")[0] == before
    words = page.eval_on_selector_all(
        "main :is(h1, h2, h3, label, legend, button, th, .hint, .chip)",
        "all => all.filter(one => !one.closest('[lang=zh-CN]')).map(one => one.textContent)",
    )
    left = [word.strip() for word in words if re.search("[\u4e00-\u9fff]", word) and "示例" not in word]
    assert not left, (page.url, left)
    accessible(page)
    page.click("text=中文")
