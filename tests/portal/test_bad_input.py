"""What people and attackers type in: refused in the user's language, nothing recorded, the rest of the form kept."""

import html
import re
from contextlib import closing
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa

from issuer.portal.answered import MOST, SECONDS, Answered, Page
from issuer.registration import conduct
from issuer.registration.declarations import Draft
from issuer.registration.tables import declaration
from tests.issuer.evidence.samples import png
from tests.issuer.town import number, training
from tests.portal.province import Province
from tests.portal.signed_in import form_key, program, visitor

LOGIN, PERSON = "local-unit", "local unit"
GOOD = {
    "category": "training",
    "title": "示例培训班",
    "from": "2026-04-11",
    "to": "2026-04-13",
    "per_day": "8",
}
WRONG = {
    "no title": ({"title": ""}, "请填写活动名称"),
    "a bidirectional override": ({"title": "培训\u202e班"}, "请填写活动名称"),
    "a control character": ({"title": "培训\x07班"}, "请填写活动名称"),
    "a title too long": ({"title": "班" * 121}, "请填写活动名称"),
    "no such day": ({"from": "2026-02-30"}, "请填写日期"),
    "a day to come": ({"to": "2999-01-01"}, "还没有到"),
    "the last before the first": ({"to": "2026-04-01"}, "最后一天不早于第一天"),
    "hours that are words": ({"per_day": "八"}, "请填写学时"),
    "infinite hours": ({"per_day": "Infinity"}, "请填写学时"),
    "a thousandth of an hour": ({"per_day": "7.123"}, "请填写学时"),
    "more hours than a day has": ({"per_day": "25"}, "请填写学时"),
    "no hours on any day": ({"per_day": "0"}, "大于 0"),
}


def count(here: Province) -> int:
    with here.instance.engine.connect() as connection:
        return int(connection.scalar(sa.select(sa.func.count()).select_from(declaration)) or 0)


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_told_and_the_rest_kept(here: Province, site: str, case: str) -> None:
    changes, words = WRONG[case]
    before = count(here)
    with closing(visitor(here, site, LOGIN)) as client:
        data = {**GOOD, **changes, "form_key": form_key(client)}
        answer = client.post("/declare", data=data)
    assert answer.status_code == 422
    assert words in answer.text
    for name in GOOD.keys() - changes.keys() - {"category"}:
        assert f'value="{GOOD[name]}"' in answer.text
    assert count(here) == before


META = [
    "'; DROP TABLE declaration; --",
    "{{ 7 * 7 }}{% raw %}",
    "<script>alert(1)</script>",
    '" onmouseover="x',
    "${7*7}%s%n",
]


@pytest.mark.parametrize("text", META)
def test_metacharacters_are_text(here: Province, site: str, text: str) -> None:
    with closing(visitor(here, site, LOGIN)) as client:
        data = {**GOOD, "title": text, "form_key": form_key(client)}
        made = client.post("/declare", data=data)
        page = client.get(made.headers["location"]).text
    assert "<script>" not in page
    assert 'onmouseover="x' not in page.replace("&#34;", "") or "&#34; onmouseover=&#34;x" in page
    assert "49" not in page.partition("<h1>")[2].partition("</h1>")[0]
    with here.instance.engine.connect() as connection:
        kept = connection.scalars(sa.select(declaration.c.title)).all()
    assert " ".join(text.split()) in kept


EVERYWHERE = "".join(META)
FORMS = {
    "/declare": (LOGIN, {"category": "training", "from": "2026-04-11", "to": "2026-04-13", "per_day": "8"},
                 ("title", "organizer", "event_key", "number")),
    "/archives": (f"{LOGIN}-reviewer", {"name": "示例甲", "ending": number(0)[-4:], "year": "2026", "kind": "self_study", "hours": "8"},
                  ("content", "outcome")),
    "/transfers/paper": (LOGIN, {"region": "510000", "rows": "1", "year-0": "2025", "moved_on": "2026-03-02", "do": "preview"},
                         ("office", "document_no")),
    "/entries/deferral": (f"{LOGIN}-verifier", {"number": number(0), "year": "2026", "reason_code": "other", "due": "2027-12-31"},
                          ("document_no", "reason")),
    "/affiliation/series": (LOGIN, {"year": "2026", "series": "工程"}, ("words",)),
}  # fmt: skip


@pytest.mark.parametrize("path", FORMS)
def test_metacharacters_in_every_field_are_text(here: Province, site: str, path: str) -> None:
    """Alone in each field of words, in its hidden neighbours, and in the fields that are chosen from."""
    login, good, words = FORMS[path]
    with closing(visitor(here, site, login)) as client:
        key = form_key(client)
        for name in (*words, *good):
            answer = client.post(
                path, data={**good, name: EVERYWHERE, "form_key": key}, follow_redirects=True
            )
            assert answer.status_code in {200, 303, 404, 422}, (name, answer.status_code)
            assert "<script>alert" not in answer.text, name
            assert '" onmouseover="x' not in answer.text, name


def test_a_form_sent_twice_and_a_stale_one_count_once(here: Province, site: str) -> None:
    one = conduct.draft(here.instance, here.town.people[PERSON], Draft("示例一次", training()))
    with closing(visitor(here, site, LOGIN)) as client:
        data = {
            "form_key": form_key(client),
            "turn": "0",
            "true": "yes",
            "do": "submit",
            "twin": "other",
            "words": "不同的一次培训",
        }
        assert client.post(f"/declarations/{one}", data=data).status_code == 303
        again = client.post(f"/declarations/{one}", data=data)
        assert again.status_code == 409
        assert "这条已由您办理" in again.text
        assert "不同的一次培训" in again.text, "given back to copy"
        late = {**GOOD, "form_key": data["form_key"], "turn": "0", "do": "revise", "title": "改晚了的名称"}
        answer = client.post(f"/declarations/{one}", data=late)
        assert answer.status_code in {409, 422}
    assert title_and_turn(here, one) == ("示例一次", 1)


@pytest.mark.parametrize("turn", ["", "-1", "x", "9" * 50, "1e3"])
def test_a_turn_that_is_none_changes_nothing(here: Province, site: str, turn: str) -> None:
    one = conduct.draft(here.instance, here.town.people[PERSON], Draft("示例草稿", training()))
    with closing(visitor(here, site, LOGIN)) as client:
        data = {"form_key": form_key(client), "turn": turn}
        assert client.post(f"/declarations/{one}/withdraw", data=data).status_code == 409
    assert title_and_turn(here, one) == ("示例草稿", 0)


@pytest.mark.parametrize("body", [b"a=1", b"{}", b"\xff\xfe"])
def test_a_body_that_is_no_form(here: Province, site: str, body: bytes) -> None:
    with closing(visitor(here, site, LOGIN)) as client:
        answer = client.post("/declare", content=body, headers={"content-type": "application/json"})
        assert answer.status_code == 415
        endless = client.post(
            "/declare", content=iter([body]), headers={"content-type": "application/x-www-form-urlencoded"}
        )
        assert endless.status_code == 411


def title_and_turn(here: Province, one: UUID) -> tuple[str, int]:
    with here.instance.engine.connect() as connection:
        row = connection.execute(sa.select(declaration).where(declaration.c.id == one)).one()
    return row.title, row.turn


@pytest.mark.parametrize(
    ("login", "path"),
    [
        ("administrator", "/units?find=a%00"),
        ("administrator", "/api/units?find=%00"),
        ("administrator", "/api/entries/choices/unit?find=%00"),
        ("inspector", "/inspection?find=%00"),
        ("local-unit-reviewer", "/people/new?find=%00"),
        (LOGIN, "/affiliation/change?find=%00"),
        (LOGIN, "/year/2026?%00=1"),
    ],
)
def test_no_address_has_nul(here: Province, site: str, login: str, path: str) -> None:
    """PostgreSQL keeps none in a text, and would fail."""
    asked = program if path.startswith("/api/") else visitor
    with closing(asked(here, site, login)) as client:
        assert client.get(path.removeprefix("/api")).status_code == 422


@pytest.mark.parametrize("path", ["/sign-in", "/invitation", *FORMS])
def test_no_form_has_nul(here: Province, site: str, path: str) -> None:
    login, good, words = FORMS.get(
        path, (None, {"login": "a", "invitation": "a", "number": "b"}, ("password",))
    )
    with closing(visitor(here, site, login)) as client:
        key = form_key(client)
        for name in (*words, *good):
            answer = client.post(path, data={**good, name: "a\0b", "form_key": key})
            assert answer.status_code == 400, (name, answer.status_code)


def switched(page: str) -> str:
    """Where the switch of the language leads."""
    found = re.search(r'<a class="lang" href="(/language/[^"]+)"', page)
    assert found is not None
    return html.unescape(found[1])


def test_a_refused_form_in_the_other_language(here: Province, site: str) -> None:
    """Whole, with the files that were kept; nothing is sent again, and nobody else is shown it."""
    before = count(here)
    with closing(visitor(here, site, LOGIN)) as client, closing(visitor(here, site, LOGIN)) as elsewhere:
        data = {**GOOD, "form_key": form_key(client)}
        files = [("proof", ("a.png", png())), ("proof", ("b.png", b"no picture"))]
        refused = client.post("/declare", data=data, files=files)
        assert "不是 PDF" in refused.text
        to_english = switched(refused.text)
        there = client.get(to_english)
        assert (there.status_code, there.headers["content-language"]) == (422, "en")
        back = client.get(switched(there.text))
        assert back.text == refused.text
        assert client.get(to_english).text == there.text, "as often as one likes"
        english = client.post("/declare", data=data, files=files)
        assert re.sub(r"again=[\w-]+|value=\"\w+:image[^\"]*\"", "", english.text) == re.sub(
            r"again=[\w-]+|value=\"\w+:image[^\"]*\"", "", there.text
        ), "the same page as if it had been sent in that language"
        for stranger, asked in (
            (elsewhere, to_english),
            (client, re.sub(r"again=.*", "again=x", to_english)),
        ):
            forgotten = stranger.get(asked)
            assert (forgotten.status_code, forgotten.headers["location"]) == (303, "/declare")
        with httpx.Client(base_url=site, trust_env=False) as nobody:
            assert nobody.get(to_english).status_code == 303
    assert GOOD["title"] in there.text
    assert 'name="kept"' in there.text
    assert count(here) == before


def test_a_page_that_shows_something_once_is_not_kept(here: Province, site: str) -> None:
    with closing(visitor(here, site, "local-unit-verifier")) as client:
        key, person = form_key(client), here.town.people[PERSON].id
        shown = client.post(f"/people/{person}/number", data={"form_key": key, "reason": "示例核对"})
        assert shown.status_code == 200
        assert "again=" not in switched(shown.text)


def test_of_too_many_pages_and_of_old_ones_none_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("issuer.portal.answered.time.monotonic", lambda: now[0])
    answered, page = Answered(), Page(422, "旧", "old")
    for one in range(MOST + 1):
        answered.keep("a", str(one), page)
    assert [answered.find("a", "0"), answered.find("a", "1"), answered.find("b", "1")] == [None, page, None]
    now[0] += SECONDS + 1
    assert answered.find("a", str(MOST)) is None
