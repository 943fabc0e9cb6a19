"""Warnings of what looks alike: told to the declarant before submitting, to reviewer and verifier beside the data."""

from decimal import Decimal

import pytest

from issuer.evidence.service import Upload, keep
from issuer.instance import writing
from issuer.registration import conduct
from issuer.registration.base_platform import learn
from issuer.registration.declarations import Draft, Taken, take
from issuer.registration.desk import INBOX, open_group
from issuer.registration.likeness import Elsewhere, Why, alike, read_elsewhere
from issuer.registration.own import read_own
from issuer.registration.procedure import Step
from tests.issuer.evidence.samples import jpeg, pdf
from tests.issuer.registration.office import Office
from tests.issuer.town import declarant, training

SAME = [{"from": "2026-05-13", "to": "2026-05-14", "unit": "full_day"}]
LATER = [{"from": "2026-08-01", "to": "2026-08-02", "unit": "full_day"}]
YEARS_AGO = [{"from": "2024-05-11", "to": "2024-05-13", "unit": "full_day"}]


@pytest.mark.parametrize(("one", "other", "wanted"), [
    ("智慧水利技术培训（第二阶段）", "智慧水利技术培训（第一阶段）", True),
    ("智慧水利工程技术培训班", "智慧水利技术培训", True),
    ("急救技能培训班", "基层急救技能培训班", True),
    ("ＡＩ 应用培训", "AI应用培训", True),
    ("急救技能培训班", "会计继续教育面授", False),
    ("——", "……", False),
])  # fmt: skip
def test_names_that_are_alike(one: str, other: str, *, wanted: bool) -> None:
    assert alike(one, other) is wanted
    assert alike(other, one) is wanted


@pytest.mark.parametrize(("title", "schedule", "why"), [
    ("另一个名称", SAME, (Why.DAYS,)),
    ("示例培训班（二）", LATER, (Why.NAME,)),
    ("示例培训班", SAME, (Why.NAME, Why.DAYS)),
    ("示例培训班", YEARS_AGO, ()),
    ("会计年会", LATER, ()),
])  # fmt: skip
def test_the_declarant_is_told(office: Office, title: str, schedule: object, why: tuple[Why, ...]) -> None:
    person = office.person
    first = conduct.draft(office.instance, person, Draft("示例培训班", training()))
    with writing(office.instance) as work:
        take(work, declarant(person), first, Taken(Step.SUBMIT, 0))
    mine = conduct.draft(office.instance, person, Draft(title, training(schedule=schedule)))
    twins = read_own(office.instance, person, mine).twins
    assert [(twin.state, twin.why) for twin in twins] == ([("submitted", why)] if why else [])


def test_the_same_proof_and_a_course_that_a_base_sent(office: Office) -> None:
    person = office.person
    proof = keep(office.instance, Upload("a.jpg", jpeg()))
    with writing(office.instance) as work:
        learn(work, person, {
            "category": "training", "mode": "offline", "event_key": "E1",
            "schedule": training()["schedule"],
        }, "base")  # fmt: skip
    one = conduct.draft(office.instance, person, Draft("基层急救技能培训班", training()), [proof])
    (twin,) = read_own(office.instance, person, one).twins
    assert (twin.channel, twin.hours, twin.why) == ("base_platform", Decimal(24), (Why.DAYS,))
    with writing(office.instance) as work:
        take(work, declarant(person), one, Taken(Step.SUBMIT, 0))
    again = conduct.draft(office.instance, person, Draft("全省会计面授", training(schedule=LATER)), [proof])
    (twin,) = read_own(office.instance, person, again).twins
    assert twin.why == (Why.PROOF,)


def test_the_reviewer_sees_a_proof_used_for_something_else(office: Office) -> None:
    """Two show one certificate for one training; the third shows it for something else, and is the one to look at."""
    certificate, other = (
        keep(office.instance, Upload(n, d)) for n, d in (("a.jpg", jpeg()), ("b.pdf", pdf()))
    )
    ones = []
    for name, title, proofs in (
        ("central unit", "示例培训班", [certificate]),
        ("agency alone", "示例培训班", [other, certificate]),
        ("local unit", "高压电工培训", [certificate]),
    ):
        person = office.province.people[name]
        ones.append(conduct.draft(office.instance, person, Draft(title, training()), proofs))
        with writing(office.instance) as work:
            take(work, declarant(person), ones[-1], Taken(Step.SUBMIT, 0))
    (case,) = open_group(office.instance, office.reviewer, INBOX, ones[-1]).cases
    assert case.elsewhere == (Elsewhere("示例培训班", 2),)
    assert not case.plain
    with office.instance.engine.connect() as connection:
        assert set(read_elsewhere(connection, ones)) == {ones[-1]}
