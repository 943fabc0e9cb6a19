"""What the tests of imports share: writing a file, sending it, and what is registered afterwards."""

import csv
import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from issuer.instance import Instance
from issuer.intake.asked import Asked
from issuer.intake.profiles import find_profile
from issuer.intake.service import Report, import_file
from issuer.reconciliation import reconcile_all
from issuer.registration.tables import activity
from ledger.fsck import fsck
from rules.activity import Status
from tests.intake.dirt import HEADINGS


def quiet(_share: float, _row: int) -> None:
    """A progress that nobody watches."""


def write(path: Path, rows: Iterable[Sequence[Any]], headings: Sequence[str] = HEADINGS) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headings, *rows])
    return path


def send(instance: Instance, path: Path, *, profile: str = "base-platform", **asked: Any) -> Report:
    return import_file(instance, path, find_profile(profile), Asked(**asked), quiet)


def registered_hours(instance: Instance) -> dict[int, list[Decimal]]:
    """The hours that stand, by person."""
    query = sa.select(activity.c.person_id, activity.c.facts).where(activity.c.status == Status.REGISTERED)
    found: dict[int, list[Decimal]] = {}
    with instance.engine.connect() as connection:
        for row in connection.execute(query):
            facts = json.loads(row.facts, parse_float=Decimal)
            assert facts["status"] == "registered"
            found.setdefault(row.person_id, []).append(
                Decimal(facts.get("total_hours", facts.get("credits")))
            )
    return {person: sorted(hours) for person, hours in found.items()}


def hold_together(instance: Instance) -> None:
    """Every row has its entry and every entry its row; the log is clean and nothing waits."""
    assert reconcile_all(instance.engine) == ()
    found = fsck(instance.engine, instance.log_signer.verifier())
    assert (found.findings, found.pending) == ((), 0)
