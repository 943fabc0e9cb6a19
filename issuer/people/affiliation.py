"""Personnel affiliation, and the way it sends a declaration (Art. 8; Art. 10, items 2 and 3)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class AffiliationKind(StrEnum):
    """Whose business the verification of a registration is (Art. 10, item 3)."""

    LOCAL_UNIT = "local_unit"
    PROVINCIAL_UNIT = "provincial_unit"
    CENTRAL_UNIT = "central_unit"
    PERSONNEL_AGENCY = "personnel_agency"


class AuthorityKind(StrEnum):
    """Nodes of the tree of those who verify."""

    PROVINCIAL_HRSS = "provincial_hrss"
    LOCAL_HRSS = "local_hrss"
    """Of a prefecture, a county, or a node of its own kind such as 兰州新区 and 甘肃矿区."""
    PROVINCIAL_DEPARTMENT = "provincial_department"
    PERSONNEL_AGENCY = "personnel_agency"


@dataclass(frozen=True)
class Place:
    """Where a duty is done: in a unit, or at an authority. Exactly one is given."""

    unit_id: int | None = None
    authority_id: int | None = None

    def __post_init__(self) -> None:
        if (self.unit_id is None) == (self.authority_id is None):
            raise ValueError("a place is a unit or an authority")


@dataclass(frozen=True)
class Affiliation:
    """Where a person belongs for a time. `until_day` is the last day, None while it lasts.

    `unit_id` is None only for a person whose file an agency keeps and who has no employer; `agency_id` is given for
    those whose file an agency keeps. `authority_id` is the unit's own authority: its HRSS bureau, or its provincial
    department where it has one.
    """

    kind: AffiliationKind
    unit_id: int | None
    agency_id: int | None
    authority_id: int | None
    from_day: date
    until_day: date | None = None


@dataclass(frozen=True)
class Route:
    """Who reviews and who verifies. `self_verified`: a central unit verifies its own people, which is shown (自核)."""

    review: Place
    verify: Place
    self_verified: bool


def route(affiliation: Affiliation, provincial_hrss: int) -> Route:
    """Find the way of a declaration. `provincial_hrss` stands in for a provincial unit without a department.

    Raises:
        ValueError: the affiliation lacks the unit, agency or authority that its kind needs.
    """
    unit = None if affiliation.unit_id is None else Place(unit_id=affiliation.unit_id)
    match affiliation.kind:
        case AffiliationKind.PERSONNEL_AGENCY:
            if affiliation.agency_id is None:
                raise ValueError("an agency's affiliation needs the agency")
            agency = Place(authority_id=affiliation.agency_id)
            return Route(unit or agency, agency, self_verified=False)
        case _ if unit is None:
            raise ValueError(f"an affiliation of kind {affiliation.kind} needs a unit")
        case AffiliationKind.CENTRAL_UNIT:
            return Route(unit, unit, self_verified=True)
        case AffiliationKind.PROVINCIAL_UNIT:
            department = affiliation.authority_id or provincial_hrss
            return Route(unit, Place(authority_id=department), self_verified=False)
        case AffiliationKind.LOCAL_UNIT:
            if affiliation.authority_id is None:
                raise ValueError("a local unit needs its HRSS bureau")
            return Route(unit, Place(authority_id=affiliation.authority_id), self_verified=False)
