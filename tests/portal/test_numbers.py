"""A document's number on a page: for a written reason, once, in the answer and nowhere else."""

import re
from contextlib import closing
from dataclasses import dataclass

import httpx
import sqlalchemy as sa

from issuer.acts import governance_act
from issuer.instance import writing
from issuer.people.identifier import Identifier, IdType, read_identifier
from issuer.people.service import Person, keep_all, subject_of
from tests.issuer.town import number
from tests.portal.moving import post
from tests.portal.province import Province
from tests.portal.signed_in import visitor

VERIFIER = "local-unit-verifier"


def reasons(here: Province, person: Person) -> list[str]:
    """Why somebody looked at the person's number."""
    its = governance_act.c
    query = sa.select(its.reason).where(its.subject == subject_of(person), its.what == "number-revealed")
    with here.instance.engine.connect() as connection:
        return list(connection.scalars(query.order_by(its.at)))


def test_a_number_is_shown_once_and_written_down(here: Province, site: str) -> None:
    person = here.town.people["local unit"]
    at = f"/people/{person.id}/number"
    with closing(visitor(here, site, VERIFIER)) as client:
        before = client.get(at)
        assert number(0) not in before.text
        assert reasons(here, person) == []
        shown = post(client, at, reason=" 核对  甘示函1号 ")
        assert shown.status_code == 200
        assert number(0) in shown.text
        assert number(0) not in re.search("<title>.*</title>", shown.text)[0]  # type: ignore[index]
        assert number(0) not in str(shown.url)
        assert shown.headers["cache-control"] == "no-store"
        assert number(0) not in client.get(at).text
    assert reasons(here, person) == ["核对 甘示函1号"]


def test_without_a_reason_nothing_is_shown(here: Province, site: str) -> None:
    person = here.town.people["central unit"]
    with closing(visitor(here, site, "administrator")) as client:
        for reason in ("", "  ", "字" * 401):
            refused = post(client, f"/people/{person.id}/number", reason=reason)
            assert refused.status_code == 422
            assert "请写明查看的事由" in refused.text
            assert reason.strip() in refused.text
    assert reasons(here, person) == []


def found(client: httpx.Client, its_number: str) -> httpx.Response:
    return post(client, "/people/find", number=its_number)


def test_somebody_is_found_by_document(here: Province, site: str) -> None:
    with closing(visitor(here, site, VERIFIER)) as client:
        answer = found(client, number(0).lower())
        assert answer.headers["location"] == f"/people/{here.town.people['local unit'].id}/number"
        for elsewhere_or_nobody in (number(5), number(77)):
            told = found(client, elsewhere_or_nobody)
            assert told.status_code == 404
            assert "本部门管理的人中没有这个证件号码" in told.text
            assert elsewhere_or_nobody not in told.text
        assert found(client, "123").status_code == 422


@dataclass(frozen=True)
class Rostered:
    """Somebody as a roster names them: the fingerprint alone is kept."""

    identifier: Identifier
    name: str = "示例名册"
    employer: str = "示例单位"


def test_of_whom_no_number_is_kept(here: Province, site: str) -> None:
    with writing(here.instance) as work:
        (person,) = keep_all(work, [Rostered(read_identifier(IdType.RESIDENT_ID, number(870)))])
    with closing(visitor(here, site, "administrator")) as client:
        assert "没有保存号码" in client.get(f"/people/{person.id}/number").text
        assert post(client, f"/people/{person.id}/number", reason="示例").status_code == 404
