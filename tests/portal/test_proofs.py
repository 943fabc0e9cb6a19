"""Proofs over HTTP: sent with the declaration, refused with the rest kept, shown as our own picture, downloaded sealed."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa

from issuer.evidence.tables import declaration_evidence
from issuer.instance import writing
from issuer.registration.declarations import Taken, take
from issuer.registration.procedure import Step
from tests.issuer.evidence.samples import BAD, GOOD, encoded, picture
from tests.issuer.town import declarant
from tests.portal.province import Province
from tests.portal.signed_in import form_key, visitor

LOGIN, PERSON = "provincial-unit-with-a-department", "provincial unit with a department"
FORM = {
    "category": "training",
    "title": "示例带证明的培训",
    "from": "2026-04-11",
    "to": "2026-04-13",
    "per_day": "8",
}


@pytest.fixture(scope="module")
def own(here: Province, site: str) -> Iterator[httpx.Client]:
    with closing(visitor(here, site, LOGIN)) as client:
        yield client


def file(name: str, make: object) -> tuple[str, tuple[str, bytes]]:
    assert callable(make)
    return "proof", (name, make())


def kept(text: str) -> list[str]:
    return re.findall(r'name="kept" value="([^"]+)"', text)


def stored(here: Province) -> list[Path]:
    return [path for path in (here.instance.settings.home / "evidence").glob("??/*") if path.suffix != ".jpg"]


@pytest.mark.parametrize("case", [
    "a script at opening", "a PDF with a password", "a bomb", "a web page named .pdf", "a picture cut short", "an empty file"
])  # fmt: skip
def test_a_refused_file_is_told_and_everything_else_kept(
    here: Province, own: httpx.Client, case: str
) -> None:
    name, make, words = BAD[case]
    before = len(stored(here))
    good = GOOD["JPEG"]
    data = {**FORM, "form_key": form_key(own)}
    answer = own.post("/declare", data=data, files=[file(name, make), file(*good[:2])])
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="示例带证明的培训"' in answer.text
    assert len(kept(answer.text)) == 1, "the good one is not dropped"
    assert len(stored(here)) <= before + 1
    own.cookies.set("lang", "en")
    english = own.post("/declare", data=data, files=[file(name, make)]).text
    own.cookies.delete("lang")
    assert words not in english, "in the user's language"


def test_a_form_with_an_error_does_not_lose_its_files(here: Province, own: httpx.Client, site: str) -> None:
    key = form_key(own)
    wrong = own.post("/declare", data={**FORM, "title": "", "form_key": key}, files=[file(*GOOD["PDF"][:2])])
    assert wrong.status_code == 422
    (ticket,) = kept(wrong.text)
    made = own.post(
        "/declare", data={**FORM, "form_key": key, "kept": ticket}, files=[file(*GOOD["HEIC"][:2])]
    )
    assert made.status_code == 303
    page = own.get(made.headers["location"]).text
    assert page.count('/preview"') == 2
    with closing(visitor(here, site, "central-unit")) as other:
        stolen = other.post(
            "/declare", data={**FORM, "form_key": form_key(other), "kept": ticket}, files=[("x", b"")]
        )
        assert "/preview" not in other.get(stolen.headers["location"]).text, "a ticket is one person's"


def test_adding_and_removing_on_the_second_page(here: Province, own: httpx.Client, site: str) -> None:
    key = form_key(own)
    at = own.post("/declare", data={**FORM, "form_key": key}, files=[file(*GOOD["PNG"][:2])]).headers[
        "location"
    ]
    (digest,) = names(here, at)
    change = {"form_key": key, "turn": "0", "drop": digest}
    assert own.post(f"{at}/proofs", data=change, files=[file(*GOOD["PDF"][:2])]).status_code == 303
    assert len(names(here, at)) == 1
    assert digest not in names(here, at)
    stale = own.post(f"{at}/proofs", data={**change, "turn": "0"}, files=[file(*GOOD["PNG"][:2])])
    assert stale.status_code == 409
    mixed = own.post(f"{at}/proofs", data={"form_key": key, "turn": "1"},
                     files=[file(*BAD["a program named .jpg"][:2]), file(*GOOD["PNG"][:2])])  # fmt: skip
    assert mixed.status_code == 422
    assert "其余 1 个已加上" in mixed.text
    assert len(names(here, at)) == 2
    with closing(visitor(here, site, "central-unit")) as other:
        before, own_picture = stored(here), ("x.png", encoded("PNG", picture(size=(300, 200))))
        data = {"form_key": form_key(other), "turn": "2"}
        refused = other.post(f"{at}/proofs", data=data, files=[("proof", own_picture)])
        assert (refused.status_code, stored(here)) == (403, before), "whose it is, before the file is opened"


def names(here: Province, at: str) -> list[str]:
    its = declaration_evidence.c.declaration_id == UUID(at.rpartition("/")[2])
    with here.instance.engine.connect() as connection:
        return [one.hex() for one in connection.scalars(sa.select(declaration_evidence.c.digest).where(its))]


def test_who_sees_it_and_how_it_is_served(here: Province, own: httpx.Client, site: str) -> None:
    data = {**FORM, "form_key": form_key(own)}
    at = own.post("/declare", data=data, files=[file(*GOOD["PDF"][:2])]).headers["location"]
    (digest,) = names(here, at)
    original = own.get(f"{at}/evidence/{digest}")
    assert original.content == GOOD["PDF"][1]()
    assert original.headers["content-disposition"].startswith("attachment;")
    assert original.headers["x-content-type-options"] == "nosniff"
    assert original.headers["content-security-policy"] == "default-src 'none'; sandbox"
    preview = own.get(f"{at}/evidence/{digest}/preview")
    assert preview.headers["content-type"] == "image/jpeg"
    assert preview.content.startswith(b"\xff\xd8")
    later = own.get(f"{at}/evidence/{digest}/preview", params={"page": 2})
    assert (later.headers["content-type"], later.headers["content-security-policy"]) == (
        "image/jpeg",
        "default-src 'none'; sandbox",
    )
    assert later.content != preview.content
    assert f"/evidence/{digest}/preview?page=2" in own.get(at).text
    for page in ("0", "3", "-1", "x"):
        missing = own.get(f"{at}/evidence/{digest}/preview", params={"page": page})
        assert missing.status_code in {404, 422}, page
    with writing(here.instance) as work:
        take(work, declarant(here.town.people[PERSON]), UUID(at.rpartition("/")[2]), Taken(Step.SUBMIT, 0))
    wanted = {f"{LOGIN}-reviewer": 200, f"{LOGIN}-verifier": 200, "central-unit": 404, "foreign-reviewer": 404,
              "foreign-verifier": 404, "administrator": 403, None: 401}  # fmt: skip
    for login, status in wanted.items():
        with closing(visitor(here, site, login)) as client:
            for address in (
                f"{at}/evidence/{digest}",
                *(f"{at}/evidence/{digest}/preview{page}" for page in ("", "?page=2")),
            ):
                assert client.get(address).status_code == status, (login, address)
    for wrong in ("0" * 64, "..%2f..%2fetc", "x" * 64):
        assert own.get(f"{at}/evidence/{wrong}").status_code in {404, 422}


def test_large_bodies_of_nobody_are_not_read(site: str) -> None:
    with httpx.Client(base_url=site, trust_env=False, headers={"accept": "text/html"}, timeout=60) as client:
        answer = client.post(
            "/declare", data={"category": "training"}, files=[("proof", ("a.pdf", b"x" * 1_100_000))]
        )
        assert answer.status_code == 401
