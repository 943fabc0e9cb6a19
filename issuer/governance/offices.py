"""Changes of the authority tree, of units and of roles, as entries that two administrators make. Pure: read strictly."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from issuer.access.roles import Role
from issuer.people.affiliation import AffiliationKind, AuthorityKind
from issuer.people.schemas import Code

Name = Annotated[str, Field(min_length=1, max_length=60)]
Login = Annotated[str, Field(min_length=1, max_length=60)]
At = Annotated[str, Field(pattern=r"^(unit|authority):[A-Za-z0-9][A-Za-z0-9-]{0,39}$")]
"""A unit or an authority by its code."""
Granted = Literal[Role.REVIEWER, Role.VERIFIER, Role.DEPARTMENT, Role.ADMINISTRATOR, Role.INSPECTOR]


class ChangeKind(StrEnum):
    """What is changed."""

    AUTHORITY = "authority"
    AUTHORITY_END = "authority_end"
    UNIT = "unit"
    UNIT_MERGE = "unit_merge"
    ACCOUNT = "account"
    ACCOUNT_RENEWAL = "account_renewal"
    ACCOUNT_END = "account_end"
    ROLE = "role"
    ROLE_END = "role_end"
    CLIENT = "client"
    CLIENT_END = "client_end"


class _Change(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class NewOffice(_Change):
    """An authority to be entered below another, in office from the day of its confirmation."""

    kind: Literal[ChangeKind.AUTHORITY] = ChangeKind.AUTHORITY
    code: Code
    sort: Literal[
        AuthorityKind.LOCAL_HRSS, AuthorityKind.PROVINCIAL_DEPARTMENT, AuthorityKind.PERSONNEL_AGENCY
    ]
    name: Name
    parent: Code
    region_code: Annotated[str, Field(pattern=r"^[0-9]{6}$")] | None = None


class OfficeEnd(_Change):
    """The last day of an authority: nothing new is sent to it afterwards."""

    kind: Literal[ChangeKind.AUTHORITY_END] = ChangeKind.AUTHORITY_END
    code: Code
    last: date


class NewEmployer(_Change):
    """A unit to be entered; `authority` verifies for it. Without `uscc` it gets a temporary code."""

    kind: Literal[ChangeKind.UNIT] = ChangeKind.UNIT
    sort: Literal[AffiliationKind.LOCAL_UNIT, AffiliationKind.PROVINCIAL_UNIT, AffiliationKind.CENTRAL_UNIT]
    name: Name
    uscc: Annotated[str, Field(pattern=r"^[0-9A-Za-z]{18}$")] | None = None
    authority: Code | None = None


class UnitMerge(_Change):
    """A duplicate unit goes into the one that stays, with its people, roles and whatever is under way."""

    kind: Literal[ChangeKind.UNIT_MERGE] = ChangeKind.UNIT_MERGE
    gone: Code
    into: Code


class NewAccount(_Change):
    """An account for a natural person. `holder` is the keyed fingerprint of their document, which the portal makes of its
    number; the number itself is not kept.
    """

    kind: Literal[ChangeKind.ACCOUNT] = ChangeKind.ACCOUNT
    login: Login
    holder: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    masked: Annotated[str, Field(max_length=20)] = ""


class AccountRenewal(_Change):
    """A fresh invitation for who has lost password or second factor; both end at once."""

    kind: Literal[ChangeKind.ACCOUNT_RENEWAL] = ChangeKind.ACCOUNT_RENEWAL
    login: Login


class AccountEnd(_Change):
    """The end of an account, for good."""

    kind: Literal[ChangeKind.ACCOUNT_END] = ChangeKind.ACCOUNT_END
    login: Login


class RoleGrant(_Change):
    """A role for an account at a place, from the day of its confirmation."""

    kind: Literal[ChangeKind.ROLE] = ChangeKind.ROLE
    login: Login
    role: Granted
    at: At


class RoleEnd(_Change):
    """The end of a role, at once; whoever held it is signed out."""

    kind: Literal[ChangeKind.ROLE_END] = ChangeKind.ROLE_END
    login: Login
    role: Granted
    at: At


class NewSystem(_Change):
    """A registration system that sends batches by API, by the mapping profiles named; `authority` answers for it."""

    kind: Literal[ChangeKind.CLIENT] = ChangeKind.CLIENT
    client: Code
    profiles: Annotated[tuple[Code, ...], Field(min_length=1, max_length=20)]
    authority: Code


class SystemEnd(_Change):
    """The end of such a system's access, at once and for good."""

    kind: Literal[ChangeKind.CLIENT_END] = ChangeKind.CLIENT_END
    client: Code


Change = (
    NewOffice
    | OfficeEnd
    | NewEmployer
    | UnitMerge
    | NewAccount
    | AccountRenewal
    | AccountEnd
    | RoleGrant
    | RoleEnd
    | NewSystem
    | SystemEnd
)
CHANGES = (
    NewOffice, OfficeEnd, NewEmployer, UnitMerge, NewAccount, AccountRenewal, AccountEnd, RoleGrant, RoleEnd,
    NewSystem, SystemEnd,
)  # fmt: skip
