"""On paper: copied row by row, mapped in front of the user, employer and authority each saying how they asked the origin."""

from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from issuer.database import Paging
from issuer.evidence.proof import Proof
from issuer.evidence.service import Upload as File
from issuer.evidence.service import keep as keep_file
from issuer.evidence.service import sweep
from issuer.instance import Instance
from issuer.registration.errors import SamePerson, StepRefused
from issuer.registration.procedure import Step
from issuer.transfers.copying import Copied
from issuer.transfers.errors import ProfileRefused, TransferRefused
from issuer.transfers.listing import list_own, list_waiting
from issuer.transfers.origins import load_origins
from issuer.transfers.paper import map_paper, read_paper
from issuer.transfers.reading import proof_for, read_case, read_own
from issuer.transfers.service import decide, receive_paper, send_paper_again
from issuer.transfers.stepping import How, Taken
from issuer.transfers.tables import transfer_in, transfer_in_year
from rules.activity import Status
from rules.errors import FactsError
from tests.issuer.evidence.samples import jpeg
from tests.issuer.registration.office import Office, rows
from tests.issuer.town import declarant

WHOLE = {"public": 30, "professional": 42, "elective": 18}


def year(of: int = 2025, **changes: Any) -> dict[str, Any]:
    return {"year": of, "unit": "hours", "amounts": dict(WHOLE), "complete": True} | changes


def paper(*years: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A sheet from Guangdong, whose 42 professional hours are fewer than are asked for here."""
    words = {
        "region": "440000",
        "office": "示例市人社局",
        "document_no": "粤继教示2025-001",
        "moved_on": "2026-03-02",
    }
    return words | {"years": list(years or (year(),))} | changes


def copied(instance: Instance, *years: dict[str, Any], **changes: Any) -> Copied:
    return Copied(read_paper(paper(*years, **changes)), (proof(instance),))


def proof(instance: Instance) -> Proof:
    return keep_file(instance, File("证明.jpg", jpeg()))


@pytest.mark.parametrize(
    ("raw", "at"),
    [
        pytest.param(paper(region="44"), "/region", id="no province"),
        pytest.param(paper(office=" "), "/office", id="nobody issued it"),
        pytest.param(paper(document_no=""), "/document_no", id="no number"),
        pytest.param(paper(moved_on="2026-02-30"), "/moved_on", id="no such day"),
        pytest.param(paper(years=[]), "/years", id="no year"),
        pytest.param(paper(year(1999)), "/years/0/year", id="a year long ago"),
        pytest.param(paper(year(amounts={})), "/years/0/amounts", id="no amount"),
        pytest.param(paper(year(amounts={"public": Decimal("30.125")})), "/years/0/amounts/public", id="three decimals"),
        pytest.param(paper(year(amounts={"public": -1})), "/years/0/amounts/public", id="less than nothing"),
        pytest.param(paper(year(complete="yes")), "/years/0/complete", id="a conclusion that is none"),
        pytest.param(paper(year(), more=1), "/more", id="one field more"),
    ],
)  # fmt: skip
def test_what_cannot_be_copied(raw: dict[str, Any], at: str) -> None:
    with pytest.raises(FactsError) as refused:
        read_paper(raw)
    assert refused.value.pointer == at


@pytest.mark.parametrize(
    ("raw", "error", "words"),
    [
        pytest.param(paper(year(), year()), FactsError, "/years/1/year", id="a year twice"),
        pytest.param(paper(year(2027)), TransferRefused, "after the year of the move", id="a year after the move"),
        pytest.param(paper(year(unit="days")), FactsError, "/years/0/unit", id="a unit of elsewhere"),
        pytest.param(paper(year(amounts={"first": 3})), FactsError, "/years/0/amounts/first", id="a kind of elsewhere"),
        pytest.param(paper(year(amounts={"public": 2001})), FactsError, "2000", id="more than a year holds"),
        pytest.param(paper(year(amounts={"public": 0}, complete=False)), FactsError, "nothing", id="nothing at all"),
        pytest.param(paper(year(2003)), ProfileRefused, "2003", id="a year of which no profile speaks"),
    ],
)  # fmt: skip
def test_what_cannot_be_mapped(raw: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error) as refused:
        map_paper(read_paper(raw), load_origins(None))
    told = refused.value
    assert words in (f"{told.pointer} {told.expected} {told}" if isinstance(told, FactsError) else str(told))


def test_kinds_are_mapped_in_front_of_the_user() -> None:
    years, shown, used = map_paper(read_paper(paper(year(unit="credits"))), load_origins(None))
    assert [(one.kind_zh, one.unit_zh, one.hours, one.becomes) for one in shown] == [
        ("公需科目", "学分", 30, "public"),
        ("专业科目", "学分", 42, "professional"),
        ("个人选修科目", "学分", 18, "elective"),
    ]
    assert ([one.hours for one in years], used) == ([90], ("guangdong@1.0.0",))


def take(office: Office, actor: Any, one: Any, taken: Taken) -> Status:
    return decide(office.instance, actor, one, taken)


def test_from_paper_to_the_year(office: Office) -> None:
    made = receive_paper(office.instance, office.person, copied(office.instance))
    found = read_own(office.instance, office.person, made)
    assert (found.state, found.door, found.origin) == ("submitted", "paper", "示例市人社局")
    assert [row["kind"] for row in found.checks["copied"]] == ["公需科目", "专业科目", "个人选修科目"]
    assert office.year(2025).decision.total == 0

    assert [one.id for one in list_waiting(office.instance, office.reviewer, Paging())] == [made]
    assert list_waiting(office.instance, office.verifier, Paging()) == []
    with pytest.raises(StepRefused, match="how it was checked"):
        take(office, office.reviewer, made, Taken(Step.APPROVE, 1))
    take(office, office.reviewer, made, Taken(Step.APPROVE, 1, How.ORIGINAL, words="看过原件"))
    assert [one.id for one in list_waiting(office.instance, office.verifier, Paging())] == [made]
    take(office, office.verifier, made, Taken(Step.REGISTER, 2, How.SITE, words="官网可查"))

    case = read_case(office.instance, office.verifier, made)
    assert [(one.duty, one.how) for one in case.steps] == [
        ("declarant", None),
        ("reviewer", "original"),
        ("verifier", "site"),
    ]
    decision = office.year(2025).decision
    # W44: the origin's conclusion is honoured; the elective hours count as public.
    assert (decision.professional, decision.public, decision.complete, decision.deemed) == (
        42,
        48,
        True,
        "origin",
    )
    assert [one.state for one in list_own(office.instance, office.person, Paging())] == ["registered"]


def test_one_person_cannot_be_two(office: Office) -> None:
    made = receive_paper(office.instance, office.person, copied(office.instance))
    take(office, office.reviewer, made, Taken(Step.APPROVE, 1, How.LETTER))
    both = both_duties(office)
    with pytest.raises(SamePerson):
        take(office, both, made, Taken(Step.REGISTER, 2, How.LETTER))
    assert office.year(2025).decision.total == 0


def both_duties(office: Office) -> Any:
    """The reviewer, who is made a verifier too."""
    from issuer.access.accounts import actor_of, grant
    from issuer.access.roles import Grant, Role
    from issuer.instance import writing
    from issuer.people.affiliation import Place

    place = Place(authority_id=office.province.authorities["gs-city-county"])
    with writing(office.instance) as work:
        grant(work, office.reviewer.account_id, Grant(Role.VERIFIER, place))
        return actor_of(work, office.reviewer.account_id)


def test_returned_and_sent_again(office: Office) -> None:
    instance = office.instance
    made = receive_paper(instance, office.person, copied(instance, year(amounts={"public": 300})))
    take(office, office.reviewer, made, Taken(Step.RETURN, 1, reason="R02", words="公需应为30"))
    account = account_for(office)
    send_paper_again(instance, account, made, 2, copied(instance))
    found = read_own(instance, office.person, made)
    assert (found.state, [one.hours for one in found.years]) == ("submitted", [90])
    assert [one.step for one in found.steps] == ["submit", "return", "submit"]
    stands = rows(office, sa.select(transfer_in_year.c.edition, transfer_in_year.c.stands))
    assert sorted(tuple(one) for one in stands) == [(1, False), (2, True)]
    with pytest.raises(StepRefused):
        send_paper_again(instance, account, made, 3, copied(instance))  # it is on its way


def account_for(office: Office) -> Any:
    """The professional, with an account."""
    from issuer.access.accounts import actor_of, add_account
    from issuer.instance import writing

    with writing(office.instance) as work:
        return actor_of(work, add_account(work, "p", office.person.key, None))


def test_the_same_year_of_two_provinces_is_shown(office: Office) -> None:
    instance = office.instance
    first = receive_paper(instance, office.person, copied(instance))
    with pytest.raises(TransferRefused, match="2025"):
        receive_paper(instance, office.person, copied(instance))
    second = receive_paper(
        instance, office.person, copied(instance, region="640000", office="示例自治区人社厅")
    )
    assert read_case(instance, office.reviewer, second).years[0].others == ("示例市人社局",)
    take(office, account_for(office), first, Taken(Step.WITHDRAW, 1))
    assert read_case(instance, office.reviewer, second).years[0].others == ()
    receive_paper(instance, office.person, copied(instance))  # what was withdrawn can be brought again


def test_proofs_are_needed_kept_and_seen_by_those_whose_duty_it_is(office: Office) -> None:
    instance = office.instance
    with pytest.raises(TransferRefused, match="picture or file"):
        receive_paper(instance, office.person, Copied(read_paper(paper())))
    made = receive_paper(instance, office.person, copied(instance))
    assert sweep(instance, older=sweep.__defaults__[0] * 0) == 0  # type: ignore[index]
    (kept,) = read_own(instance, office.person, made).proofs
    with instance.engine.connect() as connection:
        for actor in (declarant(office.person), office.reviewer, office.verifier):
            assert proof_for(connection, actor, made, kept.digest) == kept
        from issuer.errors import NotFound

        for actor, digest in ((office.department, kept.digest), (office.reviewer, "0" * 64)):
            with pytest.raises(NotFound):
                proof_for(connection, actor, made, digest)
    assert rows(office, sa.select(transfer_in.c.id)) == [(made,)]
