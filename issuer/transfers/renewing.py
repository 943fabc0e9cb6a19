"""A new version of a certificate that is registered, held against what it was registered with (Art. 11).

Where it says the same of those years, they stand on it from now on. Where it says something else of them, it is to take
the old one's place: until the authority has decided, the old hours count and no new document of these years is issued.
Where a year of the old one is not in it, nothing is done: that year's hours would be lost.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from issuer.instance import Transaction
from issuer.transfers.checking import Checked
from issuer.transfers.findings import Answer, There, note_finding
from issuer.transfers.mapping import YearIn
from issuer.transfers.tables import transfer_in, transfer_in_year
from rules.activity import Status


@dataclass
class Older:
    """Registered transfers whose certificate the new one has superseded, by what it says of their years."""

    same: list[sa.Row[Any]] = field(default_factory=list)
    other: list[sa.Row[Any]] = field(default_factory=list)
    years: set[int] = field(default_factory=set)
    """Those of which it says something else, with the others of the same transfers."""
    lacking: set[int] = field(default_factory=set)
    """Years of a transfer that says something else, or nothing, and are not in the new version."""


def sort_out(
    connection: sa.Connection, person_id: int, checked: Checked, years: Mapping[int, YearIn]
) -> Older:
    """Find what a certificate has superseded here; `years` as it says them. One with missing checks supersedes nothing."""
    found = Older()
    if checked.missing:
        return found
    mine = (transfer_in.c.person_id == person_id) & (transfer_in.c.state == Status.REGISTERED)
    old = sa.select(transfer_in).where(mine, transfer_in.c.standing_there == There.SUPERSEDED)
    for row in connection.execute(old.order_by(transfer_in.c.id).with_for_update()).all():
        if json.loads(row.checks).get("issuer") != checked.credential.issuer:
            continue
        its = _years(connection, row.id)
        if its.keys() - years.keys():
            found.lacking |= its.keys() - years.keys()
        elif all(_same(facts, carried, years[year]) for year, (facts, carried) in its.items()):
            found.same.append(row)
        else:
            found.other.append(row)
            found.years |= its.keys()
    return found


def _years(connection: sa.Connection, transfer_id: UUID) -> dict[int, tuple[dict[str, Any], Decimal]]:
    its = (transfer_in_year.c.transfer_id == transfer_id) & transfer_in_year.c.stands
    return {
        one.year: (json.loads(one.facts, parse_float=Decimal), Decimal(one.carried))
        for one in connection.execute(sa.select(transfer_in_year).where(its))
    }


def _same(facts: Mapping[str, Any], carried: Decimal, now: YearIn) -> bool:
    before = {(b["kind"], Decimal(b["hours"]), b.get("category")) for b in facts["blocks"]}
    # The origin's conclusion holds for whole years before the move; the year of the move is decided here.
    whole = facts["year"] < int(facts["moved_on"][:4])
    if now.carried != carried or (whole and now.complete != facts["origin_complete"]):
        return False
    return before == {(block.kind, block.hours, block.category) for block in now.blocks}


def stand_on(work: Transaction, row: sa.Row[Any], checked: Checked) -> None:
    """Let a registered transfer stand on a new version that says the same."""
    serial, now = checked.credential.credential_subject.serial, work.instance.now()
    values = {"token": checked.token, "standing_there": There.STANDS, "asked_at": now, "answered_at": now}
    work.connection.execute(sa.update(transfer_in).where(transfer_in.c.id == row.id).values(values))
    zh = f"本人交来新版 {serial}，这些年度与登记的一样"
    en = f"the new version {serial} was brought and says the same of these years"
    note_finding(work, row.id, Answer(There.STANDS, serial, zh, en))
