"""The title series of a year, set and corrected by three people, and the sector rule that follows from it."""

from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
import yaml

from issuer.access.errors import NotAllowed
from issuer.acts import governance_act
from issuer.config import FILE
from issuer.instance import writing
from issuer.people.series import series_of
from issuer.personnel.changes import Asked, Taken, ask, take
from issuer.personnel.wanted import NewEmployer, NewSeries
from issuer.personnel.way import State, Step
from issuer.registration.errors import SamePerson, StepRefused
from issuer.service import issue_year
from tests.e2e.test_own_rules import OVERLAY, overlay
from tests.issuer.conftest import NEW, quiet
from tests.issuer.registration.office import DAYS, YEAR, Office
from tests.issuer.town import declarant, training
from tests.issuer.worlds import in_november, instance_at


@pytest.fixture
def home(url: str, tmp_path: Path) -> Path:
    """An instance whose authority has put a sector rule for accountants in force."""
    place = tmp_path / "instance"
    instance_at(place, replace(NEW, database=url), in_november)
    (place / "rules").mkdir()
    text = yaml.safe_dump(overlay(), allow_unicode=True)
    (place / "rules/sector.overlay.yaml").write_text(text, "utf-8")
    with (place / FILE).open("a", encoding="utf-8") as settings:
        settings.write('rules = "rules"\n')
    return place


def registered(office: Office, new: NewSeries) -> None:
    """Asked by the person, agreed by the employer, registered by the authority."""
    with writing(office.instance) as work:
        one = ask(work, declarant(office.person), office.person, Asked(new))
        take(work, office.reviewer, one, Taken(Step.AGREE, 0))
        assert take(work, office.verifier, one, Taken(Step.REGISTER, 1)) is State.REGISTERED


def test_the_year_is_decided_under_the_sector_rule_of_its_series(office: Office) -> None:
    office.register(training(schedule=DAYS))
    assert office.year(YEAR).facts.overlay is None
    issue_year(office.instance, YEAR, quiet)
    registered(office, NewSeries(year=YEAR, series="会计"))
    assert office.year(YEAR).facts.overlay == OVERLAY
    assert office.year(YEAR - 1).facts.overlay is None, "one a year"
    assert len(issue_year(office.instance, YEAR, quiet).issued) == 1, "a new version"
    registered(office, NewSeries(year=YEAR, series="卫生"))
    assert office.year(YEAR).facts.overlay is None, "corrected"
    with office.instance.engine.connect() as connection:
        assert series_of(connection, office.person.id) == {YEAR: "卫生"}
        acts = connection.scalars(
            sa.select(governance_act.c.body)
            .where(governance_act.c.what == "title-series-set")
            .order_by(governance_act.c.at)
        ).all()
    assert '"before":"会计"' in acts[1], "what it was stays on record"


def test_what_is_refused(office: Office) -> None:
    me = declarant(office.person)
    registered(office, NewSeries(year=YEAR, series="会计"))
    for new, words in (
        (NewSeries(year=YEAR, series="会计"), "不用变更"),
        (NewSeries(year=YEAR, series="没有的系列"), "没有这个职称系列"),
        (NewSeries(year=2100, series="会计"), "还没有开始"),
    ):
        with writing(office.instance) as work, pytest.raises(StepRefused, match=words):
            ask(work, me, office.person, Asked(new))
    with writing(office.instance) as work, pytest.raises(NotAllowed):
        ask(work, office.verifier, office.person, Asked(NewSeries(year=YEAR, series="工程")))


def test_two_years_and_an_employer_at_once_but_one_of_each(office: Office) -> None:
    me = declarant(office.person)
    with writing(office.instance) as work:
        first = ask(work, me, office.person, Asked(NewSeries(year=YEAR, series="工程")))
        ask(work, me, office.person, Asked(NewSeries(year=YEAR - 1, series="工程")))
        with pytest.raises(StepRefused, match="已有一项同样的变更"):
            ask(work, me, office.person, Asked(NewSeries(year=YEAR, series="会计")))
        ask(work, me, office.person, Asked(NewEmployer(agency="gs-talent", first=work.instance.today())))
        take(work, me, first, Taken(Step.WITHDRAW, 0))
        again = ask(work, me, office.person, Asked(NewSeries(year=YEAR, series="会计")))
        with pytest.raises(NotAllowed):
            take(work, me, again, Taken(Step.AGREE, 0))


def test_the_unit_asks_for_its_own_people_only(office: Office) -> None:
    with writing(office.instance) as work:
        one = ask(work, office.reviewer, office.person, Asked(NewSeries(year=YEAR, series="工程")))
        with pytest.raises(NotAllowed):
            take(work, office.reviewer, one, Taken(Step.AGREE, 0))
        take(work, declarant(office.person), one, Taken(Step.AGREE, 0))
        take(work, office.verifier, one, Taken(Step.REGISTER, 1))
        stranger = office.province.people["central unit"]
        with pytest.raises(NotAllowed):
            ask(work, office.reviewer, stranger, Asked(NewSeries(year=YEAR, series="工程")))


def test_one_person_has_one_duty(office: Office) -> None:
    """Whoever is concerned reviews nothing of it, whatever roles they hold."""
    with writing(office.instance) as work:
        one = ask(work, declarant(office.person), office.person, Asked(NewSeries(year=YEAR, series="工程")))
        self_reviewer = replace(office.reviewer, person_key=office.person.key)
        with pytest.raises(SamePerson):
            take(work, self_reviewer, one, Taken(Step.AGREE, 0))
