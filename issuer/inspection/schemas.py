"""What an inspector reads, as programs see it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from issuer.evidence.schemas import ProofAnswer, proof_answer
from issuer.inspection.files import File
from issuer.inspection.moved import Brought, Moved
from issuer.inspection.overview import Overview, Registration
from issuer.inspection.way import Way
from issuer.people.schemas import LookupAsked, RevealAsked
from issuer.personnel.schemas import SeriesAnswer, SpellAnswer, spell_answer
from issuer.portal.schemas import Line, Part
from issuer.registration.procedure import Duty
from issuer.transfers.findings import There
from issuer.transfers.receiving import Door
from issuer.transfers.schemas import TransferAnswer, transfer_answer
from rules.activity import Status


class StandingAnswer(Part):
    """How many declarations are in a state; `late` of them wait longer than fifteen working days."""

    state: Status
    count: int
    late: int
    self_verified: int


class OverviewAnswer(Part):
    """The jurisdiction, and what stands where."""

    places: tuple[str, ...]
    standing: tuple[StandingAnswer, ...]


class InspectedInList(Part):
    """A declaration in a list, without its person's name."""

    id: UUID
    person: int
    title: str
    category: str
    state: Status
    unit: str | None
    self_verified: bool
    changed_at: datetime


class SampleAnswer(Part):
    """What a word drew; the same word draws the same of the same registrations again."""

    items: tuple[InspectedInList, ...]


class OpeningAsked(Part):
    """Whose file, by document, and why: it is written down who opened it, when and why."""

    document: LookupAsked
    reason: Line


class OpenedAnswer(Part):
    """The number of the person whose file is open for the rest of the day."""

    person: int


class ReasonAsked(RevealAsked):
    """Why a file is opened: it is written down who opened it, when and why."""


class VersionAnswer(Part):
    """A version of a year. `withdrawn`: refresh (superseded) or revocation, since `day`; null while the document stands."""

    year: int
    version: int
    serial: str | None
    document: str | None
    withdrawn: str | None
    reason: str | None
    day: str | None


class DeclaredAnswer(Part):
    """A declaration of the person."""

    id: UUID
    title: str
    category: str
    state: Status
    changed_at: datetime


class EnteredAnswer(Part):
    """What an authority entered about the person; `by`, `second`: logins."""

    kind: str
    state: str
    year: int | None
    document_no: str
    reason: str
    entered_at: datetime
    by: str | None
    second: str | None


class DoneAnswer(Part):
    """An act about the person; `by`: the login."""

    what: str
    at: datetime
    by: str | None
    reason: str | None


class FileAnswer(Part):
    """A person's file."""

    id: int
    name: str
    masked_identifier: str
    employer: str
    history: tuple[SpellAnswer, ...]
    series: tuple[SeriesAnswer, ...]
    years: tuple[VersionAnswer, ...]
    declared: tuple[DeclaredAnswer, ...]
    entered: tuple[EnteredAnswer, ...]
    acts: tuple[DoneAnswer, ...]


class TakenAnswer(Part):
    """A step: in which capacity, by which login, and its index in the ledger once it has one."""

    duty: Duty
    step: str
    reason: str | None
    words: str
    at: datetime
    by: str | None
    index: int | None


class WayAnswer(Part):
    """A declaration with its whole way."""

    id: UUID
    person: int
    name: str
    masked_identifier: str
    title: str
    category: str
    state: Status
    first: str
    last: str
    unit: str | None
    verifier: str | None
    self_verified: bool
    corrects: UUID | None
    proofs: tuple[ProofAnswer, ...]
    steps: tuple[TakenAnswer, ...]
    serials: tuple[str, ...]


class EvidencedStep(Part):
    """A step with what shows that it is in the ledger: content and salt of its commitment, and the proof of its entry."""

    step: str
    at: datetime
    index: int | None
    content: str | None
    salt: str | None
    proof: str | None


class PackAnswer(Part):
    """What somebody else needs to check that the steps are in the ledger, without this system."""

    declaration: UUID
    steps: tuple[EvidencedStep, ...]


class BroughtInList(Part):
    """A transfer in a list, without its person's name."""

    id: UUID
    person: int
    origin: str
    door: Door
    state: Status
    verifier: str | None
    self_verified: bool
    standing_there: There | None
    changed_at: datetime


class MarkAnswer(Part):
    """Of a step: by which login, and its place in the ledger."""

    by: str | None
    index: int | None


class MovedAnswer(Part):
    """A transfer; `marks` are those of its steps, in their order."""

    person: int
    transfer: TransferAnswer
    marks: tuple[MarkAnswer, ...]


def brought(one: Brought) -> BroughtInList:
    """Tell of a transfer in a list."""
    return BroughtInList(
        id=one.id, person=one.person_id, origin=one.origin, door=Door(one.door), state=Status(one.state), verifier=one.verifier,
        self_verified=one.self_verified, standing_there=one.standing, changed_at=one.changed_at,
    )  # fmt: skip


def moved_answer(found: Moved) -> MovedAnswer:
    """Tell of a transfer with its way."""
    marks = tuple(MarkAnswer(by=one.by, index=one.index) for one in found.marks)
    return MovedAnswer(person=found.person_id, transfer=transfer_answer(found.transfer), marks=marks)


def overview_answer(found: Overview) -> OverviewAnswer:
    """Tell what stands where."""
    standing = tuple(
        StandingAnswer(state=one.state, count=one.count, late=one.late, self_verified=one.self_verified)
        for one in found.standing
    )
    return OverviewAnswer(places=found.places, standing=standing)


def listed(found: Sequence[Registration]) -> tuple[InspectedInList, ...]:
    """Tell of declarations in a list."""
    return tuple(
        InspectedInList(
            id=one.id, person=one.person_id, title=one.title, category=one.category, state=Status(one.state),
            unit=one.unit, self_verified=one.self_verified, changed_at=one.changed_at,
        )
        for one in found
    )  # fmt: skip


def file_answer(found: File) -> FileAnswer:
    """Tell of a file."""
    return FileAnswer(
        id=found.id, name=found.name, masked_identifier=found.masked, employer=found.employer,
        history=tuple(map(spell_answer, found.history)),
        series=tuple(SeriesAnswer(year=year, series=series) for year, series in found.series.items()),
        years=tuple(
            VersionAnswer(year=one.year, version=one.version, serial=one.serial, document=one.document,
                          withdrawn=one.purpose, reason=one.reason, day=one.day)
            for one in found.versions
        ),
        declared=tuple(
            DeclaredAnswer(id=one.id, title=one.title, category=one.category, state=Status(one.state), changed_at=one.changed_at)
            for one in found.declared
        ),
        entered=tuple(EnteredAnswer(**vars(one)) for one in found.entered),
        acts=tuple(DoneAnswer(what=one.what, at=one.at, by=one.by, reason=one.reason) for one in found.acts),
    )  # fmt: skip


def way_answer(found: Way) -> WayAnswer:
    """Tell of a declaration with its way."""
    steps = tuple(
        TakenAnswer(duty=Duty(one.duty), step=one.step, reason=one.reason, words=one.words, at=one.at, by=one.by, index=one.index)
        for one in found.steps
    )  # fmt: skip
    return WayAnswer(
        id=found.id, person=found.person_id, name=found.name, masked_identifier=found.masked, title=found.title,
        category=found.category, state=Status(found.state), first=found.first, last=found.last, unit=found.unit,
        verifier=found.verifier, self_verified=found.self_verified, corrects=found.corrects,
        proofs=tuple(map(proof_answer, found.proofs)), steps=steps, serials=found.serials,
    )  # fmt: skip
