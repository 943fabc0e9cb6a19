"""Finding by name what an entry names by code: units, authorities, accounts, systems, one person's activities. Only reads.

What an administrator is offered lies at or below their own places; anything else would be refused.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import astuple, dataclass
from decimal import Decimal

import sqlalchemy as sa

from issuer.access.reach import top, within
from issuer.access.roles import Actor, Role
from issuer.access.tables import account, client, role_grant
from issuer.instance import Instance
from issuer.intake.profiles import title_of
from issuer.people.tables import authority, unit
from issuer.people.units import subordinate
from issuer.personnel.numbers import read_known
from issuer.registration import likeness
from issuer.registration.days import days_of
from issuer.registration.entered import EntryKind, EntryState
from issuer.registration.tables import authority_entry, declaration
from ledger.store import reading
from rules.activity import Status
from rules.parameters import name_of

MOST = 12
"""Matches that are offered at once."""


_DECLARED = (Status.SUBMITTED, Status.EMPLOYER_APPROVED, Status.REGISTERED)


@dataclass(frozen=True)
class Match:
    """Something to choose: the value that an entry keeps, its name, and what tells it from others of that name: who is above,
    the days, the day by which a deferred year is made up, or `unopened` of an account. `name_en`, `more_en`: in English, of what
    has a name in it.
    """

    value: str
    name: str
    more: str = ""
    name_en: str = ""
    more_en: str = ""


@dataclass(frozen=True)
class Sought:
    """What is looked for: words of the name, or the code itself; `person`, where it is one person's."""

    instance: Instance
    connection: sa.Connection
    actor: Actor
    words: str = ""
    person: int | None = None

    @property
    def pattern(self) -> str:
        """The words for LIKE, anywhere in a name."""
        plain = " ".join(self.words.split())[:80]
        return "%" + "".join(f"\\{one}" if one in "%_\\" else one for one in plain) + "%"

    @property
    def code(self) -> str:
        """The words as a code, without the sort before the colon."""
        return self.words.rpartition(":")[2].strip()

    def theirs(self, column: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
        """Whether an authority lies at or below a place that the actor administers."""
        places = [place.authority_id for place in self.actor.places(Role.ADMINISTRATOR)]
        return sa.or_(sa.false(), *(column.in_(subordinate(one)) for one in places if one is not None))


def find(instance: Instance, actor: Actor, sort: str, words: str, person: int | None = None) -> list[Match]:
    """What may be meant, at most `MOST` and one more. Units and accounts want a word; of the rest the first are answered without.

    Raises:
        NotFound, NotAllowed: no such person, or another office's business.
    """
    if person is not None:
        read_known(instance, actor, person)
    if sort in _WANT_WORDS and not words.strip():
        return []
    with reading(instance.engine).connect() as connection:
        return _FIND[sort](Sought(instance, connection, actor, words, person))[: MOST + 1]


def name_all(instance: Instance, values: Iterable[str]) -> Mapping[str, str]:
    """The names of units and authorities by their codes, alone or after `unit:` or `authority:`; two queries."""
    plain = {value: value.rpartition(":")[2] for value in values}
    names: dict[str, str] = {}
    with reading(instance.engine).connect() as connection:
        for table in (unit, authority):
            query = sa.select(table.c.code, table.c.name).where(table.c.code.in_(set(plain.values())))
            names |= {row.code: row.name for row in connection.execute(query)}
    return {value: names[code] for value, code in plain.items() if code in names}


def _units(sought: Sought) -> list[Match]:
    at = sa.func.coalesce(unit.c.authority_id, top())
    query = (
        sa.select(unit.c.code, unit.c.name, authority.c.name.label("above"))
        .outerjoin(authority, authority.c.id == unit.c.authority_id)
        .where(unit.c.merged_into.is_(None), sought.theirs(at))
        .where((unit.c.code == sought.code.upper()) | unit.c.name.like(sought.pattern, escape="\\"))
        .order_by(unit.c.name, unit.c.id)
        .limit(MOST + 1)
    )
    return [Match(row.code, row.name, row.above or "") for row in sought.connection.execute(query)]


def _authorities(sought: Sought) -> list[Match]:
    above = authority.alias("above")
    still = authority.c.valid_until.is_(None) | (authority.c.valid_until >= sought.instance.today())
    query = (
        sa.select(authority.c.code, authority.c.name, above.c.name.label("above"))
        .outerjoin(above, above.c.id == authority.c.parent_id)
        .where(still, sought.theirs(authority.c.id))
        .where((authority.c.code == sought.code.lower()) | authority.c.name.like(sought.pattern, escape="\\"))
        .order_by(authority.c.id)
        .limit(MOST + 1)
    )
    return [Match(row.code, row.name, row.above or "") for row in sought.connection.execute(query)]


def _places(sought: Sought) -> list[Match]:
    found = [("authority", one) for one in _authorities(sought)] + [("unit", one) for one in _units(sought)]
    return [Match(f"{sort}:{one.value}", one.name, one.more) for sort, one in found]


def _accounts(sought: Sought) -> list[Match]:
    """Those that hold a role at the actor's places; any other by its whole login."""
    at = sa.func.coalesce(role_grant.c.authority_id, unit.c.authority_id, top())
    held = (
        sa.select(role_grant.c.account_id)
        .outerjoin(unit, unit.c.id == role_grant.c.unit_id)
        .where(role_grant.c.until_day.is_(None) | (role_grant.c.until_day >= sought.instance.today()))
        .where(sought.theirs(at))
    )
    near = account.c.login.like(sought.pattern.lower(), escape="\\") & account.c.id.in_(held)
    query = (
        sa.select(account.c.login, account.c.password_hash.is_(None) & account.c.oidc_subject.is_(None))
        .where(~account.c.disabled, near | (account.c.login == sought.words.strip().lower()))
        .order_by(account.c.login)
        .limit(MOST + 1)
    )
    return [
        Match(login, login, "unopened" if unopened else "")
        for login, unopened in sought.connection.execute(query)
    ]


def _systems(sought: Sought) -> list[Match]:
    query = (
        sa.select(client.c.name, authority.c.name.label("above"))
        .join(authority, authority.c.id == client.c.authority_id)
        .where(client.c.ended_at.is_(None), sought.theirs(client.c.authority_id))
        .where(client.c.name.like(sought.pattern, escape="\\"))
        .order_by(client.c.name)
        .limit(MOST + 1)
    )
    return [Match(row.name, row.name, row.above) for row in sought.connection.execute(query)]


def _profiles(sought: Sought) -> list[Match]:
    settings = sought.instance.settings
    known = settings.known_profiles(settings.home)
    return [Match(one, title_of(path), one) for one, path in known.items()]


def _parameters(sought: Sought) -> list[Match]:
    """Parameters of the packs, with the question that they settle."""
    found: dict[str, Match] = {}
    for pack in sought.instance.library.packs:
        for name, parameter in pack.parameters.items():
            asked = pack.ambiguities.get(parameter.ambiguity or "")
            zh, en = ("", "") if asked is None else (asked.question.zh, asked.question.en)
            called = name_of(name)
            found.setdefault(name, Match(name, called[0], zh, called[1], en))
    words = sought.words.strip().lower()
    matching = [one for one in found.values() if words in " ".join(astuple(one)).lower()]
    return sorted(matching, key=lambda one: one.value)


def _activities(sought: Sought) -> list[Match]:
    """Registered activities of the person, the latest first."""
    if sought.person is None:
        return []
    known = likeness.read_known(sought.connection, [sought.person]).get(sought.person, [])
    found = []
    for one in known:
        if one.raw["status"] == Status.REGISTERED and sought.words.strip() in f"{one.title} {one.id}":
            first, last = days_of(one.raw)
            found.append((last, Match(one.id, one.title or one.id, f"{first} — {last}")))
    return [match for _, match in sorted(found, key=lambda pair: pair[0], reverse=True)]


def _contests(sought: Sought) -> list[Match]:
    """Contests that were declared at the actor's places, the most declared first."""
    its = declaration.c
    mine = {place for role in (Role.VERIFIER, Role.DEPARTMENT) for place in sought.actor.places(role)}
    query = (
        sa.select(its.event_key, sa.func.min(its.title).label("title"))
        .where(its.category == "contest", its.event_key.is_not(None), its.state.in_(_DECLARED))
        .where(within(mine, its.verify_unit_id, its.verify_authority_id))
        .where(its.event_key.like(sought.pattern, escape="\\") | its.title.like(sought.pattern, escape="\\"))
        .group_by(its.event_key)
        .order_by(sa.func.count().desc(), its.event_key)
        .limit(MOST + 1)
    )
    return [Match(row.event_key, row.event_key, row.title) for row in sought.connection.execute(query)]


def _deferrals(sought: Sought) -> list[Match]:
    """Deferred years of the person that are not made up by their day yet."""
    its = authority_entry.c
    in_force = (its.kind == EntryKind.DEFERRAL) & (its.state == EntryState.IN_FORCE)
    query = sa.select(its.year, its.body).where(in_force, its.person_id == sought.person).order_by(its.year)
    rows = sought.connection.execute(query).all()
    dues = [(row.year, json.loads(row.body, parse_float=Decimal)["due"]) for row in rows]
    return [Match(str(year), str(year), due) for year, due in dues]


_FIND: Mapping[str, Callable[[Sought], list[Match]]] = {
    "unit": _units,
    "authority": _authorities,
    "place": _places,
    "account": _accounts,
    "system": _systems,
    "profile": _profiles,
    "parameter": _parameters,
    "activity": _activities,
    "contest": _contests,
    "deferral": _deferrals,
}
_WANT_WORDS = frozenset({"unit", "place", "account"})
