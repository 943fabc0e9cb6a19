"""The whole way in a browser, for each affiliation, on a phone and on a desk: declare, review, register, and see it count."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.issuer.evidence.samples import jpeg
from tests.portal.province import ROUTES, slug
from tests.portal.windows import SIZES, accessible, drawn, in_english


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
