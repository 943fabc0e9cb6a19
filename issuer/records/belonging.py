"""Under whom a year is certified: the employer it names, and who verified and registered."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from issuer.people.affiliation import AffiliationKind
from issuer.people.tables import affiliation, authority, unit
from issuer.registration.roster import Affiliation


def belonging_on(
    connection: sa.Connection, people: Sequence[int], day: date
) -> dict[int, tuple[str, Affiliation]]:
    """Employer and registrar on a day; else the affiliation that began last before it, else the first after it."""
    above, agency = authority.alias("above"), authority.alias("agency")
    rows = connection.execute(
        sa.select(
            affiliation.c.person_id,
            affiliation.c.kind,
            affiliation.c.from_day,
            unit.c.name.label("unit"),
            above.c.name.label("above"),
            agency.c.name.label("agency"),
        )
        .outerjoin(unit, unit.c.id == affiliation.c.unit_id)
        .outerjoin(above, above.c.id == unit.c.authority_id)
        .outerjoin(agency, agency.c.id == affiliation.c.agency_id)
        .where(affiliation.c.person_id.in_(people))
        .order_by(affiliation.c.from_day.desc())
    ).all()
    root = connection.scalar(sa.select(authority.c.name).where(authority.c.parent_id.is_(None)))
    chosen: dict[int, Any] = {}
    for (
        row
    ) in rows:  # the latest first: one that began by the day stays, one after it gives way to an earlier one
        if row.person_id not in chosen or chosen[row.person_id].from_day > day:
            chosen[row.person_id] = row
    return {person: _employer_and_registrar(row, str(root)) for person, row in chosen.items()}


def _employer_and_registrar(row: Any, root: str) -> tuple[str, Affiliation]:
    kind = AffiliationKind(row.kind)
    registrar = {
        AffiliationKind.LOCAL_UNIT: row.above,
        AffiliationKind.PROVINCIAL_UNIT: row.above or root,
        AffiliationKind.CENTRAL_UNIT: row.unit,
        AffiliationKind.PERSONNEL_AGENCY: row.agency,
    }[kind]
    return row.unit or f"（人事代理）{row.agency}", Affiliation(registrar=registrar, kind=kind)
