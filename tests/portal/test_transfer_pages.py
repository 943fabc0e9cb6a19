"""Moving, in a browser: a certificate of another instance, papers, and a certificate to take along; on a phone and on a desk."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import Page

from issuer.certificates.service import draw_all
from issuer.evidence.service import Upload as File
from issuer.evidence.service import keep
from issuer.instance import Instance, open_instance, writing
from issuer.reconciliation import reconcile_all
from issuer.records.gathering import gather
from issuer.registration.base_platform import learn
from issuer.transfers.copying import Copied
from issuer.transfers.paper import read_paper
from issuer.transfers.service import issue_to_leave, receive_paper
from tests.issuer import town
from tests.issuer.evidence.samples import jpeg
from tests.issuer.transfers.provinces import HERE, THERE, away, trusting
from tests.issuer.transfers.test_on_paper import paper
from tests.issuer.worlds import instance_at
from tests.portal import province
from tests.portal.conftest import placed
from tests.portal.province import Province, slug
from tests.portal.signed_in import form_key, visitor
from tests.portal.windows import SIZES, accessible, in_english

Visit = Callable[[str, str], Page]
SHOTS = os.environ.get("XUESHI_SHOTS")
"""A folder for pictures of the pages, to be looked at; none without it."""
COURSE = {"category": "public_online", "total_hours": 30, "exam_passed": True}
WHO = {"phone": "local unit", "desk": "provincial unit with a department"}


@dataclass(frozen=True)
class Origin:
    """The province that people come from: its folder, and a certificate of each who moves."""

    home: Path
    papers: dict[str, Path]


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Origin]:
    folder = tmp_path_factory.mktemp("origin")
    instance_at(folder / "a", HERE)
    with open_instance(folder / "a") as instance:
        people = town.build(instance).people
        papers = {}
        for name in ("local unit", "provincial unit with a department", "central unit"):
            course = COURSE | {"completed_on": "2025-05-20"}
            with writing(instance) as work:
                learn(work, people[name], {**course, "event_key": "示例课程"}, "示例基地")
            issued = issue_to_leave(instance, people[name].id)
            draw_all(instance, [issued], folder / name, lambda _done, _all: None)
            (papers[name],) = (folder / name).iterdir()
        yield Origin(folder / "a", papers)


@pytest.fixture(scope="module")
def here(
    request: pytest.FixtureRequest, database: str, origin: Origin, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Province]:
    home = tmp_path_factory.mktemp("moving") / "x"
    instance_at(home, placed(request, replace(THERE, host="jxjy.moving.example"), database))
    trusting(home, origin.home, HERE)
    with open_instance(home) as instance:
        yield province.build(instance)
        assert reconcile_all(instance.engine) == ()


def shot(page: Page, name: str) -> None:
    accessible(page)
    if SHOTS:
        width = page.viewport_size["width"] if page.viewport_size else 0
        page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True)


def year_total(instance: Instance, person: int) -> object:
    with instance.engine.connect() as connection:
        found, _ = gather(connection, instance.library, [person], 2025, instance.today())
    return found[0].decision.total


@pytest.mark.parametrize("size", SIZES)
def test_a_certificate_is_brought_and_confirmed(
    visit: Visit, here: Province, origin: Origin, tmp_path: Path, size: str
) -> None:
    name = WHO[size]
    (tmp_path / "其他.jpg").write_bytes(jpeg())
    own = visit(slug(name), size)
    own.goto("/transfers")
    shot(own, "transfers")
    own.click("text=核验并转入")
    assert "请选择证明的 PDF 或照片" in own.inner_text("main")
    own.set_input_files("#proof", tmp_path / "其他.jpg")
    own.click("text=核验并转入")
    assert "没有读到本系统的二维码" in own.inner_text("[role=alert]")
    assert "已收下第 1 个文件" in own.inner_text("main"), "a file is not lost to a refusal"
    own.check("[name=drop]")
    own.set_input_files("#proof", origin.papers[name])
    own.fill("#moved_on", "2026-05-04")
    own.click("text=核验并转入")
    told = own.inner_text("main")
    assert all(words in told for words in ("主管部门核实中", "机器已核验", "示例甲省签发机关")), told
    shot(own, "own-waiting")
    in_english(own)
    own.goto("/year/2025")
    told = own.inner_text("#main, main")
    assert ("机器已核验，下一步：主管部门确认" in told, "还没有计入" in told) == (True, True)
    shot(own, "year-coming")
    in_english(own)

    desk = visit(f"{slug(name)}-verifier", size)
    desk.goto("/incoming")
    shot(desk, "incoming")
    desk.locator("a.row", has_text="示例甲省签发机关").first.click()
    desk.click("text=确认办理")
    assert "请选择怎样处理" in desk.inner_text("main")
    shot(desk, "case-refused")
    desk.check("[name=do][value=register]")
    desk.click("text=确认办理")
    assert "已登记" in desk.inner_text(".line-meta")
    shot(desk, "case-registered")
    in_english(desk)
    assert year_total(here.instance, here.town.people[name].id) == 30
    own.goto("/transfers")
    assert "已登记" in own.inner_text("main")
    own.set_input_files("#proof", origin.papers[name])
    own.fill("#moved_on", "2026-05-04")
    own.click("text=核验并转入")
    assert "已从同一地转入过" in own.inner_text("[role=alert]")


@pytest.mark.parametrize("size", SIZES)
def test_papers_are_copied_mapped_and_looked_at(
    visit: Visit, here: Province, tmp_path: Path, size: str
) -> None:
    name = {"phone": "agency alone", "desk": "provincial unit without a department"}[size]
    (tmp_path / "证明.jpg").write_bytes(jpeg())
    own = copied(visit(slug(name), size), tmp_path / "证明.jpg")
    reviewer = visit(f"{slug(name)}-reviewer", size)
    reviewer.goto("/incoming")
    reviewer.locator("a.row", has_text="示例市人社局").click()
    reviewer.check("[name=do][value=return]")
    reviewer.select_option("#reason", "R02")
    reviewer.fill("#words", "证明编号少了一位")
    reviewer.click("text=确认办理")
    own.goto("/year/2025")
    assert "证明编号少了一位" in own.inner_text("main")
    shot(own, "year-returned")
    own.click("text=补正后再提交")
    own.click("text=补正后再提交")
    own.fill("#document_no", "粤示2025-0012")
    own.click("text=看怎样对应")
    own.click("text=核对无误")
    assert "单位审核中" in own.inner_text("main")

    reviewer.reload()
    reviewer.check("[name=do][value=approve]")
    reviewer.click("text=确认办理")
    assert "怎样向流出地核对" in reviewer.inner_text("[role=alert]")
    shot(reviewer, "case-how")
    reviewer.select_option("#how", "original")
    reviewer.click("text=确认办理")
    desk = visit(f"{slug(name)}-verifier", size)
    desk.goto("/incoming")
    desk.locator("a.row", has_text="示例市人社局").click()
    desk.check("[name=do][value=register]")
    desk.select_option("#how", "call")
    desk.fill("#words", "已电话核实")
    desk.click("text=确认办理")
    assert "已登记" in desk.inner_text(".line-meta")
    shot(desk, "case-paper-registered")
    assert year_total(here.instance, here.town.people[name].id) == 90


def copied(own: Page, picture: Path) -> Page:
    """Filled in wrongly first, then rightly; mapped, changed, mapped again, sent."""
    own.goto("/transfers")
    own.select_option("#region", "440000")
    own.click("text=照证明填写")
    assert "Region(" not in own.inner_text("body"), (
        "the masthead names the instance's region, not the origin's"
    )
    shot(own, "paper-empty")
    own.click("text=看怎样对应")
    assert own.locator("[aria-invalid=true]").count() == 1
    accessible(own)
    own.fill("#office", "示例市人社局")
    own.fill("#document_no", "粤示2025-001")
    own.fill("#moved_on", "2026-03-02")
    own.fill("#year-0", "2025")
    own.fill("#amount-0-public", "300")
    own.fill("#amount-0-professional", "42")
    own.fill("#amount-0-elective", "十八")
    own.set_input_files("#proof", picture)
    own.click("text=看怎样对应")
    assert own.locator("#amount-0-elective[aria-invalid=true]").count() == 1
    assert "已收下第 1 个文件" in own.inner_text("main"), "a file is not lost to an error elsewhere"
    own.fill("#amount-0-elective", "18")
    own.check("[name=complete-0]")
    own.click("text=看怎样对应")
    assert "计入总学时（按公需科目）" in own.inner_text("main")
    shot(own, "paper-mapped")
    own.fill("#amount-0-public", "30")
    own.click("text=核对无误")
    assert "共 90 学时" in own.inner_text("main"), "what was changed is shown again before it is sent"
    own.click("text=核对无误")
    assert "单位审核中" in own.inner_text("main")
    shot(own, "own-paper")
    in_english(own)
    return own


def test_what_was_not_checked_is_named_and_goes_on_on_paper(visit: Visit, origin: Origin) -> None:
    own = visit("central-unit", "phone")
    own.goto("/transfers")
    with away(origin.home):
        own.set_input_files("#camera", origin.papers["central unit"])
        own.fill("#moved_on", "2026-05-04")
        own.click("text=核验并转入")
        assert "状态" in own.inner_text("[role=alert]")
        shot(own, "missing")
        own.click("button:has-text('改为书面办理')")
    told = own.inner_text("main")
    assert ("单位审核中" in told, "机器没有查全" in told, "没有查成的：状态" in told) == (True, True, True)
    shot(own, "own-missing")


@pytest.mark.parametrize("size", SIZES)
def test_taking_hours_along(visit: Visit, here: Province, size: str) -> None:
    nobody = visit("central-unit", size)
    nobody.goto("/transfers")
    nobody.click("text=开具转移证明")
    assert "应有 1 至 10 个已签发的年度" in nobody.inner_text("[role=alert]")
    accessible(nobody)
    person = here.town.people["agency with an employer"]
    for day in ("2025-05-20", "2026-05-20"):
        with writing(here.instance) as work:
            learn(work, person, {**COURSE, "completed_on": day, "event_key": f"示例课程 {day}"}, "示例基地")
    own = visit("agency-with-an-employer", size)
    own.goto("/transfers")
    for year in ("2025", "2026"):
        own.uncheck(f"[name=year][value='{year}']")
    own.click("button:has-text('转移证明')")
    assert "请至少选一个年度" in own.inner_text("[role=alert]")
    own.uncheck("[name=year][value='2026']")
    own.click("button:has-text('转移证明')")
    told = own.inner_text("#leaving ~ p:has(.mono)")
    assert ("，2025 年度" in told, "下载转移证明" in told) == (True, True)
    shot(own, "leaving")
    in_english(own)
    pdf = own.request.get("/transfers/leaving/document")
    assert (pdf.status, pdf.body()[:5]) == (200, b"%PDF-")


def test_others_see_nothing_of_it(here: Province, site: str) -> None:
    """Nor does somebody whose duty lies elsewhere."""
    instance, person = here.instance, here.town.people["provincial unit with a department"]
    proof = keep(instance, File("证明.jpg", jpeg()))
    sheet = paper(region="640000", office="示例自治区人社厅")
    one = receive_paper(instance, person, Copied(read_paper(sheet), (proof,)))
    evidence = f"/transfers/{one}/evidence/{proof.digest}"
    wanted: list[tuple[str, str, int]] = [
        ("provincial-unit-with-a-department", f"/transfers/{one}", 200),
        ("provincial-unit-with-a-department", evidence, 200),
        ("provincial-unit-with-a-department-reviewer", f"/incoming/{one}", 200),
        ("provincial-unit-with-a-department-reviewer", f"{evidence}/preview", 200),
        ("central-unit", f"/transfers/{one}", 404),
        ("central-unit", evidence, 404),
        ("foreign-verifier", f"/incoming/{one}", 404),
        ("foreign-verifier", f"{evidence}/preview", 404),
        ("administrator", f"/incoming/{one}", 403),
    ]
    for login, path, status in wanted:
        with closing(visitor(here, site, login)) as client:
            assert client.get(path).status_code == status, (login, path)


def test_a_form_that_nobody_drew(here: Province, site: str) -> None:
    with closing(visitor(here, site, "agency-alone")) as client:
        posts: list[tuple[str, dict[str, str]]] = [
            ("/transfers", {"token": "eyJ.x.y", "moved_on": "gestern"}),
            ("/transfers", {"token": "文字"}),
            ("/transfers", {"do": "paper", "token": "x"}),
            ("/transfers/paper", {"region": "440000", "rows": "99", "do": "row"}),
            ("/transfers/paper", {"region": "440000", "do": "send", "year-0": "²025"}),
            ("/transfers/paper", {"region": "440000", "do": "send", "again": "x", "seen": "y"}),
        ]
        for path, data in posts:
            answer = client.post(path, data={"form_key": form_key(client), **data})
            assert answer.status_code in {200, 422}, (path, data, answer.status_code)
        assert client.post("/transfers/paper", data={"form_key": form_key(client)}).status_code == 303
        assert client.get("/transfers/paper").status_code == 303
