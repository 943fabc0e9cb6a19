"""Learning archives (学习档案): the employer keeps one of each self-study, and determines its hours from it.

未建立学习档案的不予登记 (第六条第（二）项): the employer's approval of a self-study is refused without one (`require`). The
caller opens the transaction; building one is an act with its ledger entry.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from issuer.access.roles import Actor, Role
from issuer.acts import Act, note_act
from issuer.database import Paging
from issuer.errors import NotFound
from issuer.instance import SHANGHAI, Transaction
from issuer.people.affiliation import Place, route
from issuer.people.registry import affiliation_on
from issuer.people.tables import affiliation, professional
from issuer.people.units import root_of
from issuer.registration.errors import SamePerson, StepRefused
from issuer.registration.tables import learning_archive

KINDS = ("individual", "self_study", "self_exam", "degree", "unit")
HOURS_MOST = 999
NEWEST = Paging(limit=100)


@dataclass(frozen=True)
class NewArchive:
    """What an archive says: who studied what, with which result, and the hours that the employer determines."""

    person_id: int
    year: int
    kind: str
    content: str
    outcome: str
    hours: Decimal


@dataclass(frozen=True)
class Archive:
    """An archive as it is kept. `late`: built after the year of the study had ended (A15)."""

    id: UUID
    person_id: int
    name: str
    masked: str
    year: int
    kind: str
    content: str
    outcome: str
    hours: Decimal
    built_at: datetime

    @property
    def late(self) -> bool:
        """Whether the year was over when it was built."""
        return self.built_at.astimezone(SHANGHAI).year > self.year


def build(work: Transaction, actor: Actor, new: NewArchive) -> UUID:
    """Keep an archive of somebody at one's own unit or agency; answers its id.

    Raises:
        NotFound: no such person, or nowhere affiliated today.
        NotAllowed: not at the actor's place.
        SamePerson: the actor's own.
        StepRefused: a field is missing, too long, or the year is still to come.
    """
    person = work.connection.execute(
        sa.select(professional).where(professional.c.id == new.person_id)
    ).one_or_none()
    if person is None:
        raise NotFound("没有这个人 there is no such person")
    if person.person_key == actor.person_key:
        raise SamePerson
    place = _place_of(work, new.person_id)
    actor.require(work.connection, Role.REVIEWER, place)
    if not 2000 <= new.year <= work.instance.today().year or new.kind not in KINDS:
        raise StepRefused("请填写学习年度和类型 give the year and the kind of the study")
    if not new.hours.is_finite() or not 0 < new.hours <= HOURS_MOST or new.hours != round(new.hours, 2):
        raise StepRefused(f"学时应为 0 到 {HOURS_MOST} 之间的数 hours are between 0 and {HOURS_MOST}")
    row: dict[str, Any] = {
        "id": work.instance.fresh_id(),
        "person_id": new.person_id,
        "year": new.year,
        "kind": new.kind,
        "content": _text(new.content, "学习内容", "content"),
        "outcome": _text(new.outcome, "学习成果", "outcome"),
        "hours": f"{new.hours.normalize():f}",
        "unit_id": place.unit_id,
        "authority_id": place.authority_id,
        "actor_key": actor.person_key,
        "built_at": work.instance.now(),
    }
    work.connection.execute(sa.insert(learning_archive).values(row))
    told = {key: str(row[key]) for key in ("year", "kind", "content", "outcome", "hours")}
    body: dict[str, object] = {"person": str(new.person_id), **told}
    note_act(work, Act("archive-built", f"archive:{row['id']}", body, actor.person_key))
    return UUID(str(row["id"]))


def require(work: Transaction, person_id: int, year: int, hours: Decimal) -> None:
    """Insist on archives of a person's year that bear these hours.

    Raises:
        StepRefused: there is none, or those there are bear fewer hours.
    """
    kept = sum((one.hours for one in of_people(work.connection, [person_id]) if one.year == year), Decimal(0))
    if not kept:
        raise StepRefused(
            "未建立学习档案的不予登记，请先建立学习档案 without a learning archive nothing is registered: build it first"
        )
    if hours > kept:
        raise StepRefused(
            f"学习档案只记了 {kept:f} 学时，认定不能超过它 the archives bear {kept:f} hours, and no more can be determined"
        )


def of_people(connection: sa.Connection, people: Sequence[int]) -> list[Archive]:
    """The archives of several people, oldest first; one query."""
    mine = learning_archive.c.person_id.in_(people)
    return _read(connection, mine, learning_archive.c.built_at, learning_archive.c.id, limit=NEWEST.limit)


def at_places(connection: sa.Connection, actor: Actor, year: int, paging: Paging = NEWEST) -> list[Archive]:
    """A page of the archives of a year at the actor's places, the newest first."""
    places = actor.places(Role.REVIEWER)
    here = learning_archive.c.unit_id.in_([place.unit_id for place in places]) | (
        learning_archive.c.authority_id.in_([place.authority_id for place in places])
    )
    here &= paging.earlier(learning_archive.c.built_at, learning_archive.c.id)
    built, one = learning_archive.c.built_at.desc(), learning_archive.c.id.desc()
    return _read(connection, here & (learning_archive.c.year == year), built, one, limit=paging.limit)


def find_person(connection: sa.Connection, actor: Actor, name: str, ending: str) -> int:
    """Find somebody at the actor's places by name and the last four characters of the document; answers the id.

    Raises:
        NotFound: nobody, or more than one.
    """
    places = actor.places(Role.REVIEWER)
    here = affiliation.c.unit_id.in_([place.unit_id for place in places]) | (
        affiliation.c.agency_id.in_([place.authority_id for place in places])
    )
    found = connection.scalars(
        sa.select(professional.c.id)
        .distinct()
        .join(affiliation, affiliation.c.person_id == professional.c.id)
        .where(here, affiliation.c.until_day.is_(None), professional.c.name == " ".join(name.split()))
        .where(sa.func.upper(professional.c.masked_identifier).like(f"%{_plain(ending)}", escape="\\"))
    ).all()
    if len(found) != 1 or len(ending.strip()) != 4:
        raise NotFound(
            "本单位没有找到这个人，请核对姓名和证件号码后四位 nobody here by that name and those last four characters"
        )
    return int(found[0])


def _plain(ending: str) -> str:
    return "".join(f"\\{one}" if one in "%_\\" else one for one in ending.strip().upper())


def _read(
    connection: sa.Connection, where: sa.ColumnElement[bool], *order: sa.ColumnElement[Any], limit: int
) -> list[Archive]:
    rows = connection.execute(
        sa.select(learning_archive, professional.c.name, professional.c.masked_identifier)
        .join(professional, professional.c.id == learning_archive.c.person_id)
        .where(where)
        .order_by(*order)
        .limit(limit)
    )
    return [
        Archive(
            row.id, row.person_id, row.name, row.masked_identifier, row.year, row.kind, row.content, row.outcome,
            Decimal(row.hours), row.built_at,
        )
        for row in rows
    ]  # fmt: skip


def _place_of(work: Transaction, person_id: int) -> Place:
    """Where the person is reviewed today."""
    top = root_of(work.connection)
    return route(affiliation_on(work.connection, person_id, work.instance.today()), top).review


def _text(text: str, zh: str, en: str) -> str:
    plain = " ".join(text.split())
    if not 0 < len(plain) <= 400 or not plain.isprintable():
        raise StepRefused(f"请填写{zh}，最多 400 字 the {en} has 1 to 400 printable characters")
    return plain
