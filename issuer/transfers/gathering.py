"""What a transfer certificate says: each year's standing document, and where the person belongs. The caller opens the transaction."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from issuer.certificates import fonts
from issuer.credentials.building import Leaving
from issuer.credentials.sealing import Issued
from issuer.credentials.tables import credential, withdrawal
from issuer.credentials.transfers import issue_transfer
from issuer.errors import InputRefused, Problem
from issuer.instance import Transaction
from issuer.people.tables import professional
from issuer.records.belonging import belonging_on
from issuer.records.issuing import issue_portion
from issuer.records.tables import year_record
from issuer.registration.days import days_of
from issuer.registration.entered import EntryKind, EntryState
from issuer.registration.tables import activity, authority_entry
from issuer.transfers.errors import TransferRefused
from issuer.transfers.findings import undecided
from rules.activity import Status
from rules.errors import NoPackInForce
from rules.library import Library
from verifier import jws
from verifier.credential import parse_payload
from verifier.subjects import MAX_YEARS, Subject, TransferSubject, YearFigures, YearRow


def certify(work: Transaction, person_id: int, years: Sequence[int] = ()) -> Issued:
    """Issue the transfer certificate of a person, each registered year brought up to date before.

    Raises:
        TransferRefused: hours that were taken in are revoked or otherwise at their origin, and nobody has decided on that.
        As `bring_up_to_date`, `leaving` and `credentials.transfers.issue_transfer`.
    """
    if waiting := undecided(work.connection, person_id=person_id).get(person_id):
        zh, en = "；".join(one.zh for one in waiting), "; ".join(one.en for one in waiting)
        raise TransferRefused(
            f"{zh}。主管部门处理以后才能开具转移证明 {en}: the authority decides on that first"
        )
    bring_up_to_date(work, person_id)
    return issue_transfer(work, person_id, leaving(work, person_id, years))


def bring_up_to_date(work: Transaction, person_id: int) -> None:
    """Issue each of the person's years as it is registered now, a statement of hours where it is not complete.

    Somebody who came in by a roster has no affiliation here: the roster's own years are all that there is.

    Raises:
        InputRefused: a year's records contradict themselves, or have characters that no font has.
        ReleaseRefused, KeyUnavailable: as `credentials.service.issue_all`.
    """
    if not belonging_on(work.connection, [person_id], work.instance.today()):
        return
    for year in sorted(set(_registered_years(work.connection, person_id))):
        try:
            done = issue_portion(work, [person_id], year, statements=True)
        except NoPackInForce:
            continue  # hours of before the measure: nothing of ours certifies them
        if done.problems:
            raise InputRefused(str(year), done.problems)


def years_to_take(connection: sa.Connection, library: Library, person_id: int) -> list[int]:
    """The years that a transfer certificate of this person could name: registered or certified, and judged by a measure."""
    years = set(_registered_years(connection, person_id)) | _standing(connection, person_id).keys()
    return sorted(year for year in years if library.on(date(year, 12, 31)) is not None)


def years_on(issued: Issued) -> tuple[int, ...]:
    """The years that a transfer certificate names."""
    subject = parse_payload(jws.split(issued.jws).payload).credential_subject
    return tuple(row.year for row in subject.years) if isinstance(subject, TransferSubject) else ()


def leaving(work: Transaction, person_id: int, years: Sequence[int]) -> Leaving:
    """Say everything that the certificate will: `years`, or the latest ten that have a document.

    Raises:
        TransferRefused: no year has a document that stands, not all of those asked for, or too many.
        InputRefused: a character that no font has.
    """
    documents = _standing(work.connection, person_id)
    wanted = sorted(set(years)) or sorted(documents)[-MAX_YEARS:]
    if absent := [str(year) for year in wanted if year not in documents]:
        raise TransferRefused(
            f"{'、'.join(absent)} 年度没有有效的证明或明细 no document that stands for {', '.join(absent)}"
        )
    if not 0 < len(wanted) <= MAX_YEARS:
        raise TransferRefused(
            f"应有 1 至 {MAX_YEARS} 个已签发的年度，现有 {len(wanted)} 个"
            f" 1 to {MAX_YEARS} years with a document, not {len(wanted)}"
        )
    said = _told(work, person_id, documents[wanted[-1]], tuple(_row(documents[year]) for year in wanted))
    if missing := fonts.missing(said.name + said.employer + said.registrar):
        message = f"没有字体能印出 no font has {', '.join(missing)}"
        raise InputRefused("transfer", (Problem("/person", "characters of GB 18030-2022", message),))
    return said


def _told(work: Transaction, person_id: int, newest: Subject, rows: tuple[YearRow, ...]) -> Leaving:
    """Name, employer and registrar of today; of somebody from a roster, those of the newest document."""
    where = belonging_on(work.connection, [person_id], work.instance.today()).get(person_id)
    name = work.connection.execute(sa.select(professional.c.name).where(professional.c.id == person_id))
    if where is None:
        employer, registrar, own = newest.employer, newest.registrar, newest.self_verified
    else:
        employer, registrar, own = where[0], where[1].registrar, where[1].self_verified
    return Leaving(str(name.scalar_one()), newest.identifier, employer, registrar, own, rows, newest.measure)


def _row(document: Subject) -> YearRow:
    figures = {name: getattr(document, name) for name in YearFigures.model_fields}
    return YearRow(certificate=document.serial, **figures)


def _standing(connection: sa.Connection, person_id: int) -> dict[int, Subject]:
    """The newest document of each year, those withdrawn left out."""
    gone = sa.select(withdrawal.c.serial).where(withdrawal.c.serial == credential.c.serial)
    rows = connection.execute(
        sa.select(credential.c.jws)
        .join(year_record, year_record.c.id == credential.c.record_id)
        .where(year_record.c.person_id == person_id, ~gone.exists())
        .order_by(year_record.c.version)
    )
    subjects = (parse_payload(jws.split(row.jws).payload).credential_subject for row in rows)
    return {subject.year: subject for subject in subjects if isinstance(subject, Subject)}


def _registered_years(connection: sa.Connection, person_id: int) -> Iterator[int]:
    """Every year that something registered of the person may count in."""
    yield from connection.execute(
        sa.select(year_record.c.year).where(year_record.c.person_id == person_id)
    ).scalars()
    facts = connection.execute(
        sa.select(activity.c.facts).where(
            activity.c.person_id == person_id, activity.c.status == Status.REGISTERED
        )
    )
    for text in facts.scalars():
        yield from _years_of(json.loads(text, parse_float=Decimal))
    entered = connection.execute(
        sa.select(authority_entry.c.body).where(
            authority_entry.c.person_id == person_id,
            authority_entry.c.kind.in_([EntryKind.FILING, EntryKind.MAKE_UP]),
            authority_entry.c.state == EntryState.IN_FORCE,
        )
    )
    for text in entered.scalars():
        body = json.loads(text)
        yield from body.get("years", ())
        yield from [body["year"]] if "year" in body else ()


def _years_of(raw: dict[str, Any]) -> Iterator[int]:
    first, last = days_of(raw)
    if first:
        yield from range(int(first[:4]), int(last[:4]) + 1)
    if raw.get("makes_up_year"):
        yield int(raw["makes_up_year"])
