"""The JSON calls: the whole way of a declaration, versions, keys that are used again, pages, tokens, numbers."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
import sqlalchemy as sa

from issuer.acts import governance_act
from issuer.portal.problems import problem_of
from issuer.portal.tables import kept_answer
from issuer.registration.tables import declaration, procedure_step
from ledger.errors import EventConflictError
from tests.issuer.town import number, training
from tests.portal.province import Province
from tests.portal.signed_in import keyed, program

OWN, OTHER = "provincial-unit-with-a-department", "central-unit"
TRUE = {"step": "submit", "true": True, "another": True}


@pytest.fixture(scope="module")
def callers(here: Province, site: str) -> Iterator[dict[str, httpx.Client]]:
    logins = (OWN, f"{OWN}-reviewer", f"{OWN}-verifier", OTHER, "administrator", "department")
    with ExitStack() as stack:
        made = {login: stack.enter_context(closing(program(here, site, login))) for login in logins}
        yield {name.removeprefix(OWN + "-"): client for name, client in made.items()}


def days(month: int) -> list[dict[str, str]]:
    return [{"from": f"2026-{month:02d}-11", "to": f"2026-{month:02d}-13", "unit": "full_day"}]


def declare(client: httpx.Client, title: str, month: int = 5) -> httpx.Response:
    body = {"title": title, "activity": training(schedule=days(month))}
    return client.post("/declarations", json=body, headers=keyed())


def step(client: httpx.Client, one: str, turn: int, body: dict[str, Any], **more: str) -> httpx.Response:
    headers = keyed() | {"if-match": f'"{turn}"'} | more
    return client.post(f"/declarations/{one}/steps", json=body, headers=headers)


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


def test_the_whole_way(callers: dict[str, httpx.Client]) -> None:
    own = callers[OWN]
    made = declare(own, "示例：程序申报")
    assert made.status_code == 201
    assert made.json()["state"] == "draft"
    at, one = made.headers["location"].removeprefix("/api"), made.json()["id"]
    read = own.get(at)
    assert read.headers["etag"] == made.headers["etag"] == '"0"'
    assert own.get(at, headers={"if-none-match": '"0"'}).status_code == 304
    assert read.json()["activity"]["schedule"] == days(5)
    revised = own.put(
        at,
        json={"title": "示例：程序申报（改）", "activity": training(schedule=days(6))},
        headers={"if-match": '"0"'},
    )
    assert revised.headers["etag"] == '"1"'
    assert own.get(at + "/preview").json()["line"]["recognised"] == "24"
    assert step(own, one, 1, TRUE).json()["state"] == "submitted"
    (group,) = callers["reviewer"].get("/inbox").json()["items"]
    (case,) = callers["reviewer"].get(f"/inbox/{group['id']}").json()["items"]
    assert (case["id"], case["turn"], case["acted"]) == (one, 2, False)
    batch = {"items": [{"declaration": one, "turn": 2, "step": "approve"}]}
    outcomes = callers["reviewer"].post("/steps", json=batch, headers=keyed()).json()["items"]
    assert outcomes == [{"declaration": one, "state": "employer_approved", "problem": None}]
    assert [one["people"] for one in callers["verifier"].get("/queue").json()["items"]] == [1]
    assert step(callers["verifier"], one, 3, {"step": "register"}).json()["state"] == "registered"
    year = own.get("/years/2026").json()
    assert year["decision"]["professional"] == "24"
    assert [step["duty"] for step in own.get(at).json()["steps"]] == ["declarant", "reviewer", "verifier"]
    assert problem(own.get("/years/2026/document")) == (404, "no-such-record")


def test_who_is_late_is_told_who_acted(callers: dict[str, httpx.Client]) -> None:
    one = declare(callers[OWN], f"示例 {uuid4()}").json()["id"]
    assert step(callers[OWN], one, 0, TRUE).status_code == 200
    assert step(callers["reviewer"], one, 1, {"step": "approve"}).status_code == 200
    late = step(callers[OWN], one, 1, {"step": "withdraw"})
    assert problem(late) == (412, "stale-etag")
    assert (late.json()["state"], late.json()["duty"]) == ("employer_approved", "reviewer")
    assert "单位审核人" in late.json()["detail"]
    again = step(callers["reviewer"], one, 1, {"step": "approve"})
    assert "您" in again.json()["detail"]


def test_what_is_not_said_is_asked_for(callers: dict[str, httpx.Client]) -> None:
    own = callers[OWN]
    one = declare(own, f"示例 {uuid4()}").json()["id"]
    at = f"/declarations/{one}/steps"
    assert problem(own.post(at, json=TRUE, headers=keyed())) == (428, "etag-needed")
    assert problem(own.post(at, json=TRUE, headers={"if-match": '"0"'})) == (400, "idempotency-key-needed")
    for seen in ("*", "0, 1", '"x"', "W/"):
        assert problem(own.post(at, json=TRUE, headers=keyed() | {"if-match": seen})) == (412, "stale-etag")
    assert problem(step(own, one, 0, {"step": "submit", "another": True})) == (422, "refused")


def test_a_key_is_carried_out_once(here: Province, callers: dict[str, httpx.Client]) -> None:
    own, headers, title = callers[OWN], keyed(), f"示例 {uuid4()}"
    body = {"title": title, "activity": training(schedule=days(7))}
    answers = [own.post("/declarations", json=body, headers=headers) for _ in range(2)]
    assert answers[0].content == answers[1].content
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert [one.headers.get("idempotency-replayed") for one in answers] == [None, "true"]
    other = own.post("/declarations", json=body | {"title": "别的"}, headers=headers)
    assert problem(other) == (422, "idempotency-key-reused")
    assert callers[OTHER].post("/declarations", json=body, headers=headers).json() != answers[0].json()
    refused = own.post("/declarations", json=body | {"title": "示例\u202e"}, headers=(again := keyed()))
    assert refused.status_code == 422
    assert own.post("/declarations", json=body, headers=again).status_code == 201, "a refusal is not kept"
    with here.instance.engine.connect() as connection:
        kept = connection.execute(sa.select(kept_answer)).all()
        same = sa.select(sa.func.count()).where(declaration.c.title == title)
        assert connection.scalar(same) == 3
    assert all(answers[0].json()["id"].encode() not in row.answer for row in kept), "sealed"


def test_an_event_taken_by_another_content_is_a_conflict() -> None:
    """What the ledger refuses as the same event with another content is told as 409."""
    told = problem_of(EventConflictError("此前已登记。It was staged before")).to_json()
    assert (told["status"], told["detail"]) == (409, "此前已登记。 It was staged before.")


def test_of_a_batch_one_refused_stops_no_other(here: Province, callers: dict[str, httpx.Client]) -> None:
    ones = [declare(callers[OWN], f"示例 {uuid4()}", month).json()["id"] for month in (3, 4, 8)]
    for one in ones[:2]:
        step(callers[OWN], one, 0, TRUE)
    items = [{"declaration": one, "turn": 1, "step": "approve"} for one in (ones[0], ones[2], ones[1])]
    items.append({"declaration": str(uuid4()), "turn": 1, "step": "approve"})
    headers = keyed()
    first = callers["reviewer"].post("/steps", json={"items": items}, headers=headers)
    states = [one["state"] for one in first.json()["items"]]
    assert states == ["employer_approved", None, "employer_approved", None]
    types = [one["problem"] and one["problem"]["type"].rpartition(":")[2] for one in first.json()["items"]]
    assert types == [None, "not-allowed", None, "no-such-record"], "nobody else learns of a draft"
    assert callers["reviewer"].post("/steps", json={"items": items}, headers=headers).content == first.content
    with here.instance.engine.connect() as connection:
        for one, steps in zip(ones, (2, 2, 0), strict=True):
            taken = sa.select(sa.func.count()).where(
                sa.cast(procedure_step.c.declaration_id, sa.String).in_([one, one.replace("-", "")])
            )
            assert connection.scalar(taken) == steps


@pytest.mark.parametrize(
    ("login", "at"), [(OWN, "/declarations"), ("reviewer", "/inbox"), ("administrator", "/entries")]
)
def test_pages_have_each_item_once(callers: dict[str, httpx.Client], login: str, at: str) -> None:
    for count in range(3):
        made = declare(callers[OWN], f"示例 {uuid4()}", 9).json()
        step(callers[OWN], made["id"], 0, TRUE)
        exam = {"kind": "exam", "name": f"示例考试{uuid4()}{count}", "first": "2026-01-01"}
        entry = {"content": exam, "documentNo": "甘人社示〔2026〕1号", "reason": "示例"}
        assert callers["administrator"].post("/entries", json=entry, headers=keyed()).status_code == 201
    whole = callers[login].get(at, params={"limit": 100}).json()
    assert whole["next"] is None
    seen: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = callers[login].get(at, params={"limit": 2, **after}).json()
        seen += [one["id"] for one in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert seen == [one["id"] for one in whole["items"]]
    assert len(set(seen)) == len(seen) > 2
    for bad in ("x", "MjAyNg", "\u00e9", "A" * 200):
        assert callers[login].get(at, params={"after": bad}).status_code == 422


BAD_BODIES = {
    "no JSON": (b"{", {}, 400),
    "a key twice": (b'{"title":"a","title":"b"}', {}, 400),
    "not a number": (b'{"title":NaN}', {}, 400),
    "half a character": (b'{"title":"\\ud800"}', {}, 400),
    "NUL": (b'{"title":"a\\u0000b"}', {}, 400),
    "not UTF-8": (b'{"title":"\xff"}', {}, 400),
    "nested without end": (b"[" * 100_000, {}, 400),
    "too large": (b'"' + b"x" * 256_000 + b'"', {}, 413),
    "a form": (b"title=x", {"content-type": "application/x-www-form-urlencoded"}, 415),
    "an unknown field": (b'{"title":"x","activity":{},"status":"registered"}', {}, 422),
    "a status of one's own": (b'{"title":"x","activity":{"category":"training","status":"registered"}}', {}, 422),
    "a fraction too fine": (
        b'{"title":"x","activity":{"category":"contest","held_on":"2026-01-05","determined_hours":7.123}}',
        {},
        422,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_BODIES)
def test_a_body_that_cannot_be(here: Province, callers: dict[str, httpx.Client], case: str) -> None:
    body, headers, status = BAD_BODIES[case]
    count = sa.select(sa.func.count()).select_from(declaration)
    with here.instance.engine.connect() as connection:
        before = connection.scalar(count)
    sent = {"content-type": "application/json"} | keyed() | headers
    answer = callers[OWN].post("/declarations", content=body, headers=sent)
    assert problem(answer)[0] == status
    with here.instance.engine.connect() as connection:
        assert connection.scalar(count) == before


def test_a_token_of_a_program(here: Province, site: str, callers: dict[str, httpx.Client]) -> None:
    today = here.instance.today()
    asked = {"label": "示例程序", "untilDay": today.isoformat()}
    made = callers[OWN].post("/account/tokens", json=asked, headers=keyed()).json()
    assert made["secret"].startswith("xueshi_")
    with closing(program(here, site, None)) as other:
        other.headers["authorization"] = f"Bearer {made['secret']}"
        assert other.get("/years/2026").status_code == 200
        assert problem(other.post("/account/tokens", json=asked, headers=keyed()))[0] == 403, (
            "it cannot breed"
        )
        assert problem(other.get("/inbox"))[0] == 403
        cookies = {"xueshi": made["secret"], "__Host-xueshi": made["secret"]}
        page = httpx.get(site + "/year/2026", cookies=cookies, trust_env=False, timeout=60)
        assert page.status_code == 401, "no cookie"
        listed = callers[OWN].get("/account/tokens").json()["items"]
        assert [one["secret"] for one in listed] == [None]
        assert callers[OTHER].delete(f"/account/tokens/{made['id']}").status_code == 404
        assert callers[OWN].delete(f"/account/tokens/{made['id']}").status_code == 204
        assert problem(other.get("/years/2026")) == (401, "sign-in-needed")
    for days_ahead in (-1, 367):
        day = today + timedelta(days=days_ahead)
        late = callers[OWN].post(
            "/account/tokens", json=asked | {"untilDay": day.isoformat()}, headers=keyed()
        )
        assert problem(late) == (422, "refused")


def test_a_session_of_a_program_ends(here: Province, site: str) -> None:
    with closing(program(here, site, OTHER)) as client:
        account = client.get("/account").json()
        assert (account["login"], account["roles"]) == (OTHER, ["professional"])
        assert client.delete("/sessions/current").status_code == 204
        assert problem(client.get("/account")) == (401, "sign-in-needed")
        wrong = client.post("/sessions", json={"login": OTHER, "password": "wrong wrong wrong"})
        assert problem(wrong) == (401, "sign-in-refused")


def test_a_number_is_revealed_to_ones_own_office_and_written_down(
    here: Province, callers: dict[str, httpx.Client]
) -> None:
    asked = {"idType": "resident_id", "number": f" {number(1).lower()} "}
    found = callers["verifier"].post("/people/lookups", json=asked, headers=keyed()).json()
    assert number(1) not in str(found)
    elsewhere = {"idType": "resident_id", "number": number(3)}
    assert problem(callers["verifier"].post("/people/lookups", json=elsewhere, headers=keyed()))[0] == 404
    why = {"reason": "核对示例"}
    shown = callers["verifier"].post(f"/people/{found['id']}/number", json=why, headers=keyed())
    assert shown.json() == {"number": number(1)}
    other = here.town.people["central unit"].id
    assert problem(callers["verifier"].post(f"/people/{other}/number", json=why, headers=keyed()))[0] == 403
    with here.instance.engine.connect() as connection:
        acts = connection.execute(
            sa.select(governance_act).where(governance_act.c.what == "number-revealed")
        ).all()
    assert [act.reason for act in acts] == ["核对示例"]
    assert all(act.actor_key for act in acts)


def test_two_people_for_a_list(callers: dict[str, httpx.Client], here: Province, site: str) -> None:
    exam = {"kind": "exam", "name": f"示例考试 {uuid4()}", "first": "2026-01-01"}
    entry = {"content": exam, "documentNo": "甘人社示〔2026〕2号", "reason": "示例"}
    made = callers["administrator"].post("/entries", json=entry, headers=keyed())
    at = made.headers["location"].removeprefix("/api")
    assert made.json()["state"] == "proposed"
    seen = keyed() | {"if-match": '"proposed"'}
    assert problem(callers["administrator"].post(at + "/confirmation", headers=seen))[0] == 403
    assert problem(callers["department"].post(at + "/confirmation", headers=seen))[0] == 403
    ended = callers["administrator"].post(at + "/end", json={"reason": "录错"}, headers=seen)
    assert ended.json()["state"] == "ended"
    late = callers["administrator"].post(at + "/end", json={"reason": "再来"}, headers=keyed() | {"if-match": '"proposed"'})  # fmt: skip
    assert problem(late) == (412, "stale-etag")
    assert callers["administrator"].get(at).headers["etag"] == '"ended"'
    assert callers["verifier"].get(at).status_code == 404


@pytest.mark.parametrize("path", ["/authorities", "/units", "/roles", "/entries"])
def test_an_address_asks_for_nothing_unknown(callers: dict[str, httpx.Client], path: str) -> None:
    """A misspelt `after` would give the first page again and again."""
    answer = callers["administrator"].get(path, params={"afer": "示例"})
    assert answer.status_code == 422
    assert answer.json()["pointer"] == "/query"
    assert "示例" not in answer.text
    assert callers["administrator"].get(path).status_code == 200
