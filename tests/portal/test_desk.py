"""The employer's inbox over HTTP: one event as one decision, exceptions one by one, self-study with its archive."""

from contextlib import closing
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from issuer.evidence.service import Upload, keep
from issuer.instance import writing
from issuer.people.affiliation import AffiliationKind
from issuer.people.identifier import IdType, read_identifier
from issuer.people.registry import Belonging, enter_professional
from issuer.people.service import Person
from issuer.registration import conduct
from issuer.registration.declarations import Draft, Taken, take
from issuer.registration.procedure import Step
from issuer.registration.tables import declaration
from tests.issuer.evidence.samples import jpeg, pdf
from tests.issuer.town import declarant, number, training
from tests.portal.province import Province
from tests.portal.signed_in import form_key, visitor

LOGIN = "local-unit-reviewer"


def colleagues(here: Province, count: int, first: int) -> list[Person]:
    where = Belonging(
        AffiliationKind.LOCAL_UNIT, here.instance.today().replace(year=2024), here.town.units["local"]
    )
    with writing(here.instance) as work:
        return [
            enter_professional(
                work, read_identifier(IdType.RESIDENT_ID, number(first + one)), f"示例同事{one}", where
            )
            for one in range(count)
        ]


def submit(here: Province, person: Person, title: str, activity: dict[str, Any], proofs: Any = ()) -> UUID:
    one = conduct.draft(here.instance, person, Draft(title, activity), proofs)
    with writing(here.instance) as work:
        take(work, declarant(person), one, Taken(Step.SUBMIT, 0, words="与上次不是同一期"))
    return one


def states(here: Province, title: str) -> dict[UUID, str]:
    with here.instance.engine.connect() as connection:
        rows = connection.execute(
            sa.select(declaration.c.id, declaration.c.state).where(declaration.c.title == title)
        )
        return {row.id: row.state for row in rows}


def test_one_conference_many_people_one_decision(here: Province, site: str) -> None:
    """Five with the same certificate are one decision; who declares other days is looked at; one is taken out."""
    proof, other = (keep(here.instance, Upload("x", data)) for data in (jpeg(), pdf()))
    people = colleagues(here, 6, 500)
    ones = [submit(here, person, "示例年会", training(), [proof]) for person in people[:5]]
    longer = [{"from": "2026-05-11", "to": "2026-05-15", "unit": "full_day"}]
    odd = submit(here, people[5], "示例年会", training(schedule=longer), [other])
    with closing(visitor(here, site, LOGIN)) as client:
        page = client.get(f"/inbox/{odd}").text
        assert page.count('name="pick"') == 5
        assert "与多数人不同" in page
        assert "本人说明：与上次不是同一期" in page
        assert page.count(f"evidence/{proof.digest}/preview") == 1, "a common certificate is shown once"
        apart = client.get(f"/inbox/{odd}?apart={ones[0]}").text
        assert apart.count('name="pick"') == 4
        form = {
            "form_key": form_key(client),
            "seen": [f"{one}:1" for one in (*ones, odd)],
            "pick": [str(one) for one in ones[1:]],
            f"do-{ones[0]}": "return",
            f"do-{odd}": "later",
        }
        without = client.post(f"/inbox/{odd}", data=form)
        assert without.status_code == 422
        assert "请选择原因" in without.text
        assert without.text.count('name="pick"') == 4, "who was taken out stays taken out"
        assert set(states(here, "示例年会").values()) == {"submitted"}, "nothing was done"
        done = client.post(f"/inbox/{odd}", data={**form, f"reason-{ones[0]}": "R01"})
        assert "已办理 5 条" in done.text
    found = states(here, "示例年会")
    assert found == {ones[0]: "returned", odd: "submitted", **dict.fromkeys(ones[1:], "employer_approved")}


def test_a_self_study_is_approved_once_its_archive_is_built(here: Province, site: str) -> None:
    (person,) = colleagues(here, 1, 600)
    study = {"category": "self_study", "kind": "degree", "year": 2026, "determined_hours": Decimal(20)}
    one = submit(here, person, "在职研究生课程", study)
    with closing(visitor(here, site, LOGIN)) as client:
        key = form_key(client)
        assert "没有学习档案" in client.get(f"/inbox/{one}").text
        decision = {"form_key": key, "seen": f"{one}:1", f"do-{one}": "approve", f"attests-{one}": "yes"}
        refused = client.post(f"/inbox/{one}", data=decision)
        assert "未建立学习档案的不予登记" in refused.text
        asked = client.get(f"/archives?declaration={one}").text
        assert 'value="在职研究生课程"' in asked
        archive = {
            "form_key": key, "declaration": str(one), "name": "示例同事0", "ending": number(600)[-4:], "year": "2026",
            "kind": "degree", "content": "在职研究生课程", "outcome": "成绩单存人事科", "hours": "20",
        }  # fmt: skip
        for wrong in (
            {"ending": "0000"},
            {"ending": "%%%%"},
            {"name": "别人"},
            {"hours": "很多"},
            {"outcome": "\u202e"},
        ):
            answer = client.post("/archives", data={**archive, **wrong})
            assert answer.status_code in {404, 422}, wrong
            assert 'value="在职研究生课程"' in answer.text, "the rest is kept"
        assert client.post("/archives", data=archive).headers["location"] == f"/inbox/{one}"
        assert "成绩单存人事科" in client.get("/archives?year=2026").text
        assert "已办理 1 条" in client.post(f"/inbox/{one}", data=decision).text
    with closing(visitor(here, site, "foreign-reviewer")) as stranger:
        assert "成绩单存人事科" not in stranger.get("/archives?year=2026").text
        elsewhere = stranger.post("/archives", data={**archive, "form_key": form_key(stranger)})
        assert elsewhere.status_code == 422
        assert "本单位没有找到这个人" in elsewhere.text
