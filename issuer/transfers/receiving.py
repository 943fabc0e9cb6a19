"""What is known here of a person's years, and keeping what was brought. The caller opens the transaction."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from issuer.access.roles import Actor
from issuer.credentials.tables import credential
from issuer.evidence.proof import Proof
from issuer.evidence.service import attach
from issuer.evidence.tables import transfer_evidence
from issuer.instance import Transaction
from issuer.people.service import Person
from issuer.records.tables import year_record
from issuer.registration.declarations import routed
from issuer.registration.duties import hold_to_duty
from issuer.registration.procedure import Duty, Step, way
from issuer.registration.reading import read_activity
from issuer.registration.roster import facts_text
from issuer.transfers.errors import TransferRefused
from issuer.transfers.mapping import Amount, Known, YearIn
from issuer.transfers.stepping import CASE, Done, hold_turn, replaced_rows, row_of, write_step
from issuer.transfers.tables import transfer_in, transfer_in_year
from rules.activity import Status


class Door(StrEnum):
    """How it came in (Art. 11): verified by machine, or looked at by people."""

    CREDENTIAL = "credential"
    PAPER = "paper"


@dataclass(frozen=True)
class Brought:
    """A transfer as it is kept: from where, on which document, its years, and what the machine found of it."""

    door: Door
    region: str
    origin: str
    document_no: str
    moved_on: date
    years: tuple[YearIn, ...]
    checks: dict[str, Any]
    token: str | None = None
    words: str = ""
    proofs: tuple[Proof, ...] = ()


def known_years(connection: sa.Connection, person_id: int, region: str) -> dict[int, Known]:
    """What is known of each year: amounts that we certified or took in from others, and what came from there before."""
    amounts: dict[int, set[Amount]] = defaultdict(set)
    for row in connection.execute(
        sa.select(year_record.c.year, year_record.c.decision)
        .join(credential, credential.c.record_id == year_record.c.id)
        .where(year_record.c.person_id == person_id)
    ):
        amounts[row.year] |= _certified(json.loads(row.decision, parse_float=Decimal))
    taken, unclear = set(), set()
    mine = (transfer_in_year.c.person_id == person_id) & transfer_in_year.c.stands
    for row in connection.execute(sa.select(transfer_in_year).where(mine)):
        if row.region == region:
            taken.add(row.year)
            continue
        amounts[row.year].add(_brought(json.loads(row.facts, parse_float=Decimal)))
        if Decimal(row.carried):
            unclear.add(row.year)
    years = amounts.keys() | taken
    return {
        year: Known(tuple(sorted(amounts[year], key=repr)), year in taken, year in unclear) for year in years
    }


def _certified(decision: dict[str, Any]) -> set[Amount]:
    """What a certificate of ours said of a year: all of it, and the part that was no transfer itself.

    Another province takes over the first; one from which part of it came, and which knows that, only the second.
    """
    own = {"professional": Decimal(0), "public": Decimal(0)}
    for line in decision["lines"]:
        if line["category"] != "transfer_in" and line["subject"] in own:
            own[line["subject"]] += Decimal(line["recognised"])
    whole = Amount(Decimal(decision["professional"]), Decimal(decision["public"]))
    return {one for one in (whole, Amount(own["professional"], own["public"])) if one.total}


def _brought(facts: dict[str, Any]) -> Amount:
    """The hours of a year that was taken in, as the rules count its kinds: what is not professional is public."""
    by_kind = {True: Decimal(0), False: Decimal(0)}
    for block in facts["blocks"]:
        by_kind[block["kind"] == "professional"] += Decimal(block["hours"])
    return Amount(by_kind[True], by_kind[False])


def keep(work: Transaction, person: Person, new: Brought, replaces: Sequence[UUID] = ()) -> UUID:
    """Keep what was brought, on its way to the authority or, where people must check it, to the employer first. `replaces`:
    registered transfers whose place it is to take.

    Raises:
        TransferRefused: a year of it is on its way or registered from there already, or it has none.
        NotFound: the person belongs nowhere today.
        FactsError: its years contradict each other.
        EvidenceRefused: more than six proofs.
    """
    transfer_id = work.instance.fresh_id()
    row = {"id": transfer_id, "person_id": person.id, "state": Status.DRAFT, "turn": 0, "edition": 0}
    work.connection.execute(sa.insert(transfer_in).values(row | _columns(work, person, new)))
    old = transfer_in.c.id.in_(list(replaces))
    work.connection.execute(sa.update(transfer_in).where(old).values(replaced_by=transfer_id))
    _send(work, row_of(work.connection, transfer_id), person, new)
    return transfer_id


def send_again(work: Transaction, actor: Actor, transfer_id: UUID, turn: int, new: Brought) -> None:
    """Send a returned transfer again, filled in anew, on today's route.

    Raises:
        NotAllowed: somebody else's.
        StepRefused: it was not returned.
        Overtaken: somebody acted in between.
        TransferRefused, NotFound, FactsError, EvidenceRefused: as `keep`.
    """
    row = row_of(work.connection, transfer_id)
    hold_to_duty(work.connection, actor, row, Duty.DECLARANT, CASE)
    hold_turn(work, row, turn, actor.person_key)
    way(Status(row.state), Step.SUBMIT)
    person = Person(row.person_id, actor.person_key)
    its = transfer_in_year.c.transfer_id == transfer_id
    work.connection.execute(sa.update(transfer_in_year).where(its).values(stands=False))
    work.connection.execute(
        sa.update(transfer_in).where(transfer_in.c.id == transfer_id).values(_columns(work, person, new))
    )
    _send(work, row_of(work.connection, transfer_id), person, new)


def _columns(work: Transaction, person: Person, new: Brought) -> dict[str, Any]:
    return {
        "door": new.door,
        "region": new.region,
        "origin": new.origin,
        "document_no": new.document_no,
        "moved_on": new.moved_on,
        "token": new.token,
        "checks": json.dumps(new.checks, ensure_ascii=False),
        "changed_at": work.instance.now(),
        **routed(work, person.id),
    }


def _send(work: Transaction, row: sa.Row[Any], person: Person, new: Brought) -> None:
    """Write years and proofs, then the step that sends it on its way."""
    if not new.years:
        raise TransferRefused("没有可以转入的年度 there is no year to take in")
    edition = row.edition + 1
    stands = not replaced_rows(work.connection, row.id)  # of a new version, only once it has taken that place
    rows = [_year_row(work, row, new, year) | {"stands": stands} for year in new.years]
    try:
        with (
            work.connection.begin_nested()
        ):  # the database itself holds each year and origin to one that stands
            work.connection.execute(sa.insert(transfer_in_year), rows)
    except sa.exc.IntegrityError:
        raise taken_before([year.year for year in new.years]) from None
    attach(work, row.id, new.proofs, transfer_evidence)
    mine = transfer_in.c.id == row.id
    work.connection.execute(sa.update(transfer_in).where(mine).values(edition=edition))
    state = Status.EMPLOYER_APPROVED if new.door is Door.CREDENTIAL else Status.SUBMITTED
    done = Done(Step.SUBMIT, Duty.DECLARANT, state, person.key, words=new.words)
    write_step(work, row_of(work.connection, row.id), done)


def taken_before(years: Sequence[int]) -> TransferRefused:
    """Say that a year is here from that origin already."""
    named = "、".join(map(str, years))
    return TransferRefused(
        f"{named} 年度中有年度已从同一地转入（办理中或已登记），不能重复登记；要更正，请主管部门先冲正原来那次"
        f" of {named}, a year is taken in from there already; to correct it, the authority reverses that first"
    )


def _year_row(work: Transaction, row: sa.Row[Any], new: Brought, year: YearIn) -> dict[str, object]:
    row_id = work.instance.fresh_id()
    facts = {
        "category": "transfer_in",
        "channel": "transfer",
        "event_key": f"transfer {new.region} {year.year}",
        "title": f"{new.origin}转入{year.year}年度学时",
        "year": year.year,
        "origin_region": new.region,
        "blocks": [block.model_dump(exclude_none=True) for block in year.blocks],
        "moved_on": new.moved_on,
        "origin_verified": True,
        "origin_complete": year.complete,
    }
    read = read_activity(facts, row_id, Status.SUBMITTED, work.instance.today())
    return {
        "id": row_id,
        "transfer_id": row.id,
        "person_id": row.person_id,
        "edition": row.edition + 1,
        "region": new.region,
        "year": year.year,
        "facts": facts_text(read),
        "carried": str(year.carried),
    }
