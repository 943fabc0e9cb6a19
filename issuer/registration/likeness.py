"""What looks like a declaration: the same person's other ones, and where else its proofs were used. Only reads.

These are hints. None refuses anything: the declarant says whether it is another activity, the reviewer decides, and the
rules count one event once in any case (`event_key`).
"""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from issuer.evidence.tables import declaration_evidence
from issuer.registration.days import days_of
from issuer.registration.tables import activity, declaration
from rules.activity import Status
from rules.decision import Line

ALIKE = 0.75
"""Share of two names that must agree, from which they are called alike."""
_GONE = (Status.DRAFT, Status.WITHDRAWN, Status.REJECTED)
_COUNTS = (Status.SUBMITTED, Status.EMPLOYER_APPROVED, Status.REGISTERED)
_BY_YEAR = {"self_study"}
"""Categories of which only the year is known: their days say nothing."""
_ONCE = {"achievement", "exam"}
"""Categories in which the same thing counts once, in whatever year."""


class Why(StrEnum):
    """In what something looks like a declaration."""

    KEY = "key"
    PROOF = "proof"
    NAME = "name"
    DAYS = "days"


@dataclass(frozen=True)
class Twin:
    """Another declaration or record of the same person. `hours` are those recognised, 0 while it is under way."""

    title: str
    first: str
    last: str
    hours: Decimal
    state: str
    channel: str
    why: tuple[Why, ...]


@dataclass(frozen=True)
class Elsewhere:
    """A proof of a declaration that other people used too, for something of another name. Forty people with the same
    certificate of the same training are nothing special, and not told.
    """

    title: str
    people: int


@dataclass(frozen=True)
class Known:
    """A declaration or record as it is compared: `raw` is the activity with its status."""

    id: str
    title: str
    raw: Mapping[str, Any]
    proofs: frozenset[bytes] = frozenset()


def read_known(connection: sa.Connection, people: Sequence[int]) -> dict[int, list[Known]]:
    """Everything of several people that may look like something, by person; three queries for all of them."""
    mine = declaration.c.person_id.in_(people)
    rows = connection.execute(sa.select(declaration).where(mine, declaration.c.state.not_in(_GONE))).all()
    proofs: dict[UUID, set[bytes]] = {}
    for one, digest in connection.execute(
        sa.select(declaration_evidence.c.declaration_id, declaration_evidence.c.digest)
        .join(declaration, declaration.c.id == declaration_evidence.c.declaration_id)
        .where(mine, declaration.c.state.not_in(_GONE))
    ):
        proofs.setdefault(one, set()).add(bytes(digest))
    declared = {str(row.id): row for row in rows}
    found: dict[int, list[Known]] = {}
    for row in connection.execute(sa.select(activity).where(activity.c.person_id.in_(people))):
        raw = {**json.loads(row.facts, parse_float=Decimal), "status": row.status}
        its = declared.pop(row.source_id, None)
        title = str(raw.get("title", "")) if its is None else its.title
        digests = frozenset() if its is None else frozenset(proofs.get(its.id, ()))
        found.setdefault(row.person_id, []).append(Known(str(raw["id"]), title, raw, digests))
    for one, row in declared.items():
        raw = {**json.loads(row.facts, parse_float=Decimal), "status": row.state}
        known = Known(one, row.title, raw, frozenset(proofs.get(row.id, ())))
        found.setdefault(row.person_id, []).append(known)
    return found


def find_twins(mine: Known, others: Sequence[Known], lines: Mapping[str, Line]) -> tuple[Twin, ...]:
    """What looks like `mine`, with the reasons. `lines`: what the rules say of each record."""
    twins = []
    for other in others:
        why = () if other.id == mine.id or other.raw["status"] not in _COUNTS else _why(mine, other)
        if why:
            begins, ends = days_of(other.raw)
            line = lines.get(other.id)
            hours = line.recognised if line and other.raw["status"] == Status.REGISTERED else Decimal(0)
            twins.append(
                Twin(other.title, begins, ends, hours, other.raw["status"], other.raw["channel"], why)
            )
    return tuple(twins)


def read_elsewhere(connection: sa.Connection, ones: Sequence[UUID]) -> dict[UUID, tuple[Elsewhere, ...]]:
    """Where the proofs of several declarations were used for something of another name; two queries.

    Told where at least as many people used the proof for that: of forty with one certificate and one who shows it for
    something else, it is the one who is looked at.
    """
    mine = connection.execute(
        sa.select(declaration.c.id, declaration.c.title, declaration_evidence.c.digest)
        .join(declaration_evidence, declaration_evidence.c.declaration_id == declaration.c.id)
        .where(declaration.c.id.in_(ones))
    ).all()
    rows = connection.execute(
        sa.select(
            declaration_evidence.c.digest,
            declaration.c.title,
            sa.func.count(declaration.c.person_id.distinct()).label("people"),
        )
        .join(declaration, declaration.c.id == declaration_evidence.c.declaration_id)
        .where(declaration_evidence.c.digest.in_({row.digest for row in mine}))
        .where(declaration.c.state.not_in(_GONE))
        .group_by(declaration_evidence.c.digest, declaration.c.title)
        .order_by(declaration.c.title)
    )
    used: dict[bytes, dict[str, int]] = {}
    for row in rows:
        used.setdefault(bytes(row.digest), {})[row.title] = row.people
    found: dict[UUID, tuple[Elsewhere, ...]] = {}
    for row in mine:
        by_title = used.get(bytes(row.digest), {})
        same = by_title.get(row.title, 0)
        for title, people in by_title.items():
            other = Elsewhere(title, people)
            if people >= same and not alike(title, row.title) and other not in found.get(row.id, ()):
                found[row.id] = (*found.get(row.id, ()), other)
    return found


def _span(raw: Mapping[str, Any]) -> tuple[str, str]:
    """First and last day; of hours that were transferred, those of the year on which the person still was elsewhere."""
    first, last = days_of(raw)
    if raw["category"] != "transfer_in":
        return first, last
    before = date.fromisoformat(str(raw["moved_on"])) - timedelta(days=1)
    return first, min(last, before.isoformat())


def _why(mine: Known, other: Known) -> tuple[Why, ...]:
    first, last = _span(mine.raw)
    begins, ends = _span(other.raw)
    key = mine.raw.get("event_key")
    categories = {mine.raw["category"], other.raw["category"]}
    same_year = first[:4] <= ends[:4] and begins[:4] <= last[:4]
    found = {
        Why.KEY: key is not None and key == other.raw.get("event_key"),
        Why.PROOF: bool(mine.proofs & other.proofs),
        Why.NAME: alike(mine.title, other.title) and (same_year or categories <= _ONCE),
        Why.DAYS: begins <= last and ends >= first and not categories & _BY_YEAR,
    }
    return tuple(why for why, holds in found.items() if holds)


def alike(one: str, other: str) -> bool:
    """Whether two names are nearly the same, whatever the width, case and punctuation."""
    plain, another = _plain(one), _plain(other)
    if not plain or not another:
        return False
    return plain == another or SequenceMatcher(None, plain, another, autojunk=False).ratio() >= ALIKE


def _plain(text: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKC", text).casefold() if one.isalnum())
