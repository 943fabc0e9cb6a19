"""What authorities enter, as programs see it."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from issuer.governance.entries import Body
from issuer.governance.listing import Listed
from issuer.governance.offices import ChangeKind
from issuer.people.schemas import LookupAsked
from issuer.portal.schemas import Line, Part, Whole
from issuer.registration.entered import EntryKind, EntryState

Document = Annotated[Line, Field(max_length=60)]


class EntryAsked(Part):
    """An entry on a document (文号) and for a reason. `person` for those kinds that are about one; `document` is the identity
    document of whom an account is for: it is compared and not kept, and `holder` and `masked` are made of it.
    """

    content: Annotated[Body, Field(discriminator="kind")]
    document_no: Document
    reason: Line
    person: Whole | None = None
    document: LookupAsked | None = None


class EndAsked(Part):
    """Why an entry ends."""

    reason: Line


class AboutPerson(Part):
    """Whom an entry is about."""

    id: int
    name: str
    masked_identifier: str


class EntryAnswer(Part):
    """An entry. Its ETag is its state. Where two people must act, the first leaves it `proposed`."""

    id: UUID
    kind: EntryKind | ChangeKind
    state: EntryState
    content: dict[str, Any]
    document_no: str
    reason: str
    person: AboutPerson | None
    entered_at: datetime


class EntryStanding(Part):
    """What became of an entry."""

    id: UUID
    state: EntryState
    invitation: str | None = None
    """The code by which an account is opened: told once, to who confirmed it."""
    client_secret: str | None = None
    """The secret of a registration system's client: likewise."""


class ChoiceAnswer(Part):
    """Something to choose: the value that an entry keeps, its name, and what tells it from others of that name: who is above,
    the days, the day by which a deferred year is made up, or `unopened` of an account. `nameEn`, `moreEn`: in English, of what
    has a name in it.
    """

    value: str
    name: str
    more: str
    name_en: str
    more_en: str


class ChoicesAnswer(Part):
    """What there is to choose from; `more`: there is more that matches."""

    items: tuple[ChoiceAnswer, ...]
    more: bool


def entry_answer(one: Listed) -> EntryAnswer:
    """Tell of an entry."""
    about = None
    if one.person_id is not None:
        about = AboutPerson(id=one.person_id, name=one.name or "", masked_identifier=one.masked or "")
    return EntryAnswer(
        id=one.id,
        kind=one.kind,
        state=one.state,
        content={name: value for name, value in one.content.items() if name != "holder"},
        document_no=one.document_no,
        reason=one.reason,
        person=about,
        entered_at=one.entered_at,
    )
