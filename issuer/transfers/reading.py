"""One transfer as pages and calls show it, with all that was checked of it. Only reads."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from issuer.access.roles import Actor, Role
from issuer.errors import NotFound
from issuer.evidence.proof import Proof
from issuer.evidence.service import attached
from issuer.evidence.tables import transfer_evidence
from issuer.instance import Instance
from issuer.people.affiliation import Place
from issuer.people.service import Person
from issuer.people.tables import professional
from issuer.registered.service import standing_documents
from issuer.transfers.findings import GONE, Finding, There, latest_finding
from issuer.transfers.listing import lines, standing_of
from issuer.transfers.overlaps import Overlap, doubts_about
from issuer.transfers.paper import Paper, read_kept
from issuer.transfers.tables import transfer_in, transfer_in_step, transfer_in_year
from ledger.store import reading
from rules.activity import Status


@dataclass(frozen=True)
class YearShown:
    """One year of a transfer. `others`: origins from which the same year is taken in too."""

    year: int
    blocks: tuple[tuple[str, Decimal, str | None], ...]
    """Kind, hours, and the category whose cap they use up."""
    hours: Decimal
    complete: bool
    carried: Decimal
    whole: bool
    """Whether it is a whole year before the move, so that the origin's conclusion holds."""
    others: tuple[str, ...]


@dataclass(frozen=True)
class StepShown:
    """One step: by role, never by name."""

    duty: str
    step: str
    how: str | None
    reason: str | None
    words: str
    at: datetime


@dataclass(frozen=True)
class Asking:
    """Whether a registered certificate still stands at its origin: when that was asked, when there was an answer, and what
    changed last. None: not asked yet, or nothing to ask about.
    """

    asked_at: datetime | None
    answered_at: datetime | None
    standing: There | None
    finding: Finding | None

    @property
    def gone(self) -> bool:
        """Whether somebody has to look at it."""
        return self.standing in GONE


@dataclass(frozen=True)
class Replaced:
    """A registered transfer whose place another is to take, or took: its years with their hours and conclusion there."""

    id: UUID
    document_no: str
    years: dict[int, tuple[Decimal, bool]]


@dataclass(frozen=True)
class Transfer:
    """A transfer with everything that somebody who decides should see."""

    id: UUID
    turn: int
    state: str
    door: str
    region: str
    origin: str
    document_no: str
    moved_on: date
    name: str
    masked: str
    self_verified: bool
    checks: dict[str, Any]
    years: tuple[YearShown, ...]
    steps: tuple[StepShown, ...]
    proofs: tuple[Proof, ...]
    overlaps: tuple[Overlap, ...]
    changed_at: datetime
    asked: Asking
    documents: tuple[str, ...]
    """Serials of its years' documents that stand, the newest first: what counts it."""
    replaced_by: UUID | None
    """The transfer that brought a new version with other hours: it waits, or took this one's place."""
    replaces: tuple[Replaced, ...]
    """Of a new version: what it is to replace, or replaced."""
    paper: Paper | None = None
    """What was copied, of one that came on paper."""
    decides: bool = False
    """The visitor verifies at its place: reverses it, where it is registered."""
    acted: bool = False
    """The visitor had another duty on it, or brought it: somebody else must act."""

    @property
    def can_be_asked(self) -> bool:
        """Whether its origin can be asked about it by machine."""
        return self.door == "credential" and self.state == Status.REGISTERED

    @property
    def flagged(self) -> bool:
        """Whether hours may be in two provinces."""
        return bool(self.overlaps) or any(year.others for year in self.years)


def read_own(instance: Instance, person: Person, one: UUID) -> Transfer:
    """A transfer of the person's own.

    Raises:
        NotFound: none of theirs.
    """
    with reading(instance.engine).connect() as connection:
        row = connection.execute(
            _whole().where(transfer_in.c.id == one, transfer_in.c.person_id == person.id)
        ).one_or_none()
        return _transfer(connection, row, None)


def read_case(instance: Instance, actor: Actor, one: UUID) -> Transfer:
    """A transfer for somebody whose duty it is, or was.

    Raises:
        NotFound: none at the actor's places.
    """
    with reading(instance.engine).connect() as connection:
        row = connection.execute(_whole().where(transfer_in.c.id == one)).one_or_none()
        if row is None or not actor.on_duty(connection, row):
            row = None
        return _transfer(connection, row, actor)


def read_any(connection: sa.Connection, one: UUID) -> Transfer:
    """A transfer for somebody of whom the caller knows that they may look at it.

    Raises:
        NotFound: there is none.
    """
    row = connection.execute(_whole().where(transfer_in.c.id == one)).one_or_none()
    return _transfer(connection, row, None)


def proof_for(connection: sa.Connection, actor: Actor, one: UUID, digest: str) -> Proof:
    """A proof of a transfer for whoever brought it, its reviewers and its verifiers.

    Raises:
        NotFound: none that this actor may see. Which of the two it is, is not said.
    """
    row = connection.execute(_whole().where(transfer_in.c.id == one)).one_or_none()
    proofs = attached(connection, [one], transfer_evidence).get(one, ())
    found = next((proof for proof in proofs if proof.digest == digest), None)
    mine = row is not None and (row.person_key == actor.person_key or actor.on_duty(connection, row))
    if found is None or not mine:
        raise NotFound("没有这份证明材料 there is no such proof")
    return found


def _whole() -> sa.Select[Any]:
    return lines().add_columns(professional.c.person_key)


def _transfer(connection: sa.Connection, row: sa.Row[Any] | None, actor: Actor | None) -> Transfer:
    if row is None:
        raise NotFound("没有这次转入 there is no such transfer")
    steps = connection.execute(
        sa.select(transfer_in_step)
        .where(transfer_in_step.c.transfer_id == row.id)
        .order_by(transfer_in_step.c.turn)
    ).all()
    years, overlaps = _years(connection, row)
    checks = json.loads(row.checks)
    duty = {Status.SUBMITTED: "reviewer", Status.EMPLOYER_APPROVED: "verifier"}.get(Status(row.state))
    others = {bytes(step.actor_key) for step in steps if step.duty != duty} | {bytes(row.person_key)}
    return Transfer(
        id=row.id,
        turn=row.turn,
        state=row.state,
        door=row.door,
        region=row.region,
        origin=row.origin,
        document_no=row.document_no,
        moved_on=row.moved_on,
        name=row.name,
        masked=row.masked_identifier,
        self_verified=row.self_verified,
        checks=checks,
        years=years,
        steps=tuple(StepShown(one.duty, one.step, one.how, one.reason, one.words, one.at) for one in steps),
        proofs=attached(connection, [row.id], transfer_evidence).get(row.id, ()),
        overlaps=overlaps,
        changed_at=row.changed_at,
        asked=Asking(row.asked_at, row.answered_at, standing_of(row), latest_finding(connection, row.id)),
        documents=standing_documents(connection, row.person_id, [one.year for one in years]),
        replaced_by=row.replaced_by,
        replaces=_replaces(connection, row),
        paper=read_kept(checks),
        decides=_decides(connection, row, actor),
        acted=actor is not None and actor.person_key in others,
    )


def _replaces(connection: sa.Connection, row: sa.Row[Any]) -> tuple[Replaced, ...]:
    older = sa.select(transfer_in).where(transfer_in.c.replaced_by == row.id).order_by(transfer_in.c.id)
    found = []
    for old in connection.execute(older).all():
        years, _ = _years(connection, old)
        found.append(
            Replaced(old.id, old.document_no, {one.year: (one.hours, one.complete) for one in years})
        )
    return tuple(found)


def _decides(connection: sa.Connection, row: sa.Row[Any], actor: Actor | None) -> bool:
    place = (row.verify_unit_id, row.verify_authority_id)
    return actor is not None and any(place) and actor.holds(connection, Role.VERIFIER, Place(*place))


def _years(connection: sa.Connection, row: sa.Row[Any]) -> tuple[tuple[YearShown, ...], tuple[Overlap, ...]]:
    """The years as they were brought last: those that stand, or all of one that ended."""
    own = connection.execute(
        sa.select(transfer_in_year).where(
            transfer_in_year.c.transfer_id == row.id, transfer_in_year.c.edition == row.edition
        )
    ).all()
    own = sorted(own, key=lambda one: one.year)
    doubts = doubts_about(connection, row, [one.year for one in own])
    years = tuple(_year(one, row.moved_on.year, doubts.others.get(one.year, ())) for one in own)
    return years, doubts.overlaps


def _year(one: sa.Row[Any], moved_in: int, others: Sequence[str]) -> YearShown:
    facts = json.loads(one.facts, parse_float=Decimal)
    blocks = tuple((b["kind"], Decimal(b["hours"]), b.get("category")) for b in facts["blocks"])
    return YearShown(
        one.year,
        blocks,
        sum((hours for _, hours, _ in blocks), Decimal(0)),
        facts["origin_complete"],
        Decimal(one.carried),
        one.year < moved_in,
        tuple(others),
    )
