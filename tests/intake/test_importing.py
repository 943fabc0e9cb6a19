"""What an import leaves: hours once, a ledger that holds together, a receipt that anyone may check."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from issuer.instance import Instance, writing
from issuer.intake.asked import Asked
from issuer.intake.batches import DONE
from issuer.intake.errors import FileRefused, TotalsDiffer
from issuer.intake.profiles import find_profile
from issuer.intake.receipts import TYP
from issuer.intake.service import rehearse
from issuer.intake.tables import held_import, import_batch, import_change, imported_record
from issuer.keys.ring import Use
from issuer.people.affiliation import AffiliationKind
from issuer.people.identifier import IdType, read_identifier
from issuer.people.registry import Belonging, enter_professional
from issuer.people.tables import professional
from issuer.registration.tables import activity
from ledger.entry import canonical
from ledger.tables import entry, private
from tests.intake.dirt import SECTOR, row, sector
from tests.intake.sending import hold_together, quiet, registered_hours, send, write
from tests.issuer.registration.office import Office
from tests.issuer.town import Town, number
from verifier import jws


def test_the_same_file_twice_is_registered_once(instance: Instance, province: Town, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [row(0, 1), row(1, 2)])
    first = send(instance, path)
    again = send(instance, path)
    assert (again.before, again.batch_id, again.receipt) == (True, first.batch_id, first.receipt)
    assert first.totals.rows["registered"] == 2
    copy = write(tmp_path / "b.csv", [row(1, 2), row(0, 1)])
    assert send(instance, copy).totals.rows["again"] == 2
    assert sorted(registered_hours(instance).values()) == [[30], [30]]
    hold_together(instance)


def test_a_receipt_names_the_entries_and_can_be_checked(
    instance: Instance, province: Town, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.csv", [row(0, 1), row(1, 2), row(2, 3)])
    report = send(instance, path, portion=2)
    info = instance.keys.current(Use.CREDENTIAL, instance.now())
    key = jws.PublicKey.from_jwk(info.jwk)
    told = json.loads(jws.verify(report.receipt or "", key, TYP))
    with instance.engine.connect() as connection:
        size = connection.execute(sa.select(sa.func.count()).select_from(entry)).scalar_one()
    assert told["positions"] == [[size - 4, size - 1]], "three activities and the batch's own entry"
    assert (told["batch"], told["log"]["size"]) == (str(report.batch_id), size)
    assert told["totals"] == {"rows": {"registered": 3}, "hours": {"registered": "90"}, "faults": {}}
    for one in (number(0), "示例"):
        assert one not in json.dumps(told, ensure_ascii=False)


def test_the_ledger_commits_to_what_is_registered(instance: Instance, province: Town, tmp_path: Path) -> None:
    """Also where a title or a key tries to look like the id that is filled in."""
    zeros = "00000000-0000-0000-0000-000000000000"
    odd = row(0, 1, F=zeros, E=f'课程","id":"{zeros}","x":"\\"id\\":\\"{zeros}\\"')
    send(instance, write(tmp_path / "a.csv", [odd, row(1, 2)]))
    query = (
        sa.select(activity.c.event_id, activity.c.facts, professional.c.person_key, private.c.payload)
        .join(professional, professional.c.id == activity.c.person_id)
        .join(private, private.c.event_id == activity.c.event_id)
    )
    with instance.engine.connect() as connection:
        found = connection.execute(query).all()
    assert len(found) == 2
    for one in found:
        facts = json.loads(one.facts)
        assert facts["id"] == str(one.event_id)
        told = {"person": one.person_key.hex(), "source": "base-platform", "activity": one.facts}
        assert one.payload == canonical(told)
    assert {json.loads(one.facts)["event_key"] for one in found} == {zeros, "K0002"}


def test_a_withdrawal_reverses_and_never_deletes(instance: Instance, province: Town, tmp_path: Path) -> None:
    send(instance, write(tmp_path / "a.csv", [row(0, 1), row(1, 2)]))
    gone = row(0, 1, N="作废", M="2025-09-01")
    assert send(instance, write(tmp_path / "b.csv", [gone])).totals.rows["withdrawn"] == 1
    assert list(registered_hours(instance).values()) == [[30]]
    back = row(0, 1, M="2025-10-01")
    assert send(instance, write(tmp_path / "c.csv", [back])).totals.rows["corrected"] == 1
    assert list(registered_hours(instance).values()) == [[30], [30]]
    with instance.engine.connect() as connection:
        changes = connection.execute(sa.select(import_change.c.status).order_by(import_change.c.at)).scalars()
        assert list(changes) == ["reversed", "registered"]
    hold_together(instance)


def test_two_records_of_one_activity_stand_until_both_are_withdrawn(
    instance: Instance, province: Town, tmp_path: Path
) -> None:
    send(instance, write(tmp_path / "a.csv", [row(0, 1), row(0, 1, C="R9")]))
    assert list(registered_hours(instance).values()) == [[30]]
    send(instance, write(tmp_path / "b.csv", [row(0, 1, C="R9", N="作废", M="2025-09-01")]))
    assert list(registered_hours(instance).values()) == [[30]]
    send(instance, write(tmp_path / "c.csv", [row(0, 1, N="作废", M="2025-09-01")]))
    assert registered_hours(instance) == {}
    hold_together(instance)


def test_a_correction_replaces_the_hours(instance: Instance, province: Town, tmp_path: Path) -> None:
    send(instance, write(tmp_path / "a.csv", [row(0, 1)]))
    send(instance, write(tmp_path / "b.csv", [row(0, 1, K="20", M="2025-09-01")]))
    assert list(registered_hours(instance).values()) == [[20]]
    assert send(instance, write(tmp_path / "c.csv", [row(0, 1, G="改名")])).totals.rows["stale"] == 1
    assert list(registered_hours(instance).values()) == [[20]]
    hold_together(instance)


def test_without_revisions_the_day_of_the_data_orders_batches(
    instance: Instance, province: Town, tmp_path: Path
) -> None:
    def sent(name: str, as_of: str, state: str) -> None:
        path = write(tmp_path / name, [sector(J=state)], SECTOR)
        send(instance, path, profile="sector-training", as_of=as_of)

    sent("a.csv", "d20250601", "有效")
    sent("b.csv", "d20250701", "取消")
    assert registered_hours(instance) == {}
    sent("c.csv", "d20250615", "有效")
    assert registered_hours(instance) == {}, "older data does not undo a withdrawal"
    sent("d.csv", "d20250801", "有效")
    assert list(registered_hours(instance).values()) == [[16]]


def test_whoever_was_missing_is_taken_from_the_same_file_later(
    instance: Instance, province: Town, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.csv", [row(0, 1), row(0, 2, A=number(9), B="示例新人")])
    assert send(instance, path).totals.faults == {"unknown_person": 1}
    with writing(instance) as work:
        belonging = Belonging(
            AffiliationKind.LOCAL_UNIT, instance.today().replace(month=1, day=1), province.units["local"]
        )
        enter_professional(work, read_identifier(IdType.RESIDENT_ID, number(9)), "示例新人", belonging)
    later = send(instance, path)
    assert (later.totals.rows["again"], later.totals.rows["registered"]) == (1, 1)
    assert send(instance, path).before
    hold_together(instance)


TWINS = {
    "the same key": ({"event_key": "Z0001"}, {"D": "另一名称"}, "key"),
    "the same days and name": ({}, {"D": "示 例", "F": "别的单位"}, "days"),
    "the same days and organiser": ({}, {"D": "另一名称", "F": "示例"}, "days"),
    "other days": ({}, {"D": "示例", "G": "2025-05-14", "H": "2025-05-15"}, None),
    "the same days, something else": ({}, {"D": "另一名称", "F": "别的单位"}, None),
}


@pytest.mark.parametrize("name", TWINS)
def test_what_was_declared_by_hand_is_held_and_counts_once(
    instance: Instance, province: Town, tmp_path: Path, name: str
) -> None:
    key, changes, why = TWINS[name]
    office = Office(instance, province)
    declared = {
        "category": "training",
        "mode": "offline",
        "schedule": [{"from": "2025-05-12", "to": "2025-05-13", "unit": "full_day"}],
        **key,
    }
    office.register(declared)
    report = send(
        instance, write(tmp_path / "a.csv", [sector(0, **changes)], SECTOR), profile="sector-training"
    )
    with instance.engine.connect() as connection:
        held = connection.execute(sa.select(held_import)).all()
    hold_together(instance)
    counted = office.year(2025).decision.professional
    if why is None:
        assert (report.totals.rows, held, counted) == (
            {"registered": 1},
            [],
            32 if name == "other days" else 16,
        )
    else:
        assert report.totals.rows == {"held": 1}
        assert [(one.state, one.why) for one in held] == [("held", why)]
        assert counted == 16


def test_announced_totals_are_held_to(instance: Instance, province: Town, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [row(0, 1), row(1, 2)])
    for wrong in ({"rows": 3}, {"hours": Decimal(61)}):
        with pytest.raises(TotalsDiffer):
            send(instance, path, **wrong)
    assert registered_hours(instance) == {}
    assert send(instance, path, rows=2, hours=Decimal(60)).totals.said == 2


def test_all_or_nothing(instance: Instance, province: Town, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [row(0, 1), row(1, 2, K="")])
    report = send(instance, path, all_good=True)
    assert (report.receipt, registered_hours(instance)) == (None, {})


def test_a_dry_run_leaves_nothing(instance: Instance, province: Town, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [row(0, 1), row(0, 1), row(1, 2)])
    report = rehearse(instance, path, find_profile("base-platform"), Asked(), quiet)
    assert report.totals.rows == {"registered": 2, "again": 1}
    with instance.engine.connect() as connection:
        for table in (import_batch, imported_record):
            assert connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() == 0


def test_a_file_that_breaks_off_goes_on_when_it_is_whole(
    instance: Instance, province: Town, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.csv", [row(0, 1), row(1, 2)])
    whole = path.read_bytes()
    path.write_bytes(whole + b'"629901')
    with pytest.raises(FileRefused):
        send(instance, path, portion=1)
    path.write_bytes(whole)
    report = send(instance, path)
    assert report.totals.rows == {"again": 2}
    with instance.engine.connect() as connection:
        assert connection.execute(sa.select(import_batch.c.state)).scalars().all().count(DONE) == 1
    hold_together(instance)
