"""The rules of an instance, loaded: what is shipped, what lies in its folder, and what two administrators put in force.

Documents in force are only ever added, each under the next number, so a number says exactly which rules there were. The
database is asked in each transaction which there are, so that every process follows without being told.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa

from issuer.records.tables import year_record
from issuer.rulebook.tables import rule_document
from ledger.bulk import among
from rules.errors import PackError
from rules.library import Library
from rules.lint import law_texts
from rules.packs import Document, load_library, read_folder

IN_FORCE = "in_force"
KEPT = 8
"""Sets of rules that are kept loaded, beside the newest those to which issued years are held."""


@dataclass(frozen=True)
class Rules:
    """The rules at one moment. `number`: of the newest document that two administrators put in force, 0 where there is none."""

    number: int
    library: Library


@dataclass(frozen=True)
class Held:
    """By which rules each year of some people is decided: the newest, or for a year that was issued those of that time."""

    newest: Library
    earlier: Mapping[tuple[int, int], Library] = field(default_factory=dict)

    def of(self, person: int, year: int) -> Library:
        """The rules of a person's year."""
        return self.earlier.get((person, year), self.newest)


class Rulebook:
    """Loads rules, and keeps what is loaded. A process forked from this one goes on with a copy."""

    def __init__(self, folder: Path | None) -> None:
        """Read the folder; it stays as it was read until the instance is opened anew.

        Raises:
            PackError: there is no such folder.
        """
        self.folder: list[Document] = [] if folder is None else read_folder(folder)
        self._place = folder
        self._loaded: dict[tuple[UUID, ...], Library] = {}

    @cached_property
    def law(self) -> dict[str, str]:
        """The law's texts by file name, those of the folder among them."""
        return law_texts(self._place)

    def now(self, connection: sa.Connection) -> Rules:
        """The rules in force.

        Raises:
            RulesError: they do not hold together.
        """
        ids = _in_force(connection)
        return Rules(len(ids), self._library(connection, ids))

    def as_of(self, connection: sa.Connection, number: int) -> Library:
        """The rules as they were with the documents up to `number`.

        Raises:
            RulesError: they do not hold together.
        """
        return self._library(connection, _in_force(connection)[:number])

    def held(self, connection: sa.Connection, people: Sequence[int], years: Collection[int]) -> Held:
        """The rules of some people's years.

        Raises:
            RulesError: they do not hold together.
        """
        ids = _in_force(connection)
        newest = self._library(connection, ids)
        if not ids:
            return Held(newest)
        return Held(
            newest,
            {
                key: self._library(connection, ids[:number])
                for key, number in held_to(connection, people, years).items()
                if number < len(ids)
            },
        )

    def documents(self, connection: sa.Connection) -> list[Document]:
        """The authority's own documents: the folder's, then those in force in the database.

        Raises:
            PackError: a text is not what was decided on.
        """
        return [*self.folder, *_texts(connection, _in_force(connection))]

    def _library(self, connection: sa.Connection, ids: tuple[UUID, ...]) -> Library:
        known = self._loaded.get(ids)
        if known is None:
            known = load_library(None, [*self.folder, *_texts(connection, ids)])
            kept = list(self._loaded.items())[-KEPT:]
            self._loaded = dict([*kept, (ids, known)])
        return known


def held_to(
    connection: sa.Connection, people: Sequence[int], years: Collection[int]
) -> dict[tuple[int, int], int]:
    """By person and year, the number of the rules by which what was issued was decided."""
    its = among(connection, year_record.c.person_id, people) & year_record.c.year.in_(years)
    rows = connection.execute(
        sa.select(
            year_record.c.person_id, year_record.c.year, sa.func.max(year_record.c.ruled_by).label("number")
        )
        .where(its)
        .group_by(year_record.c.person_id, year_record.c.year)
    )
    return {(row.person_id, row.year): row.number for row in rows}


def _in_force(connection: sa.Connection) -> tuple[UUID, ...]:
    """What is in force, in the order in which it came to be."""
    query = sa.select(rule_document.c.id).where(rule_document.c.state == IN_FORCE)
    return tuple(connection.scalars(query.order_by(rule_document.c.number)))


def _texts(connection: sa.Connection, ids: Sequence[UUID]) -> list[Document]:
    rows = connection.execute(
        sa.select(rule_document.c.name, rule_document.c.text, rule_document.c.digest)
        .where(rule_document.c.id.in_(ids))
        .order_by(rule_document.c.number)
    ).all()
    for row in rows:
        if hashlib.sha256(row.text).digest() != row.digest:
            raise PackError(row.name, "", "内容不是当时确认的内容 / the text is not what was confirmed")
    return [(row.name, row.text) for row in rows]
