"""The rules on a page, over HTTP: proposed by one administrator, confirmed by another, read by everybody; and the same by calls."""

import re
from contextlib import closing
from typing import Any
from uuid import uuid4

import httpx
import pytest
import sqlalchemy as sa

from issuer.rulebook.tables import rule_document
from tests.portal.province import Province
from tests.portal.ruling import far, form
from tests.portal.signed_in import form_key, keyed, program, visitor
from tests.portal.test_administration import two
from tests.rules.documents import NOTE, OVERLAY, bytes_of

DATABASES = ("sqlite", "postgresql")
__all__ = ["two"]


def post(client: httpx.Client, path: str, files: Any = None, **values: str) -> httpx.Response:
    return client.post(path, data={"form_key": form_key(client), **values}, files=files)


def fields(page: httpx.Response) -> dict[str, str]:
    """What the page's forms for a step bring along."""
    return {name: re.search(f'name="{name}" value="([^"]+)"', page.text)[1] for name in ("seen", "sha256")}  # type: ignore[index]


def table(client: httpx.Client, year: int) -> str:
    """The figures of a year, without the documents above them."""
    return client.get(f"/rules?year={year}").text.partition('id="year"')[2]


def kept(here: Province, name: str) -> list[str]:
    with here.instance.engine.connect() as connection:
        query = sa.select(rule_document.c.state).where(rule_document.c.name.like(f"{name}%"))
        return list(connection.scalars(query))


def test_a_note_by_two_people_on_pages(here: Province, site: str, two: tuple[str, str]) -> None:
    filled = form() | {"parameter": "public_min", "value": "12", "from": "2026-01-01"}
    with closing(visitor(here, site, two[0])) as one, closing(visitor(here, site, two[1])) as other:
        drafted = post(one, "/rules/propose", **filled)
        assert drafted.status_code == 303, drafted.text
        at = drafted.headers["location"]
        page = one.get(at)
        assert "公需科目最低" in page.text
        assert "2026–2027" in page.text
        assert "看了 6 / 6 人" in page.text
        assert other.get(at).status_code == 404, "a draft is its author's"
        assert post(one, at, do="propose", **fields(page)).status_code == 303
        mine, theirs = one.get(at), other.get(at)
        assert 'value="confirm"' not in mine.text
        assert (
            fields(theirs)["sha256"] in theirs.text.partition('value="confirm"')[0].rpartition("SHA-256")[2]
        )
        assert post(one, at, do="confirm", **fields(mine)).status_code == 403, "the same person"
        wrong = {**fields(theirs), "sha256": "0" * 64}
        assert post(other, at, do="confirm", **wrong).status_code == 422, "another text"
        assert post(other, at, do="confirm", **fields(theirs)).status_code == 303
        assert post(other, at, do="confirm", **fields(theirs)).status_code == 409, "sent twice"
        assert "administrator 提出，second-administrator 确认" in one.get("/rules").text
        with closing(visitor(here, site, "local-unit")) as person:
            rules = person.get("/rules").text
            assert "公需科目最低改为 12 学时/年" in rules
            assert "second-administrator" not in rules, "by whom is not everybody's business"
            assert f"{filled['id']}@1.0.0" in rules
            assert "12 学时/年" in rules
            assert f"{filled['id']}@1.0.0" in person.get(at).text
            assert "12 学时/年" not in table(person, 2025)
            assert "公需" in person.get("/year/2026").text
        later = one.get(f"/rules/propose?what=note&like={at.rpartition('/')[2]}").text
        assert 'value="1.1.0"' in later
        ending = {
            "what": "ending",
            "ends": f"{filled['id']}@1.0.0",
            "last": "2026-02-01",
            "zh": "不再",
            "en": "no more",
        }
        more = {"decided_on": "2026-06-01", "document_no": "甘示6号", "reason": "示例"}
        gone = post(one, "/rules/propose", **ending, **more).headers["location"]
        assert post(one, gone, do="propose", **fields(one.get(gone))).status_code == 303
        assert post(other, gone, do="confirm", **fields(other.get(gone))).status_code == 303
        assert f"{filled['id']}@1.0.0 至 2026-02-01 为止" in one.get("/rules").text
        assert "12 学时/年" not in table(one, 2026)


def test_a_file_is_refused_in_words_and_what_was_typed_stays(
    here: Province, site: str, two: tuple[str, str]
) -> None:
    big = b"x: " + b"a" * 5_000_000
    failing = OVERLAY | {
        "id": "own-medical",
        "status": "in_force",
        "basis": [{**OVERLAY["basis"][0], "checked": True}],
    }
    failing["examples"] = [
        {**OVERLAY["examples"][0], "expected": {**OVERLAY["examples"][0]["expected"], "total": "1"}}
    ]
    refused = {
        b"id: [": "第 2 行第 1 列",
        bytes_of(NOTE | {"parameter": "weekly_cap"}): "/parameter",
        bytes_of(failing): "/examples/0",
        big: "最多 200 KB",
    }
    with closing(visitor(here, site, two[0])) as one:
        for text, words in refused.items():
            files = {"file": ("示例.yaml", text, "application/yaml")}
            answer = post(
                one, "/rules/propose", files, what="file", document_no="甘示7号", reason="示例理由很长"
            )
            assert answer.status_code == 422, words
            assert words in answer.text
            assert "示例理由很长" in answer.text
            assert "甘示7号" in answer.text
        answer = post(one, "/rules/propose", **form() | {"value": "many", "parameter": "public_min"})
        assert answer.status_code == 422
        assert "/public_min" in answer.text
        assert 'value="many"' in answer.text
        assert post(one, "/rules/propose", what="file", document_no="1", reason="1").status_code == 422
    assert kept(here, "own-medical") == []


def test_refused_by_the_second_with_a_reason(here: Province, site: str, two: tuple[str, str]) -> None:
    with closing(visitor(here, site, two[0])) as one, closing(visitor(here, site, two[1])) as other:
        filled = form()
        at = post(one, "/rules/propose", **filled).headers["location"]
        post(one, at, do="propose", **fields(one.get(at)))
        assert post(other, at, do="reject", words="", **fields(other.get(at))).status_code == 422
        assert post(other, at, do="reject", words="与文号不符", **fields(other.get(at))).status_code == 303
        assert "与文号不符" in one.get(at).text
        assert kept(here, filled["id"]) == ["rejected"]
        again = post(one, "/rules/propose", **filled).headers["location"]
        assert post(one, again, do="withdraw", **fields(one.get(again))).headers["location"] == "/rules"
        assert kept(here, filled["id"]) == ["rejected"]


@pytest.mark.usefixtures("two")
def test_the_same_by_calls(here: Province, site: str) -> None:
    text = bytes_of(far() | {"from": "2026-01-01", "parameter": "public_min", "value": "7"}).decode()
    asked = {"text": text, "documentNo": "甘示8号", "reason": "示例"}
    with (
        closing(program(here, site, "administrator")) as one,
        closing(program(here, site, "second-administrator")) as other,
    ):
        key = keyed()
        made = one.post("/rules", json=asked, headers=key)
        assert (made.status_code, made.headers["etag"]) == (201, '"draft"')
        again = one.post("/rules", json=asked, headers=key)
        assert (again.json(), again.headers["idempotency-replayed"]) == (made.json(), "true")
        at = made.headers["location"].removeprefix("/api")
        read = one.get(at)
        assert read.json()["text"] == text
        effect = one.get(f"{at}/effect").json()
        assert {"year": 2026, "name": "public_min", "before": "0", "after": "7"} in effect["figures"]
        assert effect["years"][0]["waiting"]["people"] == 6

        def step(client: httpx.Client, what: str, seen: str, **more: str) -> httpx.Response:
            body = {"step": what, "sha256": read.json()["sha256"], **more}
            return client.post(f"{at}/steps", json=body, headers={**keyed(), "if-match": f'"{seen}"'})

        assert step(one, "propose", "draft").json()["state"] == "proposed"
        assert step(one, "confirm", "proposed").status_code == 403
        assert step(other, "confirm", "draft").status_code == 412, "not what it is"
        assert step(other, "confirm", "proposed", sha256="0" * 64).status_code == 422
        assert step(other, "confirm", "proposed").json()["state"] == "in_force"
        assert step(other, "confirm", "proposed").status_code == 412
        listed = other.get("/rules", params={"state": "in_force", "limit": 1}).json()
        assert listed["items"][0]["sha256"] == read.json()["sha256"]
        with closing(program(here, site, "local-unit")) as person:
            rules = person.get("/rules/in-force", params={"year": 2026}).json()
            figure = next(each for each in rules["figures"] if each["parameter"] == "public_min")
            assert (figure["value"]["zh"], figure["note"]["document"]) == ("7 学时/年", NOTE["document"])
            assert {each["sha256"] for each in rules["own"]} >= {read.json()["sha256"]}
            assert person.get(f"/rules/packs/{rules['pack']}").json()["pack"] == rules["pack"]
            assert person.get("/rules/packs/nothing").status_code == 404
            assert person.post("/rules", json=asked, headers=keyed()).status_code == 403
            assert person.get(f"{at}/effect").status_code == 403
            assert person.get(at).json()["author"] is None
        bad = one.post("/rules", json=asked | {"text": "id: ["}, headers=keyed())
        assert bad.status_code == 422
        assert "第 2 行" in bad.json()["detail"] or "第 1 行" in bad.json()["detail"]
        assert one.get(f"/rules/{uuid4()}").status_code == 404
