"""Papers and leaving by program: everything that the pages do, with proofs kept before and sent once."""

import hashlib
from contextlib import closing

import httpx

from issuer.instance import writing
from issuer.registration.base_platform import learn
from tests.issuer.evidence.samples import jpeg
from tests.portal.province import Province
from tests.portal.signed_in import keyed, program, visitor
from verifier import jws
from verifier.credential import TransferCertificate, parse_payload

YEAR = {
    "year": 2025,
    "unit": "hours",
    "amounts": {"public": 30, "professional": 42, "elective": 18},
    "complete": True,
}
PAPER = {
    "region": "440000",
    "office": "示例市人社局",
    "documentNo": "粤示2025-001",
    "movedOn": "2026-03-02",
    "years": [YEAR],
}
PICTURE = jpeg()
DIGEST = hashlib.sha256(PICTURE).hexdigest()


def kept(client: httpx.Client) -> str:
    """The ticket of the picture."""
    sent = client.put(f"/proofs/{DIGEST}", content=PICTURE, headers={"content-type": "image/jpeg"})
    assert sent.status_code == 200, sent.text
    return str(sent.json()["ticket"])


def step(client: httpx.Client, one: str, turn: int, **asked: object) -> httpx.Response:
    headers = keyed() | {"if-match": f'"{turn}"'}
    return client.post(f"/transfers/{one}/steps", json=asked, headers=headers)


def test_how_an_origin_counts_and_what_a_paper_becomes(here: Province, site: str) -> None:
    with closing(program(here, site, "local-unit")) as own:
        assert {"region": "440000", "zh": "广东省", "en": "Guangdong"} in own.get("/origins").json()["items"]
        profile = own.get("/origins/440000", params={"year": 2025}).json()
        assert [(one["id"], one["becomes"]) for one in profile["kinds"]] == [
            ("public", "public"),
            ("professional", "professional"),
            ("elective", "elective"),
        ]
        assert own.get("/origins/999999").status_code == 404
        mapped = own.post("/papers/mapping", json=PAPER).json()
        assert ([row["hours"] for row in mapped["rows"]], mapped["years"][0]["hours"]) == (
            ["30", "42", "18"],
            "90",
        )


def test_papers_are_sent_returned_and_registered(here: Province, site: str) -> None:
    with (
        closing(program(here, site, "local-unit")) as own,
        closing(program(here, site, "local-unit-reviewer")) as reviewer,
        closing(program(here, site, "local-unit-verifier")) as desk,
        closing(program(here, site, "foreign-verifier")) as stranger,
    ):
        key, sent = keyed(), PAPER | {"proofs": [kept(own)]}
        made = own.post("/papers", json=sent, headers=key)
        assert (made.status_code, made.json()["state"], made.headers["etag"]) == (201, "submitted", '"1"')
        assert own.post("/papers", json=sent, headers=key).json() == made.json(), "sent again, it is the same"
        one = made.json()["id"]
        assert own.get("/transfers").json()["items"][0]["id"] == one

        case = reviewer.get(f"/transfers/{one}").json()
        assert [(row["kind"], row["amount"], row["unit"]) for row in case["copied"]][2] == (
            "个人选修科目",
            "18",
            "学时",
        )
        (proof,) = case["proofs"]
        at = f"/transfers/{one}/proofs/{proof['digest']}"
        assert reviewer.get(at).content == PICTURE
        assert reviewer.get(at + "/preview").headers["content-type"] == "image/jpeg"
        assert stranger.get(at).status_code == 404

        assert step(reviewer, one, 1, step="return", reason="R02", words="少一位").status_code == 200
        again = PAPER | {"documentNo": "粤示2025-0012"}
        for seen, status in (("1", 412), ("2", 200)):
            fixed = own.put(
                f"/transfers/{one}/paper", json=again | {"proofs": []}, headers={"if-match": f'"{seen}"'}
            )
            assert fixed.status_code == status, fixed.text
        assert step(reviewer, one, 3, step="approve", how="original").status_code == 200
        pending = own.get("/years/2025").json()
        (coming,) = pending["coming"]
        assert (coming["transfer"], coming["next"], coming["whole"]) == (one, "verifier", True)
        assert (pending["decision"]["total"], pending["pendingTotal"], pending["counted"]) == ("0", "90", [])
        assert [each["id"] for each in desk.get("/incoming").json()["items"]] == [one]
        done = step(desk, one, 4, step="register", how="call", words="已电话核实")
        assert done.json()["state"] == "registered"
        assert [each["id"] for each in desk.get("/incoming/registered").json()["items"]] == [one]
        for login, there in (("local-unit-verifier", True), ("foreign-verifier", False)):
            with closing(visitor(here, site, login)) as window:
                assert (one in window.get("/incoming", params={"show": "registered"}).text) == there
                assert one not in window.get("/incoming").text, "it waits for nobody"
        year = own.get("/years/2025").json()
        assert (year["decision"]["total"], year["decision"]["deemed"], year["coming"]) == ("90", "origin", [])
        assert own.get("/years/2026").json()["otherYears"] == [2025]


def test_what_is_wrong_of_a_paper_is_told_at_its_place(here: Province, site: str) -> None:
    with (
        closing(program(here, site, "central-unit")) as own,
        closing(program(here, site, "agency-alone")) as other,
    ):
        cases: list[tuple[dict[str, object], str, str]] = [
            ({"years": [YEAR | {"unit": "days"}]}, "/years/0/unit", "没有这个单位"),
            ({"years": [YEAR | {"amounts": {"first": 3}}]}, "/years/0/amounts/first", "没有这一类"),
            ({"years": [YEAR, YEAR]}, "/years/1/year", "两行"),
            ({"years": [YEAR | {"year": 2027}]}, "", "晚于调入年度"),
            ({"movedOn": "2999-01-01"}, "", "还没有到"),
            ({"proofs": []}, "", "请附上"),
            ({"proofs": [kept(other)]}, "", "不是您传的"),
        ]
        ticket = kept(own)
        for changes, pointer, words in cases:
            refused = own.post("/papers", json=PAPER | {"proofs": [ticket]} | changes, headers=keyed())
            told = refused.json()
            assert refused.status_code == 422, changes
            assert (told.get("pointer", ""), words in told["detail"]) == (pointer, True), told
        assert own.get("/transfers").json()["items"] == []
        lost = own.put(f"/proofs/{'0' * 64}", content=PICTURE, headers={"content-type": "image/jpeg"})
        assert (lost.status_code, "SHA-256" in lost.json()["detail"]) == (422, True)


def test_a_certificate_to_take_along(here: Province, site: str) -> None:
    course = {
        "category": "public_online",
        "total_hours": 30,
        "completed_on": "2025-05-20",
        "exam_passed": True,
    }
    with closing(program(here, site, "provincial-unit-with-a-department")) as own:
        assert own.get("/leaving").status_code == 404
        refused = own.post("/leaving", json={}, headers=keyed())
        assert (refused.status_code, "已签发的年度" in refused.json()["detail"]) == (422, True)
        person = here.town.people["provincial unit with a department"]
        with writing(here.instance) as work:
            learn(work, person, course | {"event_key": "示例课程"}, "示例基地")
        first = own.post("/leaving", json={}, headers=keyed())
        again = own.post("/leaving", json={"years": [2025]}, headers=keyed())
        assert (first.status_code, again.json()) == (201, first.json())
        assert own.get("/leaving").json() == first.json()
        read = parse_payload(jws.split(first.json()["token"]).payload)
        assert isinstance(read, TransferCertificate)
        assert own.get("/leaving/document").content[:5] == b"%PDF-"
