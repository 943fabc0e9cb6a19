"""What is held beside a declaration: decided by its authority, one counted; let go when the declaration is reversed."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from issuer.access.roles import Actor
from issuer.database import Paging
from issuer.errors import NotFound
from issuer.instance import Instance, writing
from issuer.intake.holding import Decision, Held, decide, list_held, read_held
from issuer.intake.tables import held_import
from issuer.intake.worker import Worker
from issuer.registration.declarations import Taken, take
from issuer.registration.errors import Overtaken
from issuer.registration.procedure import Step
from issuer.registration.tables import declaration
from ledger.store import reading
from tests.intake.dirt import SECTOR, sector
from tests.intake.sending import hold_together, send, write
from tests.issuer.registration.office import Office
from tests.issuer.town import Town

DECLARED: dict[str, Any] = {
    "category": "training",
    "mode": "offline",
    "event_key": "Z0001",
    "schedule": [{"from": "2025-05-12", "to": "2025-05-13", "unit": "full_day"}],
}


@pytest.fixture
def office(instance: Instance, province: Town) -> Office:
    return Office(instance, province)


def held(office: Office, tmp_path: Path, hours: str = "12") -> Held:
    """A declaration of 16 hours, and the same course sent by a system with `hours`."""
    office.register(DECLARED)
    report = send(
        office.instance, write(tmp_path / "a.csv", [sector(0, I=hours)], SECTOR), profile="sector-training"
    )
    assert report.totals.rows == {"held": 1}
    return waiting(office.instance, office.verifier)[0]


def waiting(instance: Instance, actor: Actor) -> list[Held]:
    with reading(instance.engine).connect() as connection:
        return list_held(connection, instance.library, actor, Paging())


def decided(
    office: Office, one: Held, take: Any, actor: Actor | None = None, seen: str | None = None
) -> None:
    with writing(office.instance) as work:
        decide(work, actor or office.verifier, one.id, Decision(take, seen or one.seen, "示例说明"))


def state_of(instance: Instance) -> list[str]:
    with instance.engine.connect() as connection:
        return list(connection.execute(sa.select(held_import.c.state)).scalars())


def test_side_by_side_and_the_declared_one_is_kept(office: Office, tmp_path: Path) -> None:
    one = held(office, tmp_path)
    assert (one.declared.title, one.imported.title) == ("示例", "示例培训")
    assert (one.declared.first, one.imported.last, one.imported.figure) == ("2025-05-12", "2025-05-13", 12)
    assert one.declared.figure == 16, "two full days, as the rules count them"
    decided(office, one, "declared")
    assert (waiting(office.instance, office.verifier), state_of(office.instance)) == ([], ["kept"])
    assert office.year(2025).decision.professional == 16
    report = send(
        office.instance,
        write(tmp_path / "b.csv", [sector(0, I="12"), sector(0, I="12")], SECTOR),
        profile="sector-training",
    )
    assert report.totals.rows == {"again": 2}, "sent again, it stays as decided"
    hold_together(office.instance)


def test_the_imported_one_is_taken_and_the_declaration_reversed(office: Office, tmp_path: Path) -> None:
    one = held(office, tmp_path)
    decided(office, one, "imported")
    with office.instance.engine.connect() as connection:
        assert connection.execute(sa.select(declaration.c.state)).scalar_one() == "reversed"
    assert state_of(office.instance) == ["released"]
    assert office.year(2025).decision.professional == 12
    gone = write(tmp_path / "b.csv", [sector(0, I="12", J="取消")], SECTOR)
    assert send(office.instance, gone, profile="sector-training", as_of="d20260101").totals.rows == {
        "withdrawn": 1
    }
    assert office.year(2025).decision.professional == 0, "a released one is withdrawn as any other"
    hold_together(office.instance)


@pytest.mark.parametrize("kept", [False, True])
def test_it_is_let_go_when_the_declaration_is_reversed(office: Office, tmp_path: Path, kept: bool) -> None:  # noqa: FBT001
    one = held(office, tmp_path)
    if kept:
        decided(office, one, "declared")
    with writing(office.instance) as work:
        take(work, office.verifier, one.declaration_id, Taken(Step.REVERSE, 3, "R05", "示例"))
    assert waiting(office.instance, office.verifier) == []
    Worker(office.instance).look()
    assert (state_of(office.instance), office.year(2025).decision.professional) == (["released"], 12)
    Worker(office.instance).look()
    hold_together_after_publishing(office.instance)


def hold_together_after_publishing(instance: Instance) -> None:
    from issuer.publication import publish

    publish(instance)
    hold_together(instance)


def test_only_its_authority_decides_and_on_what_it_saw(office: Office, tmp_path: Path) -> None:
    one = held(office, tmp_path)
    assert waiting(office.instance, office.department) == []
    with pytest.raises(NotFound):
        decided(office, one, "imported", office.department)
    with pytest.raises(Overtaken):
        decided(office, one, "imported", seen="held_9")
    decided(office, one, "declared")
    with pytest.raises(NotFound):
        decided(office, one, "imported")
    with reading(office.instance.engine).connect() as connection, pytest.raises(NotFound):
        read_held(connection, office.instance.library, office.verifier, one.id)
