"""What somebody brings from another province, as it stands in a year: under way, and in which years there is any. Only reads."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from issuer.transfers.tables import transfer_in, transfer_in_step, transfer_in_year
from rules.activity import Status
from rules.library import Library

_UNDER_WAY = (Status.SUBMITTED, Status.EMPLOYER_APPROVED, Status.RETURNED)


@dataclass(frozen=True)
class Coming:
    """One year of a transfer that is under way. It is in no figure of what is registered."""

    transfer: UUID
    origin: str
    state: str
    by_machine: bool
    """The origin's signature stands in for the employer: only the authority confirms."""
    hours: Decimal
    complete: bool
    """The origin says so."""
    whole: bool
    """A whole year before the move, so that the origin's conclusion holds."""
    missing: tuple[tuple[str, str], ...]
    """Checks that the machine could not make, in Chinese and in English."""
    reason: str | None
    words: str
    """Of the step that returned it."""
    facts: Mapping[str, Any]


def read_coming(connection: sa.Connection, person_id: int, year: int) -> tuple[Coming, ...]:
    """What comes to the year and waits for somebody, the oldest first."""
    rows = connection.execute(
        sa.select(transfer_in, transfer_in_year.c.facts, transfer_in_step.c.reason, transfer_in_step.c.words)
        .join(transfer_in_year, _as_sent())
        .join(
            transfer_in_step,
            (transfer_in_step.c.transfer_id == transfer_in.c.id)
            & (transfer_in_step.c.turn == transfer_in.c.turn),
        )
        .where(transfer_in.c.person_id == person_id, transfer_in.c.state.in_(_UNDER_WAY))
        .where(transfer_in_year.c.year == year)
        .order_by(transfer_in.c.changed_at)
    )
    return tuple(map(_coming, rows))


def years_that_came(connection: sa.Connection, person_id: int, library: Library) -> set[int]:
    """Years that a transfer was registered for and that the rules can decide."""
    rows = connection.execute(
        sa.select(transfer_in_year.c.facts)
        .join(transfer_in, _as_sent())
        .where(transfer_in.c.person_id == person_id, transfer_in.c.state == Status.REGISTERED)
    )
    found = (json.loads(text) for text in rows.scalars())
    return {one["year"] for one in found if _concluded(one) or _decided(library, one["year"])}


def _as_sent() -> sa.ColumnElement[bool]:
    """The years as they were filled in last."""
    return (transfer_in_year.c.transfer_id == transfer_in.c.id) & (
        transfer_in_year.c.edition == transfer_in.c.edition
    )


def _coming(row: sa.Row[Any]) -> Coming:
    facts = json.loads(row.facts, parse_float=Decimal)
    missing: Sequence[Mapping[str, str]] = json.loads(row.checks).get("missing", ())
    returned = row.state == Status.RETURNED
    return Coming(
        transfer=row.id,
        origin=row.origin,
        state=row.state,
        by_machine=row.door == "credential",
        hours=sum((Decimal(block["hours"]) for block in facts["blocks"]), Decimal(0)),
        complete=facts["origin_complete"],
        whole=_whole(facts),
        missing=tuple((one["zh"], one["en"]) for one in missing),
        reason=row.reason if returned else None,
        words=row.words if returned else "",
        facts={**facts, "status": row.state},
    )


def _whole(facts: Mapping[str, Any]) -> bool:
    return bool(facts["year"] < int(facts["moved_on"][:4]))


def _concluded(facts: Mapping[str, Any]) -> bool:
    return _whole(facts) and bool(facts["origin_complete"])


def _decided(library: Library, year: int) -> bool:
    return library.on(date(year, 12, 31)) is not None or library.expiring_in(year) is not None
