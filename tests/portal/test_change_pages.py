"""A change of employer in a real browser, on a phone and on a desk: every page of it without a serious fault, in both languages."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.issuer.evidence.samples import pdf
from tests.portal.moving import mover
from tests.portal.province import Province
from tests.portal.windows import SIZES, accessible, in_english

Visit = Callable[[str, str], Page]


def looked_at(page: Page) -> None:
    accessible(page)
    in_english(page)


@pytest.mark.parametrize("size", SIZES)
def test_a_change_of_employer(visit: Visit, here: Province, size: str) -> None:
    login, _person, _number = mover(here)
    own = visit(login, size)
    own.goto("/affiliation")
    assert "示例县第一中学" in own.inner_text("main")
    looked_at(own)
    own.click("main >> text=变更单位")
    looked_at(own)
    own.fill("#find", "没有的单位")
    own.click("text=查找单位")
    assert "没有找到这个单位" in own.inner_text("main")
    own.fill("#find", "人民医院")
    own.click("text=查找单位")
    own.fill("#first", "2025-01-01")
    own.fill("#words", "甘调〔2026〕5号")
    own.check("text=示例省人民医院")
    own.click("text=提出，请新单位同意")
    assert "应晚于 2025-01-01" in own.inner_text("[role=alert]")
    assert own.input_value("#words") == "甘调〔2026〕5号"
    assert own.is_checked("[name=unit]")
    accessible(own)
    own.fill("#first", "2026-09-01")
    own.set_input_files("#proof", {"name": "调令.pdf", "mimeType": "application/pdf", "buffer": pdf()})
    own.click("text=提出，请新单位同意")
    assert "等新单位同意" in own.inner_text("main")
    looked_at(own)
    for duty, do, after in (("reviewer", "同意变更", "等主管部门登记"), ("verifier", "登记变更", "已登记")):
        desk = visit(f"provincial-unit-with-a-department-{duty}", size)
        desk.goto("/changes")
        looked_at(desk)
        desk.click("section >> nth=0 >> text=示例调动")
        assert desk.get_attribute("text=第 2 页", "href").endswith("/preview?page=2")
        desk.click("summary >> text=不同意")
        looked_at(desk)
        desk.click("summary >> text=不同意")
        desk.click("text=不同意，办结")
        assert "请选择不同意的原因" in desk.inner_text("[role=alert]")
        accessible(desk)
        desk.click(f"button >> text={do}")
        assert after in desk.inner_text("main")
        looked_at(desk)
    own.goto("/affiliation")
    assert "2026-08-31" in own.inner_text("main")
    assert "示例省卫生健康委员会" in own.inner_text("main")
    looked_at(own)


@pytest.mark.parametrize("size", SIZES)
def test_a_unit_takes_somebody_on(visit: Visit, here: Province, size: str) -> None:
    login, _person, number = mover(here)
    asks = visit("central-unit-reviewer", size)
    asks.goto("/changes")
    asks.click("text=接收人员")
    looked_at(asks)
    asks.fill("#number", number)
    asks.fill("#first", "2026-10-08")
    asks.click("text=提出，请本人同意")
    assert "等本人同意" in asks.inner_text("main")
    assert number not in asks.content()
    own = visit(login, size)
    own.goto("/affiliation")
    looked_at(own)
    own.click("main >> text=变更为 示例中央在甘研究院")
    looked_at(own)
    own.click("text=同意变更")
    assert "等主管部门登记" in own.inner_text("main")


@pytest.mark.parametrize("size", SIZES)
def test_a_title_series(visit: Visit, here: Province, size: str) -> None:
    login, _person, number = mover(here)
    own = visit(login, size)
    own.goto("/affiliation")
    own.click("text=登记或更正职称系列")
    looked_at(own)
    own.fill("#year", "2099")
    own.select_option("#series", "工程")
    own.click("text=提出，请单位同意")
    assert "还没有开始" in own.inner_text("[role=alert]")
    accessible(own)
    own.fill("#year", "2026")
    own.click("text=提出，请单位同意")
    assert "等单位同意" in own.inner_text("main")
    looked_at(own)
    for duty, do in (("reviewer", "同意变更"), ("verifier", "登记变更")):
        desk = visit(f"local-unit-{duty}", size)
        desk.goto("/changes")
        desk.click("section >> nth=0 >> text=2026 年职称系列：工程 >> nth=0")
        looked_at(desk)
        desk.click(f"button >> text={do}")
    desk = visit("local-unit-reviewer", size)
    desk.goto("/changes/series")
    looked_at(desk)
    desk.fill("#name", "示例调动")
    desk.fill("#ending", number[-4:])
    desk.select_option("#series", "会计")
    desk.click("text=提出，请本人同意")
    assert "等本人同意" in desk.inner_text("main")
    own.goto("/affiliation")
    assert "工程" in own.inner_text("main")
    looked_at(own)
