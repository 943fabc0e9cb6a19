"""A file that comes again under its key where that is safe, and batches of the server's terminal by call and page."""

from contextlib import closing
from datetime import date
from pathlib import Path
from uuid import uuid4

import httpx

from issuer.instance import writing
from issuer.intake.receipts import TYP
from issuer.intake.worker import Worker
from issuer.people.affiliation import AffiliationKind
from issuer.people.identifier import IdType, read_identifier
from issuer.people.registry import Belonging, enter_professional
from tests.intake.dirt import row
from tests.intake.sending import send, write
from tests.issuer.town import number
from tests.portal.province import Province
from tests.portal.senders import sent
from tests.portal.signed_in import program, visitor
from tests.portal.test_import_calls import client, rows_of
from verifier import jws

__all__ = ["client"]


def test_a_file_comes_again_under_its_key_once_the_missing_person_is_entered(
    here: Province, client: httpx.Client, tmp_path: Path
) -> None:
    data = rows_of(tmp_path, row(0, 330), row(0, 331, A=number(41), B="示例补登"))
    key = str(uuid4())
    first = sent(client, data, key)
    Worker(here.instance).look()
    at = f"/imports/{first.json()['id']}"
    told = client.get(at).json()
    assert (told["totals"]["faults"], told["mayComeAgain"]) == ({"unknown_person": 1}, True)
    # Without being asked for, it is the same sending for ever: a network's retry does nothing twice.
    assert sent(client, data, key).headers["idempotency-replayed"] == "true"
    assert sent(client, data + b"\n", key, again=True).status_code == 422

    with writing(here.instance) as work:
        belonging = Belonging(AffiliationKind.LOCAL_UNIT, date(2024, 1, 1), here.town.units["local"])
        enter_professional(work, read_identifier(IdType.RESIDENT_ID, number(41)), "示例补登", belonging)
    again = sent(client, data, key, again=True)
    assert (again.status_code, again.json()["id"] != first.json()["id"]) == (202, True)
    assert sent(client, data, key, again=True).json()["id"] == again.json()["id"], "it is under way"
    Worker(here.instance).look()
    done = client.get(f"/imports/{again.json()['id']}").json()
    assert (done["totals"]["rows"], done["mayComeAgain"]) == ({"again": 1, "registered": 1}, False)
    assert client.get(f"{at}/receipt").status_code == 200, "what the first came to stays"
    nothing = sent(client, data, key, again=True)
    assert (nothing.status_code, "换一个 Idempotency-Key" in nothing.text) == (422, True)
    assert sent(client, data, key).json()["id"] == again.json()["id"]


def test_batches_of_the_terminal_by_call_and_page(here: Province, site: str, tmp_path: Path) -> None:
    path = write(tmp_path / "terminal.csv", [row(0, 340 + one, K="8学分") for one in range(203)])
    made = send(here.instance, path)
    with closing(program(here, site, "administrator")) as admin:
        listed = admin.get("/batches", params={"limit": 1}).json()
        assert (listed["items"][0]["id"], listed["items"][0]["state"]) == (str(made.batch_id), "done")
        at = f"/batches/{made.batch_id}"
        assert admin.get(at).json()["totals"]["faults"] == {"credits": 203}
        page = admin.get(f"{at}/faults", params={"limit": 200}).json()
        rest = admin.get(f"{at}/faults", params={"limit": 200, "after": page["next"]}).json()
        assert [one["row"] for one in page["items"] + rest["items"]] == list(range(2, 205))
        assert jws.split(admin.get(f"{at}/receipt").text).header["typ"] == TYP
    with closing(visitor(here, site, "administrator")) as admin:
        shown = admin.get("/imports", params={"batch": str(made.batch_id)}).text
        assert ("第 2–51 行" in shown, "共 50 行" in shown, "试读一个文件" in shown) == (True, True, False)
        assert f"/imports?batch={made.batch_id}&after=51" in shown
        shown = admin.get("/imports", params={"batch": str(made.batch_id), "after": 201}).text
        assert ("第 202–204 行" in shown, "从头看" in shown, "后面的" in shown) == (True, True, False)
