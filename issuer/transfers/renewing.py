"""A new version of a certificate that is registered: where it says the same of those years, they stand on it from now on.

Where it says something else, nothing changes here: the authority reverses what is registered, and the new version is brought.
"""

import json
from collections.abc import Mapping
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


def renew(work: Transaction, person_id: int, checked: Checked, years: Mapping[int, YearIn]) -> list[UUID]:
    """Let each registered transfer of this person whose certificate its issuer has superseded stand on the new one, where
    every year of it is in `years` as it was registered; answers which. A certificate with missing checks renews nothing.
    """
    if checked.missing:
        return []
    mine = (transfer_in.c.person_id == person_id) & (transfer_in.c.state == Status.REGISTERED)
    old = sa.select(transfer_in).where(mine, transfer_in.c.standing_there == There.SUPERSEDED)
    renewed = []
    for row in work.connection.execute(old.order_by(transfer_in.c.id).with_for_update()).all():
        of_this_issuer = json.loads(row.checks).get("issuer") == checked.credential.issuer
        if of_this_issuer and _says_the_same(work.connection, row, years):
            _stand_on(work, row, checked)
            renewed.append(row.id)
    return renewed


def _says_the_same(connection: sa.Connection, row: sa.Row[Any], years: Mapping[int, YearIn]) -> bool:
    its = (transfer_in_year.c.transfer_id == row.id) & transfer_in_year.c.stands
    for one in connection.execute(sa.select(transfer_in_year).where(its)):
        facts = json.loads(one.facts, parse_float=Decimal)
        before = {(b["kind"], Decimal(b["hours"]), b.get("category")) for b in facts["blocks"]}
        now = years.get(one.year)
        if now is None or (now.complete, now.carried) != (facts["origin_complete"], Decimal(one.carried)):
            return False
        if before != {(block.kind, block.hours, block.category) for block in now.blocks}:
            return False
    return True


def _stand_on(work: Transaction, row: sa.Row[Any], checked: Checked) -> None:
    serial, now = checked.credential.credential_subject.serial, work.instance.now()
    values = {"token": checked.token, "standing_there": There.STANDS, "asked_at": now, "answered_at": now}
    work.connection.execute(sa.update(transfer_in).where(transfer_in.c.id == row.id).values(values))
    zh = f"本人交来新版 {serial}，这些年度与登记的一样"
    en = f"the new version {serial} was brought and says the same of these years"
    note_finding(work, row.id, Answer(There.STANDS, serial, zh, en))
