"""A preview agrees with the year: on the declarant's page and at the desk the rules are told what authorities entered."""

from decimal import Decimal
from typing import Any

import pytest

from issuer.instance import writing
from issuer.registration.declarations import Draft, Taken, draft, take
from issuer.registration.desk import INBOX, open_group
from issuer.registration.own import read_own
from issuer.registration.procedure import Step
from tests.issuer.registration.office import YEAR, Office
from tests.issuer.town import declarant

STUDY = {"category": "self_study", "kind": "individual", "year": YEAR, "determined_hours": Decimal(50)}
CASES: dict[str, tuple[dict[str, Any], tuple[dict[str, Any], ...], str, Any, Any]] = {
    "a contest, recognised": (
        {"category": "contest", "held_on": "2026-05-20", "event_key": "示例竞赛2026", "determined_hours": 20},
        ({"kind": "contest", "event_key": "示例竞赛2026", "title": "示例竞赛"},),
        "total", Decimal(0), Decimal(20),
    ),
    "an examination, on the list": (
        {"category": "exam", "exam_name": "示例职业资格考试", "approved_on": "2026-05-20", "issued_on": "2026-08-01", "all_subjects_passed": True},
        ({"kind": "exam", "name": "示例职业资格考试", "first": "2026-01-01"},),
        "deemed", "none", "professional",
    ),
    "an assignment, filed": (
        {"category": "major_assignment", "start": "2026-03-01", "end": "2026-09-30"},
        ({"kind": "filing", "years": [2026]},),
        "deemed", "none", "all",
    ),
    "an exception": (
        STUDY,
        ({"kind": "exception", "year": YEAR, "category": "self_study", "cap": "48.5"},),
        "total", Decimal(40), Decimal("48.5"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_authorities_entered_is_in_the_preview(office: Office, case: str) -> None:
    facts, entries, figure, without, expected = CASES[case]
    with writing(office.instance) as work:
        one = draft(work, office.person, Draft("示例", facts))
        take(work, declarant(office.person), one, Taken(Step.SUBMIT, 0))
    assert getattr(read_own(office.instance, office.person, one).after, figure) == without
    for body in entries:
        match body["kind"]:
            case "exam":
                office.confirm(office.other_admin, office.enter(office.admin, body))
            case "contest":
                office.enter(office.department, body)
            case "filing":
                office.enter(office.department, body, office.person)
            case _:
                office.enter(office.verifier, body, office.person)
    own = read_own(office.instance, office.person, one)
    assert getattr(own.after, figure) == expected
    (at_desk,) = open_group(office.instance, office.reviewer, INBOX, one).cases
    assert at_desk.line == own.line, "the desk says what the declarant is told"
    office.register(facts, attests=facts["category"] in {"self_study", "major_assignment"})
    assert getattr(office.year().decision, figure) == expected, "and the year says it too"
