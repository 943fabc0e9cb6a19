"""A small invented province for the tests of registration: authorities, units, people with duties, and one of each affiliation."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from issuer.access.accounts import actor_of, add_account, grant
from issuer.access.roles import Actor, Grant, Role
from issuer.instance import Instance, writing
from issuer.people.affiliation import AffiliationKind, AuthorityKind, Place
from issuer.people.identifier import IdType, check_character, read_identifier
from issuer.people.registry import Belonging, enter_professional
from issuer.people.service import Person
from issuer.people.units import NewAuthority, NewUnit, add_authority, add_unit

K, A = AffiliationKind, AuthorityKind
AUTHORITIES = (
    NewAuthority("gs", A.PROVINCIAL_HRSS, "示例省人力资源和社会保障厅"),
    NewAuthority("gs-city", A.LOCAL_HRSS, "示例市人力资源和社会保障局", "gs", "620100"),
    NewAuthority("gs-city-county", A.LOCAL_HRSS, "示例县人力资源和社会保障局", "gs-city", "620121"),
    NewAuthority("gs-new-area", A.LOCAL_HRSS, "示例新区组织部", "gs"),
    NewAuthority("gs-health", A.PROVINCIAL_DEPARTMENT, "示例省卫生健康委员会", "gs"),
    NewAuthority("gs-talent", A.PERSONNEL_AGENCY, "示例人才服务中心", "gs"),
)
UNITS: Mapping[str, NewUnit] = {
    "local": NewUnit(K.LOCAL_UNIT, "示例县第一中学", None, "gs-city-county"),
    "provincial": NewUnit(K.PROVINCIAL_UNIT, "示例省人民医院", None, "gs-health"),
    "provincial_alone": NewUnit(K.PROVINCIAL_UNIT, "示例省直研究所"),
    "central": NewUnit(K.CENTRAL_UNIT, "示例中央在甘研究院"),
    "private": NewUnit(K.LOCAL_UNIT, "示例软件公司", None, "gs-city"),
}
AFFILIATIONS: Mapping[str, tuple[AffiliationKind, str | None, str | None]] = {
    "local unit": (K.LOCAL_UNIT, "local", None),
    "provincial unit with a department": (K.PROVINCIAL_UNIT, "provincial", None),
    "provincial unit without a department": (K.PROVINCIAL_UNIT, "provincial_alone", None),
    "central unit": (K.CENTRAL_UNIT, "central", None),
    "agency with an employer": (K.PERSONNEL_AGENCY, "private", "gs-talent"),
    "agency alone": (K.PERSONNEL_AGENCY, None, "gs-talent"),
}
"""The six ways of Article 10, item 3."""


@dataclass(frozen=True)
class Town:
    """Ids by the names above, one professional for each affiliation, all as of 2024-01-01."""

    authorities: Mapping[str, int]
    units: Mapping[str, int]
    people: Mapping[str, Person]


def number(serial: int) -> str:
    """A resident's number that passes the check digit and belongs to nobody: region 629901 does not exist."""
    first = f"629901199001{serial % 28 + 1:02d}{serial:03d}"
    return first + check_character(first)


def build(instance: Instance) -> Town:
    """Enter the whole province."""
    with writing(instance) as work:
        authorities = {new.code: add_authority(work, new) for new in AUTHORITIES}
        units = {name: add_unit(work, new) for name, new in UNITS.items()}
        people = {}
        for serial, (name, (kind, unit, agency)) in enumerate(AFFILIATIONS.items()):
            belonging = Belonging(
                kind, date(2024, 1, 1), units[unit] if unit else None, authorities[agency] if agency else None
            )
            identifier = read_identifier(IdType.RESIDENT_ID, number(serial))
            people[name] = enter_professional(work, identifier, f"示例{'甲乙丙丁戊己'[serial]}", belonging)
        return Town(authorities, units, people)


def officer(instance: Instance, login: str, *grants: Grant) -> Actor:
    """Somebody with duties, a natural person of their own."""
    with writing(instance) as work:
        key = instance.random_bytes(32)
        account_id = add_account(work, login, key, None)
        for one in grants:
            grant(work, account_id, one)
        return actor_of(work, account_id)


def reviewer(instance: Instance, place: Place, login: str = "reviewer") -> Actor:
    return officer(instance, login, Grant(Role.REVIEWER, place))


def verifier(instance: Instance, place: Place, login: str = "verifier") -> Actor:
    return officer(instance, login, Grant(Role.VERIFIER, place))


def declarant(person: Person) -> Actor:
    """The professional, acting for themselves."""
    return Actor(0, person.key)


def training(**changes: Any) -> dict[str, Any]:
    """A training of three full days, as a professional declares it."""
    days = [{"from": "2026-05-11", "to": "2026-05-13", "unit": "full_day"}]
    return {"category": "training", "mode": "offline", "schedule": days, **changes}
