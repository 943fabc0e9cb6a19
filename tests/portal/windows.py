"""What a page must be in a real browser: free of serious faults, no wider than its window, whole in both languages."""

import os
import re
from pathlib import Path

from playwright.sync_api import Locator, Page

SIZES = {"phone": (390, 844), "desk": (1280, 900)}
AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"


SEEN: set[tuple[str, str, int]] = set()


def accessible(page: Page) -> None:
    """No serious or critical finding of axe-core (WCAG 2.1 AA), and nothing scrolls sideways. Each page once a size and file of
    tests, so not again on another database.
    """
    address = re.sub(r"^\w+://[^/]+|[0-9a-f-]{32,}", "", page.url)
    kind = (
        os.environ["PYTEST_CURRENT_TEST"].partition("::")[0],
        page.locator("h1").inner_text() + address,
        page.viewport_size["width"],
    )
    if kind in SEEN:
        return
    SEEN.add(kind)
    _load_axe(page)
    found = page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'],"
        # Style sheets, which no rule of these tags reads, are not fetched again for each run.
        " resultTypes: ['violations'], selectors: false, preload: {assets: ['media']}})"
    )
    bad = [
        (one["id"], [node["html"][:120] for node in one["nodes"]][:3])
        for one in found["violations"]
        if one["impact"] in {"serious", "critical"}
    ]
    assert bad == [], (page.url, bad)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), page.url


def _load_axe(page: Page) -> None:
    """The first page of a window brings axe along; the window's later pages have it at hand, for its half a megabyte takes longer on
    its way to the browser than in it.
    """
    if not page.evaluate("'loadAxe' in window && (loadAxe(), true)"):
        page.context.add_init_script(f"window.loadAxe = () => {{ {AXE.read_text('utf-8')} }}")
        page.add_script_tag(path=AXE)


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
        "all => all.filter(one => !one.closest('[lang=zh-CN]')).map(one => {"
        " const copy = one.cloneNode(true);"
        " copy.querySelectorAll('[lang=zh-CN]').forEach(entered => entered.remove());"
        " return copy.textContent; })",
    )
    left = [word.strip() for word in words if re.search("[\u4e00-\u9fff]", word) and "示例" not in word]
    assert not left, (page.url, left)
    accessible(page)
    page.click("text=中文")
