"""Newcomers, as programs see them."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from issuer.governance.offices import Login
from issuer.people.schemas import Code, LookupAsked
from issuer.personnel.newcomer_list import Waiting
from issuer.portal.schemas import Line, Part


class NewcomerAsked(Part):
    """A professional who came by no roster. `unit`, `agency`: where they belong from `first` on, by codes; one or both.
    `series`: the title series of this year.
    """

    document: LookupAsked
    name: Annotated[Line, Field(max_length=50)]
    unit: Code | None = None
    agency: Code | None = None
    first: date
    series: Annotated[Line, Field(max_length=40)] | None = None


class WaitingAnswer(Part):
    """Somebody who has no account yet. `invitedUntil`: until when an invitation stands."""

    id: int
    name: str
    masked_identifier: str
    employer: str
    since: date
    login: str | None
    invited_until: datetime | None


class InvitationAsked(Part):
    """The login of the account to be. Asked again, the login stays as it was."""

    login: Login


class InvitationAnswer(Part):
    """The code of the invitation, told once: the holder opens the account with it (`POST /api/invitations`)."""

    code: str


def waiting_answer(one: Waiting) -> WaitingAnswer:
    """Tell of somebody without an account."""
    return WaitingAnswer(
        id=one.id, name=one.name, masked_identifier=one.masked, employer=one.employer, since=one.since,
        login=one.login, invited_until=one.invited_until,
    )  # fmt: skip
