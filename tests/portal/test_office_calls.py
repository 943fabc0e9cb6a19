"""JSON calls for proofs, archives, what was registered, and the tree with its units and roles."""

import hashlib
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest
import sqlalchemy as sa

from issuer.evidence.tables import declaration_evidence
from issuer.registration.tables import learning_archive
from tests.issuer.evidence.samples import BAD, GOOD, encoded, jpeg, picture
from tests.issuer.town import number, training
from tests.portal.province import Province
from tests.portal.signed_in import keyed, program

LOGIN = "provincial-unit-with-a-department"
OCTETS = {"content-type": "application/octet-stream"}


@pytest.fixture(scope="module")
def own(here: Province, site: str) -> Iterator[httpx.Client]:
    with closing(program(here, site, LOGIN)) as client:
        yield client


def drafted(own: httpx.Client) -> str:
    """A draft; answers its address."""
    made = own.post("/declarations", json={"title": "示例", "activity": training()}, headers=keyed())
    assert made.status_code == 201, made.text
    return made.headers["location"].removeprefix("/api")


def matched(turn: int) -> dict[str, str]:
    return {"if-match": f'"{turn}"'}


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def kept(here: Province) -> set[str]:
    return {path.name for path in (here.instance.settings.home / "evidence").glob("??/*")}


def links(here: Province) -> int:
    with here.instance.engine.connect() as connection:
        return int(
            connection.execute(sa.select(sa.func.count()).select_from(declaration_evidence)).scalar_one()
        )


def test_a_proof_is_put_read_and_taken_away(here: Province, site: str, own: httpx.Client) -> None:
    at, data = drafted(own), jpeg()
    place = f"{at}/proofs/{digest(data)}"
    kind = {"content-type": "image/jpeg"}
    added = own.put(place, content=data, headers=kind | matched(0))
    assert (added.status_code, added.headers["etag"]) == (200, '"1"'), added.text
    assert own.put(place, content=data, headers=kind | matched(0)).headers["etag"] == '"1"', "sent twice"
    shown = own.get(at).json()["proofs"]
    assert [(one["digest"], one["mediaType"]) for one in shown] == [(digest(data), "image/jpeg")]
    original = own.get(place)
    assert original.content == data
    assert original.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in original.headers["content-security-policy"]
    assert own.get(f"{place}/preview").content.startswith(b"\xff\xd8\xff")
    with closing(program(here, site, "local-unit")) as other:
        for path in (place, f"{place}/preview"):
            assert other.get(path).status_code == 404, "another professional"
        theirs, before = encoded("JPEG", picture(size=(300, 200))), kept(here)
        sent = other.put(f"{at}/proofs/{digest(theirs)}", content=theirs, headers=kind | matched(1))
        assert (sent.status_code, kept(here)) == (403, before), "whose it is, before the file is opened"
        assert other.delete(place, headers=matched(1)).status_code == 404
    with closing(program(here, site, f"{LOGIN}-reviewer")) as reviewer:
        assert reviewer.get(place).status_code == 404, "not before it is submitted"
    assert own.delete(place, headers=matched(0)).status_code == 412
    assert own.delete(place).status_code == 428
    assert own.delete(place, headers=matched(1)).headers["etag"] == '"2"'
    assert own.get(place).status_code == 404


REFUSED = ("a script at opening", "a PDF with a password", "a bomb", "a picture cut short")


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_proof_is_refused(here: Province, own: httpx.Client, case: str) -> None:
    _name, make, words = BAD[case]
    data, before = make(), links(here)
    answer = own.put(f"{drafted(own)}/proofs/{digest(data)}", content=data, headers=OCTETS | matched(0))
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("proof-refused")
    assert words in answer.text
    assert links(here) == before


def test_a_proof_that_is_another_or_of_another_type(here: Province, own: httpx.Client) -> None:
    at, data, before = drafted(own), jpeg(), links(here)
    for path, content, headers, status in (
        (digest(b"another"), data, OCTETS, 422),
        (digest(data), data[:-9], OCTETS, 422),
        (digest(data), data, {"content-type": "application/pdf"}, 422),
        (digest(data), data, {"content-type": "text/html"}, 415),
        (digest(b""), b"", OCTETS, 422),
        ("0", data, OCTETS, 422),
    ):
        answer = own.put(f"{at}/proofs/{path}", content=content, headers=headers | matched(0))
        assert answer.status_code == status, (path, headers, answer.text)
        assert answer.headers["content-type"].startswith("application/problem+json")
    assert own.put(f"{at}/proofs/{digest(data)}", content=data, headers=OCTETS).status_code == 428
    assert links(here) == before


def test_the_seventh_proof_is_refused(own: httpx.Client) -> None:
    at = drafted(own)
    for turn in range(7):
        data = jpeg() + bytes([turn])
        answer = own.put(f"{at}/proofs/{digest(data)}", content=data, headers=OCTETS | matched(turn))
        assert answer.status_code == (200 if turn < 6 else 422), answer.text


def test_a_pdf_is_one(own: httpx.Client) -> None:
    at = drafted(own)
    data = GOOD["PDF"][1]() if isinstance(GOOD["PDF"], tuple) else GOOD["PDF"]()
    kind = {"content-type": "application/pdf"}
    assert own.put(f"{at}/proofs/{digest(data)}", content=data, headers=kind | matched(0)).status_code == 200


def test_archives_are_built_once_and_listed(here: Province, site: str) -> None:
    document = {"idType": "resident_id", "number": number(1)}
    asked = {"document": document, "year": 2026, "kind": "individual", "content": "示例教材", "outcome": "示例笔记", "hours": 12.5}  # fmt: skip
    with closing(program(here, site, f"{LOGIN}-reviewer")) as reviewer:
        for _ in range(2):
            key = keyed()
            made = reviewer.post("/archives", json=asked, headers=key)
            assert made.status_code == 201, made.text
            assert reviewer.post("/archives", json=asked, headers=key).json() == made.json(), "sent twice"
        first = reviewer.get("/archives", params={"year": 2026, "limit": 1}).json()
        second = reviewer.get("/archives", params={"year": 2026, "limit": 1, "after": first["next"]}).json()
        assert second["next"] is None
        assert {first["items"][0]["hours"], second["items"][0]["hours"]} == {"12.5"}
        assert number(1) not in str(first)
        for changed in ({"hours": 0}, {"kind": "film"}, {"year": 2099}, {"document": {**document, "number": number(777)}}):  # fmt: skip
            answer = reviewer.post("/archives", json=asked | changed, headers=keyed())
            assert answer.status_code in {404, 422}, changed
            assert number(777) not in answer.text
    with closing(program(here, site, "local-unit-reviewer")) as stranger:
        assert stranger.post("/archives", json=asked, headers=keyed()).status_code == 403
        assert stranger.get("/archives", params={"year": 2026}).json()["items"] == []
    with here.instance.engine.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(learning_archive)) == 2


def test_what_was_registered_is_listed_and_reversed(here: Province, site: str, own: httpx.Client) -> None:
    at, data = drafted(own), jpeg()
    own.put(f"{at}/proofs/{digest(data)}", content=data, headers=OCTETS | matched(0))
    steps = f"{at}/steps"
    own.post(steps, json={"step": "submit", "true": True, "another": True}, headers=keyed() | matched(1))
    with (
        closing(program(here, site, f"{LOGIN}-reviewer")) as reviewer,
        closing(program(here, site, f"{LOGIN}-verifier")) as verifier,
        closing(program(here, site, "foreign-verifier")) as stranger,
    ):
        assert reviewer.get(f"{at}/proofs/{digest(data)}").content == data
        for client, step, turn in ((reviewer, "approve", 2), (verifier, "register", 3)):
            done = client.post(steps, json={"step": step}, headers=keyed() | matched(turn))
            assert done.status_code == 200, done.text
        one = at.rpartition("/")[2]
        assert one in {each["id"] for each in verifier.get("/registered").json()["items"]}
        shown = verifier.get(f"/registered/{one}")
        assert [each["digest"] for each in shown.json()["proofs"]] == [digest(data)]
        assert [each["step"] for each in shown.json()["steps"]] == ["submit", "approve", "register"]
        assert stranger.get(f"/registered/{one}").status_code == 404
        assert one not in stranger.get("/registered").text
        seen = keyed() | {"if-match": shown.headers["etag"]}
        reverse = {"step": "reverse", "reason": "R02", "words": "示例"}
        assert verifier.post(steps, json=reverse, headers=seen).json()["state"] == "reversed"
        assert verifier.get(f"/registered/{one}").json()["state"] == "reversed"


def test_the_tree_its_units_and_roles(here: Province, site: str, own: httpx.Client) -> None:
    with closing(program(here, site, "administrator")) as administrator:
        tree = administrator.get("/authorities").json()["items"]
        assert {one["code"]: one["parent"] for one in tree}["gs-city-county"] == "gs-city"
        assert [one["code"] for one in tree].index("gs-city") < [one["code"] for one in tree].index(
            "gs-city-county"
        )
        found = administrator.get("/units", params={"find": "人民医院"}).json()["items"]
        assert [(one["name"], one["authority"]) for one in found] == [
            ("示例省人民医院", "示例省卫生健康委员会")
        ]
        assert administrator.get("/units", params={"find": "%%"}).json()["items"] == []
        roles = administrator.get("/roles").json()["items"]
        assert {"login": "inspector", "role": "inspector", "at": "authority:gs"}.items() <= next(
            one for one in roles if one["login"] == "inspector"
        ).items()
        for at in ("/roles", "/units"):
            whole, some = administrator.get(at).json()["items"], []
            after = {}
            while True:
                page = administrator.get(at, params={"limit": 2, **after}).json()
                some += page["items"]
                if page["next"] is None:
                    break
                after = {"after": page["next"]}
            assert some == whole
            assert administrator.get(at, params={"limit": 101}).status_code == 422
        after = administrator.get("/roles").headers["etag"]
        assert administrator.get("/roles", headers={"if-none-match": after}).status_code == 304
    assert own.get("/units", params={"find": "人民医院"}).status_code == 200, "to choose one's employer"
    assert own.get("/authorities").status_code == 403
    assert own.get("/roles").status_code == 403
