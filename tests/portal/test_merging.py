"""Merging a duplicate unit by two administrators: its people, roles, and whatever is under way go along."""

from contextlib import closing
from datetime import date

import pytest
import sqlalchemy as sa

from issuer.access.accounts import add_account, grant
from issuer.access.roles import Grant, Role
from issuer.access.tables import account, role_grant
from issuer.instance import writing
from issuer.people.affiliation import AffiliationKind, Place
from issuer.people.identifier import IdType, read_identifier
from issuer.people.registry import Belonging, enter_professional
from issuer.people.service import Person
from issuer.people.tables import affiliation, professional, unit
from issuer.people.units import NewUnit, add_unit, unit_id
from issuer.registration.declarations import Draft, Taken, draft, take
from issuer.registration.procedure import Step
from issuer.registration.tables import authority_entry, declaration
from tests.issuer.town import declarant, number, training
from tests.portal.moving import SERIALS, code, post
from tests.portal.province import Province
from tests.portal.signed_in import keyed, program, visitor
from tests.portal.test_administration import ON, newest, second


@pytest.fixture(scope="module")
def two(here: Province) -> tuple[str, str]:
    top = Place(authority_id=here.town.authorities["gs"])
    second(here, "second-administrator", Grant(Role.ADMINISTRATOR, top))
    return "administrator", "second-administrator"


def duplicate(here: Province, name: str = "示例县第一中学") -> tuple[int, str]:
    """A second unit for the county's school; answers its id and code."""
    with writing(here.instance) as work:
        made = add_unit(work, NewUnit(AffiliationKind.LOCAL_UNIT, name, None, "gs-city-county"))
        return made, str(
            work.connection.execute(sa.select(unit.c.code).where(unit.c.id == made)).scalar_one()
        )


def peopled(here: Province, at: int) -> tuple[Person, str]:
    """A professional and a reviewer there; answers the reviewer's login."""
    serial = next(SERIALS)
    with writing(here.instance) as work:
        identifier = read_identifier(IdType.RESIDENT_ID, number(serial))
        belonging = Belonging(AffiliationKind.LOCAL_UNIT, date(2025, 1, 1), at)
        person = enter_professional(work, identifier, "示例重复", belonging)
        login = f"twin-reviewer-{serial}"
        made = add_account(work, login, here.instance.random_bytes(32), None)
        grant(work, made, Grant(Role.REVIEWER, Place(unit_id=at)))
    return person, login


def test_everything_goes_along(here: Province, site: str, two: tuple[str, str]) -> None:
    twin, its_code = duplicate(here)
    person, login = peopled(here, twin)
    with writing(here.instance) as work:
        one = draft(work, person, Draft("示例在办", training()))
        take(work, declarant(person), one, Taken(Step.SUBMIT, 0))
    stays = code(here, "local")
    with (
        closing(visitor(here, site, two[0])) as first,
        closing(visitor(here, site, two[1])) as other,
        closing(visitor(here, site, login)) as old_reviewer,
    ):
        listed = first.get("/units", params={"find": "第一中学"}).text
        assert "同名 2 个" in listed
        form = first.get(f"/entries/unit_merge?gone={its_code}").text
        assert f'value="{its_code}"' in form
        assert post(first, "/entries/unit_merge", gone=its_code, into=stays, **ON).status_code == 303
        entry = newest(here, "unit_merge")
        assert "1 人，1 条在办的申报，1 个角色" in other.get("/entries/unit_merge").text
        assert post(first, f"/entries/unit_merge/{entry.id}", do="confirm").status_code == 403
        assert old_reviewer.get(f"/inbox/{one}").status_code == 200, "nothing before the second person"
        assert post(other, f"/entries/unit_merge/{entry.id}", do="confirm").status_code == 303
        assert old_reviewer.get(f"/inbox/{one}").status_code == 401, "signed out: the role is another"
        assert its_code not in first.get("/units", params={"find": "第一中学"}).text
    with closing(visitor(here, site, login)) as reviewer:
        answer = post(reviewer, f"/inbox/{one}", seen=f"{one}:1", **{f"do-{one}": "approve"})
        assert answer.status_code == 200, "who reviewed for the duplicate goes on"
    with here.instance.engine.connect() as connection:
        assert unit_id(connection, its_code) == here.town.units["local"], "the old code leads there"
        row = connection.execute(sa.select(declaration).where(declaration.c.id == one)).one()
        assert (row.review_unit_id, row.state) == (here.town.units["local"], "employer_approved")
        spell = connection.execute(sa.select(affiliation).where(affiliation.c.person_id == person.id)).one()
        assert (spell.unit_id, spell.from_day) == (here.town.units["local"], date(2025, 1, 1))
        roles = connection.execute(
            sa.select(role_grant.c.unit_id, role_grant.c.until_day)
            .join(account, account.c.id == role_grant.c.account_id)
            .where(account.c.login == login)
            .order_by(role_grant.c.id)
        ).all()
        assert [row.unit_id for row in roles] == [twin, here.town.units["local"]]
        assert roles[0].until_day is not None


def test_a_chain_of_merges_leads_to_the_unit_in_use(here: Province, site: str, two: tuple[str, str]) -> None:
    (first_id, first_code), (_, second_code) = duplicate(here, "示例甲"), duplicate(here, "示例乙校")
    person, _login = peopled(here, first_id)
    with closing(visitor(here, site, two[0])) as one, closing(visitor(here, site, two[1])) as other:
        for gone, into in ((first_code, second_code), (second_code, code(here, "local"))):
            assert post(one, "/entries/unit_merge", gone=gone, into=into, **ON).status_code == 303
            at = f"/entries/unit_merge/{newest(here, 'unit_merge').id}"
            assert post(other, at, do="confirm").status_code == 303
    with here.instance.engine.connect() as connection:
        assert unit_id(connection, first_code) == here.town.units["local"]
        employer = sa.select(professional.c.employer).where(professional.c.id == person.id)
        assert connection.scalar(employer) == "示例县第一中学", "and its people show its name"


REFUSED = {
    "into itself": ("twin", "twin", "两个在用的不同单位"),
    "of another kind": ("twin", "provincial", "隶属类型不同"),
    "no such unit": ("twin", "T99999999", "没有代码"),
    "one that is gone": ("T99999999", "twin", "没有代码"),
    "a path": ("../x", "twin", "应为"),
    "metacharacters": ("'; DROP TABLE unit; --", "twin", "应为"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_merged(here: Province, site: str, two: tuple[str, str], case: str) -> None:
    _, its_code = duplicate(here, "示例拒绝")
    gone, into, words = REFUSED[case]
    known = {"twin": its_code, "provincial": code(here, "provincial")}
    with here.instance.engine.connect() as connection:
        before = connection.scalar(sa.select(sa.func.count()).select_from(authority_entry))
    with closing(visitor(here, site, two[0])) as client:
        values = {"gone": known.get(gone, gone), "into": known.get(into, into)}
        answer = post(client, "/entries/unit_merge", **values, **ON)
        assert answer.status_code == 422
        assert words in answer.text
        assert ON["document_no"] in answer.text
    with here.instance.engine.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(authority_entry)) == before


def test_by_programs_and_the_list_has_administrators_changes(
    here: Province, site: str, two: tuple[str, str]
) -> None:
    _, its_code = duplicate(here, "示例程序")
    content = {"kind": "unit_merge", "gone": its_code, "into": code(here, "local")}
    asked = {"content": content, "documentNo": "甘人社示〔2026〕9号", "reason": "重复"}
    with closing(program(here, site, two[0])) as one, closing(program(here, site, two[1])) as other:
        made = one.post("/entries", json=asked, headers=keyed())
        assert made.status_code == 201, made.text
        assert made.json()["state"] == "proposed"
        listed = other.get("/entries", params={"kind": "unit_merge"}).json()["items"]
        assert listed[0]["content"]["gone"] == its_code
        at = made.headers["location"].removeprefix("/api")
        seen = keyed() | {"if-match": made.headers["etag"]}
        assert one.post(f"{at}/confirmation", headers=seen).status_code == 403
        assert (
            other.post(f"{at}/confirmation", headers=keyed() | {"if-match": made.headers["etag"]}).status_code
            == 200
        )


def test_queries_do_not_grow_with_the_merges_that_wait(
    here: Province, site: str, two: tuple[str, str]
) -> None:
    counts = []
    with closing(visitor(here, site, two[0])) as client:
        for name in ("示例多一", "示例多二", "示例多三"):
            _, its_code = duplicate(here, name)
            post(client, "/entries/unit_merge", gone=its_code, into=code(here, "local"), **ON)
            seen: list[str] = []

            def note(
                _c: object, _cursor: object, statement: str, *_more: object, seen: list[str] = seen
            ) -> None:
                seen.append(statement)

            sa.event.listen(here.instance.engine, "before_cursor_execute", note)
            try:
                client.get("/entries/unit_merge")
                client.get("/units")
            finally:
                sa.event.remove(here.instance.engine, "before_cursor_execute", note)
            counts.append(sum(statement.startswith("SELECT") for statement in seen))
    assert len(set(counts)) == 1, counts
