"""An inspector looks: without names until a reason is given, then at everything; what was looked at is written down."""

from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from issuer.acts import governance_act
from issuer.errors import NotFound
from issuer.inspection.errors import FileClosed
from issuer.inspection.files import read_file
from issuer.inspection.overview import draw_sample
from issuer.publication import publish
from ledger import proof as proofs
from ledger.entry import commit
from tests.issuer.town import number
from tests.portal.jurisdiction import INSPECTOR, World
from tests.portal.moving import post
from tests.portal.province import Province
from tests.portal.signed_in import keyed, program, visitor

WHY = "示例检查〔2026〕1号"


@pytest.fixture(scope="module")
def world(here: Province, site: str) -> World:
    return World.of(here, site)


def test_from_the_start_page_to_the_ledger(here: Province, site: str, world: World) -> None:
    one, person = world.draft(3), here.town.people["local unit"]
    entry = world.deferral()
    publish(here.instance)
    with closing(visitor(here, site, INSPECTOR)) as client:
        assert client.get("/").headers["location"] == "/inspection"
        start = client.get("/inspection?find=第一中学").text
        assert "示例省人力资源和社会保障厅" in start
        assert "示例县第一中学" in start
        listed = client.get("/inspection/registrations?state=registered").text
        assert str(one) in listed
        assert "示例甲" not in listed, "no names in lists"
        assert "示例甲" not in client.get("/inspection/entries?kind=deferral").text
        at = f"/inspection/registrations/{one}"
        closed = client.get(at)
        assert (closed.status_code, "查看的事由" in closed.text, "示例甲" in closed.text) == (
            403,
            True,
            False,
        )
        asked = {"id_type": "resident_id", "number": number(0)}
        assert post(client, "/inspection/people", **asked, reason=" ").status_code == 422
        wrong = post(client, "/inspection/people", **asked | {"number": number(27)}, reason=WHY)
        assert (wrong.status_code, WHY in wrong.text, number(27) in wrong.text) == (404, True, False)
        opened = post(client, "/inspection/people", **asked, reason=WHY)
        assert opened.headers["location"] == f"/inspection/people/{person.id}"
        file = client.get(opened.headers["location"]).text
        for shown in ("示例甲", "示例县第一中学", WHY, "监督检查查看档案", "甘示〔2026〕1号", str(one)):
            assert shown in file, shown
        assert number(0) not in file
        way = client.get(at).text
        for shown in ("local-unit-reviewer", "local-unit-verifier", "核实登记", "台账第", "收录证明"):
            assert shown in way, shown
        assert "第六条第（一）项" in client.get(f"/inspection/people/{person.id}/years/2026").text
        assert (
            client.get(f"{at}/evidence/{world.proof.digest}/preview").headers["content-type"] == "image/jpeg"
        )
        assert client.get(f"/entries/deferral/{entry}").status_code in {403, 404, 405}, (
            "nothing is changed here"
        )
    with here.instance.engine.connect() as connection:
        looked = connection.execute(
            sa.select(governance_act).where(governance_act.c.what == "file-inspected")
        ).one()
    assert (looked.reason, looked.actor_key) == (WHY, world.actor(INSPECTOR).person_key)


def test_the_pack_is_checked_without_the_system(here: Province, site: str, world: World) -> None:
    one, person = world.draft(3), here.town.people["local unit"]
    publish(here.instance)
    with closing(program(here, site, INSPECTOR)) as client:
        why = {"reason": WHY}
        opened = client.post(f"/inspection/people/{person.id}/opening", json=why, headers=keyed())
        assert (opened.status_code, opened.json()) == (201, {"person": person.id})
        pack = client.get(f"/inspection/registrations/{one}/pack").json()
        verifier = here.instance.log_signer.verifier()
        for step in pack["steps"]:
            logged = proofs.verify(proofs.parse(step["proof"].encode()), verifier.name, [verifier])
            committed = commit(bytes.fromhex(step["salt"]), step["content"].encode())
            assert (logged.entry.index, logged.entry.commitment) == (step["index"], committed)
        assert [step["step"] for step in pack["steps"]] == ["submit", "approve", "register"]
        alone = client.get(f"/inspection/proofs/{pack['steps'][0]['index']}")
        assert alone.text == pack["steps"][0]["proof"]
        assert client.get("/inspection/proofs/999999").status_code == 404
        told = client.get(f"/inspection/registrations/{one}").json()
        assert [step["by"] for step in told["steps"]] == [
            "local-unit",
            "local-unit-reviewer",
            "local-unit-verifier",
        ]
        drawn = [
            client.get("/inspection/sample", params={"word": word}).json() for word in ("甲", "甲", "乙")
        ]
        assert drawn[0] == drawn[1]
        assert drawn[0]["items"]


def test_a_file_is_open_for_a_day_and_for_its_own_jurisdiction(here: Province, world: World) -> None:
    actor, person = world.actor(INSPECTOR), world.opened
    assert read_file(here.instance, actor, person).name == "示例甲"
    tomorrow = replace(here.instance, now=lambda: here.instance.now() + timedelta(days=1))
    with pytest.raises(FileClosed):
        read_file(tomorrow, actor, person)
    foreign = world.actor("foreign-inspector")
    assert draw_sample(here.instance, foreign, "甲") == []
    with pytest.raises(NotFound):
        read_file(here.instance, foreign, person)
