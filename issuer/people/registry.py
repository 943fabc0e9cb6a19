"""Professionals one by one: entering, finding by document, belonging, and revealing a number. The caller opens the transaction."""

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from issuer.acts import Act, note_act
from issuer.errors import NotFound
from issuer.instance import Transaction
from issuer.keys.vault import Sealed
from issuer.people.affiliation import Affiliation, AffiliationKind
from issuer.people.errors import IdentifierError, UnitRefused
from issuer.people.identifier import Identifier
from issuer.people.service import Person, subject_of
from issuer.people.tables import affiliation, identity_document, professional, unit
from issuer.people.wording import read_name


@dataclass(frozen=True)
class Belonging:
    """Where somebody belongs from a day on: a unit by id, the agency that keeps the file, or both."""

    kind: AffiliationKind
    from_day: date
    unit_id: int | None = None
    agency_id: int | None = None


def enter_professional(
    work: Transaction, identifier: Identifier, name: str, belonging: Belonging, actor_key: bytes | None = None
) -> Person:
    """Enter a professional with document, name and first affiliation; who typed the number is an act of its own.

    Raises:
        IdentifierError: the document is in use already, or the name has characters that do not print.
        UnitRefused: as `move`.
    """
    key = identifier.person_key(work.instance.person_secret)
    if find(work.connection, key) is not None:
        raise _in_use()
    row = {
        "person_key": key,
        "id_type": identifier.id_type,
        "masked_identifier": identifier.masked,
        "name": read_name(name),
        "employer": _employer(work.connection, belonging),
    }
    try:
        with work.connection.begin_nested():
            made = work.connection.execute(sa.insert(professional).values(row).returning(professional.c.id))
            person = Person(int(made.scalar_one()), key)
    except sa.exc.IntegrityError:  # somebody entered the same document at the same moment
        raise _in_use() from None
    sealed = work.instance.vault.seal(identifier.number, key)
    kept = {"person_id": person.id, "sealed": sealed.data, "sealed_by": sealed.by}
    work.connection.execute(sa.insert(identity_document).values(kept))
    note_act(work, Act("professional-entered", subject_of(person), {}, actor_key))
    move(work, person, belonging, actor_key)
    return person


def _in_use() -> IdentifierError:
    return IdentifierError(
        "a document that nobody uses here; who is entered already comes by a change of employer",
        "这个证件号码已有人使用；本人已在这里登记过的，请用“接收人员”变更单位",
    )


def move(work: Transaction, person: Person, belonging: Belonging, actor_key: bytes | None = None) -> None:
    """Let a person belong elsewhere from a day on; the affiliation before ends the day before.

    Raises:
        UnitRefused: the new affiliation begins on or before the day the standing one began, or its unit or agency is
            missing.
    """
    needs_agency = belonging.kind is AffiliationKind.PERSONNEL_AGENCY
    if needs_agency != (belonging.agency_id is not None) or (not needs_agency and belonging.unit_id is None):
        raise UnitRefused(
            "人事代理须写明代理机构，其他隶属须写明单位 an agency's affiliation names the agency, any other a unit"
        )
    standing = (affiliation.c.person_id == person.id) & affiliation.c.until_day.is_(None)
    began = work.connection.scalar(sa.select(affiliation.c.from_day).where(standing))
    if began is not None and belonging.from_day <= began:
        raise UnitRefused(
            f"新的隶属应晚于 {began}（现隶属的起始日）the new affiliation begins after {began}, when the standing one began"
        )
    last = belonging.from_day - timedelta(days=1)
    work.connection.execute(sa.update(affiliation).where(standing).values(until_day=last))
    row = {
        "person_id": person.id,
        "kind": belonging.kind,
        "unit_id": belonging.unit_id,
        "agency_id": belonging.agency_id,
        "from_day": belonging.from_day,
    }
    work.connection.execute(sa.insert(affiliation).values(row))
    work.connection.execute(
        sa.update(professional)
        .where(professional.c.id == person.id)
        .values(employer=_employer(work.connection, belonging))
    )
    body: dict[str, object] = {key: str(value) for key, value in row.items() if value is not None}
    note_act(work, Act("affiliation-changed", subject_of(person), body, actor_key))


def affiliation_on(connection: sa.Connection, person_id: int, day: date) -> Affiliation:
    """Where a person belongs on a day (A27: at declaration).

    Raises:
        NotFound: nowhere on that day.
    """
    row = connection.execute(
        sa.select(affiliation, unit.c.authority_id)
        .outerjoin(unit, unit.c.id == affiliation.c.unit_id)
        .where(affiliation.c.person_id == person_id, affiliation.c.from_day <= day)
        .where(affiliation.c.until_day.is_(None) | (affiliation.c.until_day >= day))
    ).one_or_none()
    if row is None:
        raise NotFound(f"{day} 没有人事隶属记录 no affiliation is recorded on {day}")
    kind = AffiliationKind(row.kind)
    return Affiliation(kind, row.unit_id, row.agency_id, row.authority_id, row.from_day, row.until_day)


def find(connection: sa.Connection, person_key: bytes) -> Person | None:
    """Find a professional by the keyed fingerprint of the document."""
    found = connection.scalar(sa.select(professional.c.id).where(professional.c.person_key == person_key))
    return None if found is None else Person(int(found), person_key)


def reveal(work: Transaction, person: Person, actor_key: bytes, reason: str) -> str:
    """Open a person's document number for somebody who needs it. That it was opened is an act of its own.

    Raises:
        NotFound: no number is kept for this person (entered from a roster, which keeps the fingerprint only).
        SealBroken: the sealed number does not belong to this person.
    """
    kept = work.connection.execute(
        sa.select(identity_document).where(identity_document.c.person_id == person.id)
    ).one_or_none()
    if kept is None:
        raise NotFound("没有保存这个人的证件号码 no document number is kept for this person")
    number = work.instance.vault.reveal(Sealed(kept.sealed, kept.sealed_by), person.key)
    note_act(work, Act("number-revealed", subject_of(person), {}, actor_key, reason=reason))
    return number


def _employer(connection: sa.Connection, belonging: Belonging) -> str:
    """The employer as certificates print it: the unit's name; an agency's person without a unit has none."""
    if belonging.unit_id is None:
        return "（人事代理，无用人单位）"
    return str(connection.execute(sa.select(unit.c.name).where(unit.c.id == belonging.unit_id)).scalar_one())
