"""Who decides follows the rules in force, in every process and without a restart; what was issued stays as it was decided."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from issuer.credentials.tables import credential, withdrawal
from issuer.instance import drafting, open_instance, writing
from issuer.people.series import set_series
from issuer.public_files import kind_of
from issuer.records.tables import year_record
from issuer.rulebook.documents import read_document, with_more
from issuer.rulebook.effect import measure
from issuer.rulebook.errors import RuleRefused
from issuer.rulebook.proposing import State, Step
from issuer.rulebook.publishing import rule_files
from issuer.rulebook.reading import read_effect
from issuer.rulebook.tables import rule_document
from issuer.service import issue_roster, issue_year
from issuer.workers import shared_out
from issuer.year.service import read_year
from ledger.fsck import fsck
from rules.errors import PackError
from rules.lint import law_texts
from tests.issuer import town
from tests.issuer.conftest import quiet, roster_of
from tests.issuer.registration.office import DAYS, YEAR, Office, rows
from tests.issuer.rulebook.deciding import FLOOR, in_force, proposed, step
from tests.issuer.test_crash import count_points, die
from tests.issuer.town import training
from tests.rules.documents import OVERLAY, PACK, bytes_of
from tests.rules.samples import changed

LATE = [{"from": "2026-07-13", "to": "2026-07-13", "unit": "full_day"}]


def test_what_was_issued_stays_and_what_was_not_follows(office: Office) -> None:
    """One year issued under the measure alone; a floor of public hours from its first day on comes later."""
    office.register(training(schedule=DAYS))
    (first,) = issue_year(office.instance, YEAR, quiet).issued
    made = in_force(office, FLOOR)
    again = issue_year(office.instance, YEAR, quiet)
    assert (again.issued, again.unchanged, again.differing) == ((), 1, (office.person.id,))
    assert rows(office, sa.select(withdrawal)) == []
    office.register(training(schedule=LATE))
    after = issue_year(office.instance, YEAR, quiet)
    assert [one.document for one in after.issued] == [first.document], "new hours, by the rules of its year"
    decided = [json.loads(row.decision)["rules"] for row in rows(office, sa.select(year_record.c.decision))]
    assert decided == [["gs-2023-03-31@1.0.0"]] * 2
    effect = read_effect(office.instance, office.admin, made)
    (its,) = effect.years
    assert (its.year, its.issued.people, its.issued.no_longer) == (YEAR, 1, 1)
    assert its.serials == (after.issued[0].serial,)
    anew = issue_year(office.instance, YEAR, quiet, anew=True)
    assert [one.document for one in anew.issued] == ["HoursStatement"]
    assert [row.ruled_by for row in rows(office, sa.select(year_record).order_by(year_record.c.version))] == [
        0,
        0,
        1,
    ]
    assert issue_year(office.instance, YEAR, quiet).unchanged == 1
    assert fsck(office.instance.engine, office.instance.log_signer.verifier()).clean


def test_who_was_not_issued_is_decided_by_the_new_rules(office: Office) -> None:
    in_force(office, FLOOR)
    office.register(training(schedule=DAYS))
    done = issue_year(office.instance, YEAR, quiet)
    assert (len(done.issued), done.incomplete) == (0, 6), "no public hours"


def test_a_preview_says_what_the_issued_year_would_say(office: Office) -> None:
    office.register(training(schedule=DAYS))
    issue_year(office.instance, YEAR, quiet)
    in_force(office, FLOOR)

    held = read_year(office.instance, office.person, YEAR)
    assert (held.decision.complete, held.earlier_rules) == (True, True)
    assert not read_year(office.instance, office.province.people["central unit"], YEAR).decision.complete
    assert (
        read_year(office.instance, office.province.people["central unit"], YEAR).decision.required.public
        == 30
    )


def test_what_would_change_is_counted_before_anything_is_proposed(office: Office) -> None:
    office.register(training(schedule=DAYS))
    before = office.instance.library
    with office.instance.engine.connect() as connection:
        own = office.instance.rulebook.documents(connection)

    found = read_document(bytes_of(FLOOR))
    after = with_more(own, found.document, office.instance.rulebook.law)
    effect = measure(office.instance, before, after, found.first, seconds=600)
    assert {(one.year, one.name, one.before, one.after) for one in effect.figures} == {
        (year, "public_min", "0", "30") for year in (2026, 2027)
    }
    (its,) = effect.years
    assert (its.waiting.people, its.waiting.looked_at, its.waiting.no_longer, its.waiting.otherwise) == (
        6,
        6,
        1,
        5,
    )
    assert (its.issued.people, its.serials) == (0, ())
    none = measure(office.instance, before, after, found.first, seconds=-1)
    assert none.years[0].waiting.looked_at == 0, "no time: it says that nobody was looked at"
    assert rows(office, sa.select(rule_document)) == []


def test_a_series_follows_the_overlay_of_its_sector_and_its_newer_version(office: Office) -> None:
    sector = OVERLAY | {"id": "own-medical", "version": "1.0.0", "status": "in_force"}
    sector["basis"] = [one | {"checked": True} for one in OVERLAY["basis"]]

    with writing(office.instance) as work:
        set_series(work, office.person, YEAR, "卫生", office.admin.person_key)
    office.register(training())
    assert office.year().facts.overlay is None
    in_force(office, sector)
    assert office.year().facts.overlay == "own-medical@1.0.0"
    in_force(office, sector | {"version": "1.1.0"})
    assert office.year().facts.overlay == "own-medical@1.1.0"


def test_processes_that_share_a_batch_follow_too(office: Office) -> None:
    """Forked before the document came into force, they have it with their next transaction."""
    instance = office.instance

    def floors(_job: int) -> list[str]:
        with drafting(instance, (0, 1)) as work:
            return [note.key for note in work.rules.library.notes]

    made = proposed(instance, office.admin, FLOOR)
    with shared_out(instance, 2, floors, range(4)) as answers:
        assert next(answers) == []
        step(instance, office.other_admin, made, Step.CONFIRM, State.PROPOSED)
        assert list(answers)[1:] == [["public-floor@1.0.0"]] * 2


def test_a_roster_is_decided_by_them_and_once_issued_stays(
    office: Office, people: list[dict[str, Any]]
) -> None:
    (one, two) = people[:2]
    issue_roster(office.instance, roster_of([one]), quiet)
    floor = FLOOR | {"from": "2024-01-01", "value": "90"}
    made = in_force(office, floor)
    results, _ = issue_roster(office.instance, roster_of([one, two]), quiet)
    assert [result.issued.fresh for result in results] == [False, True]
    assert ["public-floor@1.0.0" in result.decision.rules for result in results] == [False, True]
    assert len(rows(office, sa.select(credential))) == 2
    years = read_effect(office.instance, office.admin, made).years
    its = next(one for one in years if one.year == 2025)
    assert (its.issued.looked_at, len(its.serials)) == (2, 1), (
        "by what the rosters told; the second was decided by it"
    )


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("column", ["digest", "name"])
def test_an_instance_whose_rules_do_not_load_is_not_opened(home: Path, url: str, column: str) -> None:
    """Somebody with the file of the database, past all that guards it."""
    with open_instance(home) as instance:
        in_force(Office(instance, town.build(instance)), FLOOR)
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        connection.execute("DROP TRIGGER rule_document_no_edit")
        connection.execute(f"UPDATE rule_document SET {column} = 'public-floor.csv.yaml'")  # noqa: S608 - of ours
    with pytest.raises(PackError, match="public-floor"), open_instance(home):
        pytest.fail("it was opened")


def test_the_database_keeps_what_was_proposed(office: Office) -> None:
    engine = office.instance.engine
    made = [in_force(office, FLOOR), proposed(office.instance, office.admin, FLOOR | {"version": "1.1.0"})]
    for one in made:
        for statement in (
            sa.update(rule_document).values(text=b"x"),
            sa.update(rule_document).values(reason="x"),
            sa.delete(rule_document),
        ):
            with pytest.raises(sa.exc.DatabaseError, match="never changed"), engine.begin() as connection:
                connection.execute(statement.where(rule_document.c.id == one))
    with pytest.raises(sa.exc.DatabaseError, match="never changed"), engine.begin() as connection:
        connection.execute(
            sa.update(rule_document).where(rule_document.c.id == made[0]).values(state="withdrawn")
        )


def test_a_name_stands_in_the_folder_or_in_the_database(office: Office, tmp_path: Path) -> None:
    (tmp_path / "x.note.yaml").write_bytes(bytes_of(FLOOR))
    in_force(office, FLOOR)
    book = type(office.instance.rulebook)(tmp_path)
    with office.instance.engine.connect() as connection, pytest.raises(PackError, match="loaded twice"):
        book.now(connection)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_killed_between_the_steps_nothing_is_half(home: Path, tmp_path: Path) -> None:
    """At each commit and after it: the document is in force with its entry, or it still waits."""
    with open_instance(home) as instance:
        office = Office(instance, town.build(instance))
        made = proposed(instance, office.admin, FLOOR)

    def confirm() -> None:
        with open_instance(home) as instance:
            step(instance, office.other_admin, made, Step.CONFIRM, State.PROPOSED)

    database = next(home.glob("*.db"), None) or tmp_path / "xueshi.db"
    kept = {path: path.read_bytes() for path in database.parent.glob(f"{database.name}*")}
    points = count_points(home, tmp_path / "points", confirm)
    assert points > 1
    seen = set()
    for point in range(1, points + 1):
        for path in database.parent.glob(f"{database.name}*"):
            path.unlink()
        for path, data in kept.items():
            path.write_bytes(data)
        die(home, point, confirm)
        with sqlite3.connect(database) as connection:
            (state,) = connection.execute("SELECT state FROM rule_document").fetchone()
            (acts,) = connection.execute(
                "SELECT count(*) FROM governance_act WHERE what = 'rules-confirmed'"
            ).fetchone()
        assert (state, acts) in {("proposed", 0), ("in_force", 1)}
        seen.add(state)
    assert seen == {"proposed", "in_force"}


def test_a_later_pack_tells_what_it_cites_otherwise(office: Office) -> None:
    later = changed(changed(PACK, "version", "1.1.0"), "parameters/required_total/values/0/value", "80")
    later = changed(later, "parameters/contest_cap/values/0/strength", "must")
    made = proposed(office.instance, office.admin, later)
    effect = read_effect(office.instance, office.other_admin, made)
    assert effect.places == ("contest_cap",)
    assert {one.name for one in effect.figures} == {"pack", "required_total"}


def test_a_new_measure_is_its_text_and_then_its_pack(office: Office) -> None:
    """The pack's quotes are compared with the text that two administrators put in force before."""
    texts = {name: text for name, text in law_texts(None).items() if name.startswith("gs-2023-03-31-art-")}
    law = {
        "id": "gs-2028-04-01",
        "version": "1.0.0",
        "title": {"zh": "示例新办法", "en": "a new measure"},
        "from": "2028-04-01",
        "document": "示例3号",
        "articles": {int(name[-5:-3]): text for name, text in texts.items()},
    }
    pack = PACK | {"id": "gs-2028-04-01", "law": "gs-2028-04-01", "valid": ["2028-04-01", None]}
    pack["parameters"] = {
        name: one | {"values": [value | {"from": "2028-04-01"} for value in one["values"]]}
        for name, one in PACK["parameters"].items()
    }
    with pytest.raises(RuleRefused, match="没有条文文件"):
        proposed(office.instance, office.admin, pack)
    in_force(office, law)
    wrong = changed(pack, "parameters/required_total/values/0/quote", "随便")
    with pytest.raises(RuleRefused, match="没有这句话"):
        proposed(office.instance, office.admin, wrong)
    made = in_force(office, pack)
    assert read_effect(office.instance, office.admin, made).undecided == ()
    library = office.instance.library
    assert [library.in_force(year).id for year in (2027, 2028)] == ["gs-2023-03-31", "gs-2028-04-01"]
    with office.instance.engine.connect() as connection:
        files = dict(rule_files(connection, office.instance))
    assert {"rules/law/gs-2028-04-01-1.0.0.law.yaml", "rules/gs-2028-04-01-1.0.0.pack.yaml"} < files.keys()
    assert all(kind_of(path) for path in files)
