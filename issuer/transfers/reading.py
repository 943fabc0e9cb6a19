"""Transfers as pages and calls show them: one's own, those that wait on a desk, and one with all that was checked. Only reads."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from issuer.access.roles import Actor, Role
from issuer.database import Paging
from issuer.errors import NotFound
from issuer.evidence.proof import Proof
from issuer.evidence.service import attached
from issuer.evidence.tables import transfer_evidence
from issuer.instance import Instance
from issuer.people.service import Person
from issuer.people.tables import professional
from issuer.people.units import subordinate
from issuer.transfers.overlaps import Overlap, doubts_about
from issuer.transfers.paper import Paper, read_kept
from issuer.transfers.tables import transfer_in, transfer_in_step, transfer_in_year
from ledger.store import reading
from rules.activity import Status

_EVER = (Status.REGISTERED, Status.REVERSED)


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
    paper: Paper | None = None
    """What was copied, of one that came on paper."""
    acted: bool = False
    """The visitor had another duty on it, or brought it: somebody else must act."""

    @property
    def flagged(self) -> bool:
        """Whether hours may be in two provinces."""
        return bool(self.overlaps) or any(year.others for year in self.years)


@dataclass(frozen=True)
class Waiting:
    """One line of a list."""

    id: UUID
    state: str
    door: str
    origin: str
    name: str
    masked: str
    changed_at: datetime


def list_own(instance: Instance, person: Person, paging: Paging) -> list[Waiting]:
    """A page of one's own transfers, the latest changed first."""
    query = _lines().where(transfer_in.c.person_id == person.id)
    query = query.where(paging.earlier(transfer_in.c.changed_at, transfer_in.c.id))
    query = query.order_by(transfer_in.c.changed_at.desc(), transfer_in.c.id.desc()).limit(paging.limit)
    with reading(instance.engine).connect() as connection:
        return [_line(row) for row in connection.execute(query)]


def list_waiting(instance: Instance, actor: Actor, paging: Paging) -> list[Waiting]:
    """A page of what waits for the actor, as employer or as authority; the latest changed first."""
    query = _lines().where(_waits_for(actor))
    query = query.where(paging.earlier(transfer_in.c.changed_at, transfer_in.c.id))
    query = query.order_by(transfer_in.c.changed_at.desc(), transfer_in.c.id.desc()).limit(paging.limit)
    with reading(instance.engine).connect() as connection:
        return [_line(row) for row in connection.execute(query)]


def list_registered(instance: Instance, actor: Actor, paging: Paging) -> list[Waiting]:
    """A page of what was registered, or reversed since, at a verifier's places and below, the latest first."""
    query = _lines().where(_verified_by(actor), transfer_in.c.state.in_(_EVER))
    query = query.where(paging.earlier(transfer_in.c.changed_at, transfer_in.c.id))
    query = query.order_by(transfer_in.c.changed_at.desc(), transfer_in.c.id.desc()).limit(paging.limit)
    with reading(instance.engine).connect() as connection:
        return [_line(row) for row in connection.execute(query)]


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


def _lines() -> sa.Select[Any]:
    return sa.select(transfer_in, professional.c.name, professional.c.masked_identifier).join(
        professional, professional.c.id == transfer_in.c.person_id
    )


def _whole() -> sa.Select[Any]:
    return _lines().add_columns(professional.c.person_key)


def _line(row: sa.Row[Any]) -> Waiting:
    return Waiting(row.id, row.state, row.door, row.origin, row.name, row.masked_identifier, row.changed_at)


def _waits_for(actor: Actor) -> sa.ColumnElement[bool]:
    mine: list[sa.ColumnElement[bool]] = [sa.false()]
    for role, state, unit, authority in (
        (Role.REVIEWER, Status.SUBMITTED, transfer_in.c.review_unit_id, transfer_in.c.review_authority_id),
        (Role.VERIFIER, Status.EMPLOYER_APPROVED, transfer_in.c.verify_unit_id, transfer_in.c.verify_authority_id),
    ):  # fmt: skip
        for place in actor.places(role):
            here = (
                authority.in_(subordinate(place.authority_id))
                if place.authority_id is not None
                else unit == place.unit_id
            )
            mine.append((transfer_in.c.state == state) & here)
    return sa.or_(*mine)


def _verified_by(actor: Actor) -> sa.ColumnElement[bool]:
    mine: list[sa.ColumnElement[bool]] = [sa.false()]
    for place in actor.places(Role.VERIFIER):
        if place.authority_id is not None:
            mine.append(transfer_in.c.verify_authority_id.in_(subordinate(place.authority_id)))
        else:
            mine.append(transfer_in.c.verify_unit_id == place.unit_id)
    return sa.or_(*mine)


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
        paper=read_kept(checks),
        acted=actor is not None and actor.person_key in others,
    )


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
