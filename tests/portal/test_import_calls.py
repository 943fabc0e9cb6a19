"""Batches by API: a token for a client's secret, a file sent and worked off, its faults and receipt; and what is refused."""

import base64
import hashlib
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from issuer.access.clients import LASTS, end_client
from issuer.access.roles import Grant, Role
from issuer.instance import writing
from issuer.intake import spool
from issuer.intake.receipts import TYP
from issuer.intake.worker import Worker
from issuer.people.affiliation import Place
from issuer.registration import conduct
from issuer.registration.declarations import Draft, Taken, take
from issuer.registration.procedure import Step
from tests.intake.dirt import row
from tests.intake.sending import registered_hours, send, write
from tests.issuer.town import declarant, training
from tests.portal.province import Province
from tests.portal.senders import CSV, client_of, sender, sent, token_for
from tests.portal.signed_in import form_key, keyed, program, visitor
from tests.portal.test_administration import newest, post, second
from verifier import jws


@pytest.fixture
def client(here: Province, site: str) -> Iterator[httpx.Client]:
    with closing(sender(site, *client_of(here))) as opened:
        yield opened


def rows_of(tmp_path: Path, *rows: list[Any]) -> bytes:
    return write(tmp_path / f"{uuid4()}.csv", rows).read_bytes()


def test_a_file_is_sent_worked_off_and_receipted(
    here: Province, client: httpx.Client, tmp_path: Path
) -> None:
    data = rows_of(tmp_path, row(0, 300), row(1, 301, K="10学分"), row(1, 302))
    before = registered_hours(here.instance)
    key = str(uuid4())
    answer = sent(client, data, key, asOf="2026-11-01", rows=3)
    assert answer.status_code == 202, answer.text
    at = answer.headers["location"].removeprefix("/api")
    told = answer.json()
    assert (told["state"], told["sha256"]) == ("waiting", hashlib.sha256(data).hexdigest())
    assert client.get(f"{at}/receipt").status_code == 409
    again = sent(client, data, key, asOf="2026-11-01", rows=3)
    assert (again.json()["id"], again.headers["idempotency-replayed"]) == (told["id"], "true")
    assert sent(client, data, key, asOf="2026-11-02", rows=3).status_code == 422, "the key for another call"
    Worker(here.instance).look()
    found = client.get(at)
    done = found.json()
    assert (done["state"], done["share"], done["receipt"], done["importedBefore"]) == (
        "done",
        1.0,
        True,
        False,
    )
    assert done["totals"]["rows"] == {"registered": 2, "refused": 1}
    assert client.get(at, headers={"if-none-match": found.headers["etag"]}).status_code == 304
    faults = client.get(f"{at}/faults").json()
    assert [(one["row"], one["column"], one["code"]) for one in faults["items"]] == [
        (3, "K（课程学时）", "credits")
    ]
    assert faults["items"][0]["zh"].startswith("是学分")
    receipt = client.get(f"{at}/receipt").text
    assert jws.split(receipt).header["typ"] == TYP
    after = registered_hours(here.instance)
    assert sum(map(len, after.values())) == sum(map(len, before.values())) + 2
    assert not list(spool.folder(here.instance.settings).iterdir()), "what was worked off is deleted"


def test_a_dry_run_and_pages_of_faults(here: Province, client: httpx.Client, tmp_path: Path) -> None:
    data = rows_of(tmp_path, *(row(0, 310 + one, K="8学分") for one in range(5)))
    before = registered_hours(here.instance)
    at = sent(client, data, dryRun=True).headers["location"].removeprefix("/api")
    Worker(here.instance).look()
    told = client.get(at).json()
    assert (told["state"], told["dryRun"], told["batch"]) == ("done", True, None)
    first = client.get(f"{at}/faults", params={"limit": 3}).json()
    rest = client.get(f"{at}/faults", params={"limit": 3, "after": first["next"]}).json()
    assert [one["row"] for one in first["items"] + rest["items"]] == [2, 3, 4, 5, 6]
    assert rest["next"] is None
    assert registered_hours(here.instance) == before


REFUSED: dict[str, tuple[bytes, dict[str, Any], str]] = {
    "no table": (b"<html>", {}, "web_page"),
    "other totals": (b"", {"rows": 9}, "TotalsDiffer"),
    "one wrong row": (b"", {"allOrNothing": True}, "not_all_good"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_refused_as_a_whole(
    here: Province, client: httpx.Client, tmp_path: Path, name: str
) -> None:
    data, asked, code = REFUSED[name]
    data = data or rows_of(tmp_path, row(0, 320), row(0, 321, K="1学分"))
    before = registered_hours(here.instance)
    at = sent(client, data, **asked).headers["location"].removeprefix("/api")
    Worker(here.instance).look()
    told = client.get(at).json()
    assert (told["state"], told["refused"]["code"]) == ("refused", code)
    assert client.get(f"{at}/receipt").status_code == 409
    assert registered_hours(here.instance) == before


def test_what_is_not_received(here: Province, client: httpx.Client, site: str, tmp_path: Path) -> None:
    data = rows_of(tmp_path, row(0, 330))
    headers = CSV | {"idempotency-key": str(uuid4())}
    asked = {"profile": "base-platform"}
    assert client.post("/imports", content=data, headers=headers, params=asked).status_code == 400, (
        "no digest"
    )
    wrong = headers | {"content-digest": f"sha-256=:{base64.b64encode(bytes(32)).decode()}:"}
    answer = client.post("/imports", content=data, headers=wrong, params=asked)
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:problem-type:xueshi:digest-differs")
    assert sent(client, data, profile="medical-credits").status_code == 403, (
        "another profile than the client's"
    )
    assert not list(spool.folder(here.instance.settings).iterdir())
    mine = sent(client, data).headers["location"].removeprefix("/api")
    with closing(sender(site, *client_of(here))) as other:
        assert other.get(mine).status_code == 404
        assert other.get("/imports").json()["items"] == []
        assert other.get("/account").status_code == 403, "a client is nobody who signed in"
    with closing(program(here, site, "administrator")) as administrator:
        assert mine.rpartition("/")[2] in {one["id"] for one in administrator.get("/imports").json()["items"]}
        assert sent(administrator, data).status_code == 403
    Worker(here.instance).look()


def test_a_county_sends_for_its_own_people_alone(here: Province, site: str, tmp_path: Path) -> None:
    with closing(sender(site, *client_of(here, "gs-city-county"))) as county:
        data = rows_of(tmp_path, row(0, 340), row(1, 341))
        at = sent(county, data).headers["location"].removeprefix("/api")
        Worker(here.instance).look()
        assert county.get(at).json()["totals"]["faults"] == {"another_authority": 1}
        assert [one["row"] for one in county.get(f"{at}/faults").json()["items"]] == [3]


def test_tokens_are_for_those_who_show_the_secret(here: Province, site: str) -> None:
    name, secret = client_of(here, profiles=("base-platform", "sector-training"))
    answer = token_for(site, name, secret)
    assert answer.headers["cache-control"] == "no-store"
    told = answer.json()
    assert (told["token_type"], told["expires_in"]) == ("Bearer", LASTS.total_seconds())
    assert told["scope"] == "import:base-platform import:sector-training"
    assert (
        token_for(site, name, secret, scope="import:sector-training").json()["scope"]
        == "import:sector-training"
    )
    assert token_for(site, name, secret, scope="import:medical-credits").json() == {"error": "invalid_scope"} | {
        key: value for key, value in token_for(site, name, secret, scope="import:medical-credits").json().items() if key != "error"
    }  # fmt: skip
    unknown, wrong = token_for(site, "nobody", secret), token_for(site, name, "xueshi-secret-wrong")
    assert unknown.status_code == wrong.status_code == 401
    assert unknown.json() == wrong.json() == {"error": "invalid_client"}, "who asks learns nothing of others"
    assert unknown.headers["www-authenticate"].startswith("Basic")
    other = httpx.post(
        f"{site}/api/oauth/token", data={"grant_type": "password"}, auth=(name, secret), timeout=60
    )
    assert (other.status_code, other.json()["error"]) == (400, "unsupported_grant_type")
    twice = httpx.post(
        f"{site}/api/oauth/token",
        content="grant_type=client_credentials&grant_type=client_credentials",
        headers={"content-type": "application/x-www-form-urlencoded"},
        auth=(name, secret),
        timeout=60,
    )
    assert twice.json()["error"] == "invalid_request"


def test_a_client_that_was_withdrawn_is_nobody(here: Province, site: str) -> None:
    name, secret = client_of(here)
    with closing(sender(site, name, secret)) as client:
        assert client.get("/imports").status_code == 200
        with writing(here.instance) as work:
            end_client(work, name)
        assert client.get("/imports").status_code == 401
    assert token_for(site, name, secret).status_code == 401


def test_a_held_import_is_decided_by_call_and_on_the_page(here: Province, site: str, tmp_path: Path) -> None:
    person = here.town.people["local unit"]
    declared = training() | {"event_key": "K0400"}
    made = conduct.draft(here.instance, person, Draft("示例公需课", declared))
    with writing(here.instance) as work:
        take(work, declarant(person), made, Taken(Step.SUBMIT, 0))
    with closing(program(here, site, "local-unit-reviewer")) as reviewer:
        approve = {"step": "approve"}
        answer = reviewer.post(
            f"/declarations/{made}/steps", json=approve, headers=keyed() | {"if-match": '"1"'}
        )
        assert answer.status_code == 200, answer.text
    with closing(program(here, site, "local-unit-verifier")) as verifier:
        answer = verifier.post(
            f"/declarations/{made}/steps", json={"step": "register"}, headers=keyed() | {"if-match": '"2"'}
        )
        assert answer.status_code == 200, answer.text
        send(here.instance, write(tmp_path / "held.csv", [row(0, 400)]))
        one = next(
            each for each in verifier.get("/held-imports").json()["items"] if each["declaration"] == str(made)
        )
        assert (one["why"], one["declared"]["hours"], one["imported"]["hours"]) == ("key", "24", "30")
        at = f"/held-imports/{one['id']}"
        found = verifier.get(at)
        matched = {"if-match": found.headers["etag"]}
        with closing(visitor(here, site, "local-unit-verifier")) as page:
            shown = page.get("/held").text
            assert one["masked"] in shown
            assert '<a href="/registered" aria-current="page">' in shown, "the page belongs to a tab"
            late = {
                "take": "declared",
                "seen": "held_1",
                "words": "示例：以基地为准",
                "form_key": form_key(page),
            }
            told = page.post(f"/held/{one['id']}", data=late)
            assert (told.status_code, 'value="示例：以基地为准"' in told.text) == (409, True)
        stale = verifier.post(
            f"{at}/decision", json={"take": "imported"}, headers=keyed() | {"if-match": '"held_1"'}
        )
        assert stale.status_code == 412
        done = verifier.post(f"{at}/decision", json={"take": "imported"}, headers=keyed() | matched)
        assert (done.status_code, done.json()["counts"]) == (200, "imported"), done.text
        assert verifier.get(f"/registered/{made}").json()["state"] == "reversed"
        assert verifier.get(at).status_code == 404


def test_two_administrators_admit_a_system_and_withdraw_it(here: Province, site: str) -> None:
    top = Place(authority_id=here.town.authorities["gs"])
    second(here, "another-administrator", Grant(Role.ADMINISTRATOR, top))
    on = {"documentNo": "示例〔2026〕3号", "reason": "示例理由"}
    admit = {
        "kind": "client",
        "client": "sector-one",
        "profiles": ["sector-training"],
        "authority": "gs-health",
    }
    with (
        closing(program(here, site, "administrator")) as one,
        closing(program(here, site, "another-administrator")) as other,
    ):

        def decided(content: dict[str, Any]) -> dict[str, Any]:
            made = one.post("/entries", json={"content": content, **on}, headers=keyed())
            assert made.status_code == 201, made.text
            at = made.headers["location"].removeprefix("/api")
            matched = {"if-match": made.headers["etag"]}
            assert one.post(f"{at}/confirmation", headers=keyed() | matched).status_code == 403, (
                "the same person"
            )
            told: dict[str, Any] = other.post(f"{at}/confirmation", headers=keyed() | matched).json()
            return told

        told = decided(admit)
        assert (told["state"], told["invitation"]) == ("in_force", None)
        assert token_for(site, "sector-one", told["clientSecret"]).json()["scope"] == "import:sector-training"
        taken = one.post("/entries", json={"content": admit | {"authority": "gs"}, **on}, headers=keyed())
        assert taken.status_code == 422, "a name is never used again"
        decided({"kind": "client_end", "client": "sector-one"})
        assert token_for(site, "sector-one", told["clientSecret"]).status_code == 401


def test_the_secret_is_shown_once_on_the_page(here: Province, site: str) -> None:
    top = Place(authority_id=here.town.authorities["gs"])
    second(here, "third-administrator", Grant(Role.ADMINISTRATOR, top))
    values = {"client": "sector-two", "profiles": "sector-training、base-platform", "authority": "gs"}
    on = {"document_no": "示例〔2026〕4号", "reason": "示例理由"}
    with (
        closing(visitor(here, site, "administrator")) as one,
        closing(visitor(here, site, "third-administrator")) as other,
    ):
        assert post(one, "/entries/client", **values, **on).status_code == 303
        at = f"/entries/client/{newest(here, 'client').id}"
        page = post(other, at, do="confirm").text
        secret = re.search(r"xueshi-secret-[A-Za-z0-9_-]{43}", page)
        assert secret, page
        assert secret[0] not in one.get("/entries/client").text
        assert "收到的文件" in one.get("/imports").text
    assert token_for(site, "sector-two", secret[0]).status_code == 200
