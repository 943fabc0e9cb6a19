"""Issuing a roster: what is recorded, what is signed, what asking again does, and what a refusal leaves."""

import copy
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from issuer.credentials.service import Withdrawal, reason_code
from issuer.errors import ClockWentBack, InputRefused, NotFound, SettingsError
from issuer.instance import Instance, open_instance
from issuer.service import Result, issue_roster, reissue_one, revoke
from issuer.tables import activity, credential, professional, withdrawal, year_record
from ledger import tables as ledger_tables
from ledger.fsck import fsck
from rules.engine import decide
from rules.facts import parse_facts
from rules.reading import load_json
from tests.issuer.conftest import quiet, roster_of
from verifier import jws
from verifier.credential import CompletionCertificate, Credential, HoursStatement, digest_lines, parse_payload
from verifier.page import page_of
from verifier.subjects import MEASURE, REGION

pytestmark = pytest.mark.usefixtures("url")
ROOT = Path(__file__).parents[2]
TABLES = (
    professional,
    activity,
    year_record,
    credential,
    withdrawal,
    ledger_tables.event,
    ledger_tables.entry,
)


def issue(instance: Instance, people: object) -> list[Result]:
    return issue_roster(instance, roster_of(people), quiet)[0]


def counts(instance: Instance) -> dict[str, int]:
    with instance.engine.connect() as connection:
        return {
            table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in TABLES
        }


def credential_of(result: Result) -> Credential:
    return parse_payload(jws.split(result.issued.jws).payload)


def test_each_person_gets_what_the_decision_says(instance: Instance, people: list[dict[str, Any]]) -> None:
    for result in issue(instance, people):
        signed, decision = credential_of(result), result.decision
        subject = signed.credential_subject
        assert isinstance(signed, CompletionCertificate if decision.complete else HoursStatement)
        assert (subject.name, subject.identifier) == (result.entry.name, result.entry.identifier.masked)
        assert subject.hours.total == str(decision.total)
        assert [next(iter(flag.items())) for flag in subject.deemed] == list(decision.deemed_articles)
        if isinstance(signed, HoursStatement):
            assert result.issued.lines is not None
            assert signed.credential_subject.lines == digest_lines(result.issued.lines)


def test_the_ledger_holds_every_event_and_is_clean(instance: Instance, people: list[dict[str, Any]]) -> None:
    results = issue(instance, people)
    activities = sum(len(person["facts"]["activities"]) for person in people)
    found = counts(instance)
    assert found["registered_activity"] == activities
    assert found["ledger_entry"] == activities + 2 * len(results)
    assert fsck(instance.engine, instance.log_signer.verifier()).clean


def test_an_activity_that_was_reversed_since_is_no_other_one(
    instance: Instance, people: list[dict[str, Any]]
) -> None:
    issue(instance, people[:2])
    before = counts(instance)["registered_activity"]
    with instance.engine.begin() as connection:
        facts = sa.func.replace(activity.c.facts, '"registered"', '"reversed"')
        connection.execute(sa.update(activity).values(status="reversed", facts=facts))
    issue(instance, people[:3])
    assert counts(instance)["registered_activity"] == before + len(people[2]["facts"]["activities"])


def test_what_is_kept_gives_the_same_decision_again(instance: Instance, people: list[dict[str, Any]]) -> None:
    """The snapshot can be recomputed bit for bit, from the business tables and from the ledger's private payloads."""
    issue(instance, people)
    with instance.engine.connect() as connection:
        rows = connection.execute(sa.select(year_record.c.facts, year_record.c.decision)).all()
        payloads = connection.execute(sa.select(ledger_tables.private.c.payload)).scalars().all()
    told = [json.loads(payload) for payload in payloads]
    kept = [(row.facts, json.loads(row.decision)) for row in rows]
    assert sorted(kept, key=str) == sorted(
        ((one["facts"], one["decision"]) for one in told if "decision" in one), key=str
    )
    for facts, decision in kept:
        again = decide(parse_facts(load_json(facts.encode(), "facts")), instance.library)
        assert again.to_json() == decision


def test_asking_twice_gives_the_same_bytes(instance: Instance, people: list[dict[str, Any]]) -> None:
    first, before = issue(instance, people), counts(instance)
    second = issue(instance, people)
    assert [one.issued.jws for one in second] == [one.issued.jws for one in first]
    assert not any(one.issued.fresh for one in second)
    assert counts(instance) == before


def test_one_bad_record_and_nothing_is_recorded(instance: Instance, people: list[dict[str, Any]]) -> None:
    before = counts(instance)
    people[7]["person"]["identifier"] = "629901198207280000"
    with pytest.raises(InputRefused) as refused:
        issue(instance, people)
    assert [problem.pointer for problem in refused.value.problems] == ["/7/person/identifier"]
    assert counts(instance) == before


def test_keeping_the_good_leaves_out_the_bad(instance: Instance, people: list[dict[str, Any]]) -> None:
    people[7]["person"]["identifier"] = "629901198207280000"
    results, problems = issue_roster(instance, roster_of(people), quiet, keep_good=True)
    assert len(results) == len(people) - 1
    assert [problem.pointer for problem in problems] == ["/7/person/identifier"]
    with instance.engine.connect() as connection:
        names = set(connection.execute(sa.select(professional.c.name)).scalars())
    assert people[7]["person"]["name"] not in names


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        pytest.param({"year": 2019}, "/0/facts/year", id="a year without rules"),
    ],
)
def test_what_only_deciding_can_refuse(
    instance: Instance, people: list[dict[str, Any]], change: dict[str, Any], pointer: str
) -> None:
    people[0]["facts"].update(change)
    with pytest.raises(InputRefused) as refused:
        issue(instance, people)
    assert [problem.pointer for problem in refused.value.problems] == [pointer]


def test_a_character_that_no_font_has(instance: Instance, people: list[dict[str, Any]]) -> None:
    people[0]["person"]["name"] = "韩\U00033400"  # of an extension newer than the fonts
    with pytest.raises(InputRefused, match=r"U\+33400"):
        issue(instance, people)


def test_changed_hours_supersede(instance: Instance, people: list[dict[str, Any]]) -> None:
    before = issue(instance, people[:2])[0]
    later = copy.deepcopy(people[:2])
    later[0]["facts"]["activities"][1]["total_hours"] = 31
    after = issue(instance, later)
    assert [one.issued.fresh for one in after] == [True, False]
    subject = credential_of(after[0]).credential_subject
    assert (subject.version, subject.hours.public) == (2, "31")
    with instance.engine.connect() as connection:
        rows = connection.execute(sa.select(withdrawal)).all()
    assert [(row.serial, row.purpose, row.successor) for row in rows] == [
        (before.issued.serial, "refresh", after[0].issued.serial)
    ]


def test_revoking(instance: Instance, people: list[dict[str, Any]]) -> None:
    serial = issue(instance, people[:1])[0].issued.serial
    revoke(instance, Withdrawal(serial, "revocation", "false-evidence"))
    with pytest.raises(Exception, match="done before"):
        revoke(instance, Withdrawal(serial, "revocation", "false-evidence"))
    with pytest.raises(NotFound):
        revoke(instance, Withdrawal("GS2025-0000001-9", "revocation", "other"))
    assert fsck(instance.engine, instance.log_signer.verifier()).clean


def test_reasons_are_codes() -> None:
    assert reason_code("other") == "other"
    with pytest.raises(NotFound, match="false-evidence"):
        reason_code("because")


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_the_database_is_its_owners(home: Path) -> None:
    assert {path.stat().st_mode & 0o777 for path in home.parent.glob("xueshi.db*")} == {0o600}


def test_nothing_published_names_anybody(home: Path, people: list[dict[str, Any]]) -> None:
    with open_instance(home) as instance:
        issue(instance, people)
    public = b"".join(path.read_bytes() for path in (home / "public").rglob("*") if path.is_file())
    assert len(public) > 10_000
    for person in people:
        for field in ("name", "identifier", "employer"):
            assert person["person"][field].encode() not in public


def test_a_clock_that_jumps_back(home: Path, people: list[dict[str, Any]]) -> None:
    """In the middle of a batch: what was recorded stays, nothing bears a false date, and the next run goes on."""
    shift = [timedelta()]

    def jump(step: str, done: int, _all: int) -> None:
        if (step, done) == ("record", 1):
            shift[0] = timedelta(hours=-1)

    with open_instance(home, now=lambda: datetime.now(UTC) + shift[0]) as instance:
        with pytest.raises(ClockWentBack, match="clock"):
            issue_roster(instance, roster_of(people[:2]), jump, portion=1)
        assert counts(instance)["credential"] == 1
        shift[0] = timedelta()
        results = issue(instance, people[:2])
        assert [one.issued.fresh for one in results] == [False, True]
        assert fsck(instance.engine, instance.log_signer.verifier()).clean


def test_another_authority_says_its_own_region_and_measure(
    home: Path, people: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are signed, and what was signed before the setting changed keeps what it said, word for word."""
    with open_instance(home) as before:
        (usual,) = issue(before, people[:1])
    measure = "示例省专业技术人员继续教育学时登记办法"
    pack = (ROOT / "rules/packs/gansu.yaml").read_text("utf-8")
    own = pack.replace("version: 1.0.0", "version: 1.0.1", 1).replace(
        "甘肃省专业技术人员继续教育学时认定管理办法", measure, 1
    )
    (home / "rules").mkdir()
    (home / "rules/own.pack.yaml").write_text(own, "utf-8")
    monkeypatch.setenv("XUESHI_RULES", "rules")
    monkeypatch.setenv("XUESHI_REGION", "示例自治州")
    with pytest.raises(SettingsError, match="serial_letters"), open_instance(home):
        pytest.fail("it would number its certificates as Gansu")
    monkeypatch.setenv("XUESHI_SERIAL_LETTERS", "XX")
    with open_instance(home) as opened:
        (other,) = issue(opened, people[1:2])
        again = reissue_one(opened, usual.issued.serial, "other")
    subject = credential_of(other).credential_subject
    assert (subject.region, subject.measure) == ("示例自治州", measure)
    assert other.issued.serial.startswith("XX2")
    said = [word.text for word in page_of(credential_of(other)).words()]
    assert {"示例自治州专业技术人员", f"《{measure}》"} <= set(said)
    assert not any("甘肃省专业技术人员" in text or "全省" in text for text in said)
    assert "本证明按示例自治州统一制式生成，电子证明与纸质证书具有同等效力。" in said
    for token in (usual.issued.jws, again.jws):
        kept = parse_payload(jws.split(token).payload)
        assert (kept.credential_subject.region, kept.credential_subject.measure) == (REGION, MEASURE)
        assert not {"region", "measure"} & json.loads(jws.split(token).payload)["credentialSubject"].keys()
