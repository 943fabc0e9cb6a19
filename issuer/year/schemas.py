"""A year, as programs see it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from issuer.portal.schemas import Hours, Part
from issuer.registration.own import Step
from issuer.registration.procedure import Duty
from issuer.registration.schemas import Activity, StepAnswer
from issuer.transfers.findings import There
from issuer.year.changed import Changed
from issuer.year.coming import Coming
from issuer.year.service import Entry, Room, Year
from rules.activity import Status


class EntryAnswer(Part):
    """A declaration or record of the year. `line` is what the rules say of it."""

    id: str
    title: str
    category: str
    state: str
    channel: str
    activity: Activity
    changed_at: datetime | None
    line: dict[str, Any] | None
    steps: tuple[StepAnswer, ...]


class RoomAnswer(Part):
    """A category that can still give hours; null where the year has no cap."""

    category: str
    cap: Hours | None
    left: Hours | None


class ComingAnswer(Part):
    """A year of a transfer that is under way. `next`: who acts next. `whole`: before the year of the move, so that the
    origin's conclusion will hold. `missing`: checks that the machine could not make.
    """

    transfer: UUID
    origin: str
    state: Status
    next: Duty
    hours: Hours
    complete: bool
    whole: bool
    missing: tuple[str, ...]


class ChangedAnswer(Part):
    """A transfer that counts and that its origin has revoked or superseded since, in its words. `next`: who acts next. `held`:
    no new document of the year is issued before. `replaced_by`: the new version with other hours that waits.
    """

    transfer: UUID
    origin: str
    standing_there: There
    document_no: str
    successor: str | None
    zh: str
    en: str
    at: datetime
    next: Duty
    held: bool
    replaced_by: UUID | None


class ReplacedAnswer(Part):
    """A transfer that counts by a new version, in an older one's place."""

    transfer: UUID
    origin: str
    document_no: str
    at: datetime


class YearAnswer(Part):
    """A professional's year. `decision` is what counts; pending hours are in no other figure. `earlier_rules`: it was issued, and
    stays under the rules of that time though others are in force.
    """

    year: int
    name: str
    masked_identifier: str
    employer: str
    decision: dict[str, Any]
    pending_professional: Hours
    pending_total: Hours
    open: tuple[EntryAnswer, ...]
    coming: tuple[ComingAnswer, ...]
    changed: tuple[ChangedAnswer, ...]
    replaced: tuple[ReplacedAnswer, ...]
    counted: tuple[EntryAnswer, ...]
    rooms: tuple[RoomAnswer, ...]
    earlier_rules: bool
    document: str | None
    other_years: tuple[int, ...]


_NEXT = {
    Status.SUBMITTED: Duty.REVIEWER,
    Status.EMPLOYER_APPROVED: Duty.VERIFIER,
    Status.RETURNED: Duty.DECLARANT,
}


def year_answer(year: Year) -> YearAnswer:
    """Tell of a year."""
    return YearAnswer(
        year=year.year,
        name=year.name,
        masked_identifier=year.masked,
        employer=year.employer,
        decision=year.decision.to_json(),
        pending_professional=year.pending_professional,
        pending_total=year.pending_total,
        open=tuple(map(_entry, year.open)),
        coming=tuple(map(_coming, year.coming)),
        changed=tuple(map(_changed, year.changed)),
        replaced=tuple(ReplacedAnswer(**vars(one)) for one in year.replaced),
        counted=tuple(map(_entry, year.counted)),
        rooms=tuple(map(_room, year.rooms)),
        earlier_rules=year.earlier_rules,
        document=year.document,
        other_years=year.others,
    )


def _entry(one: Entry) -> EntryAnswer:
    return EntryAnswer(
        id=one.id,
        title=one.title,
        category=one.category,
        state=one.state,
        channel=one.channel,
        activity=one.facts,
        changed_at=one.changed_at,
        line=None if one.line is None else one.line.to_json(),
        steps=tuple(map(_step, one.steps)),
    )


def _step(step: Step) -> StepAnswer:
    return StepAnswer(duty=step.duty, step=step.step, reason=step.reason, words=step.words, at=step.at)


def _coming(one: Coming) -> ComingAnswer:
    return ComingAnswer(
        transfer=one.transfer,
        origin=one.origin,
        state=Status(one.state),
        next=_NEXT[Status(one.state)],
        hours=one.hours,
        complete=one.complete,
        whole=one.whole,
        missing=tuple(zh for zh, _ in one.missing),
    )


def _changed(one: Changed) -> ChangedAnswer:
    found = one.finding
    return ChangedAnswer(
        transfer=one.transfer,
        origin=one.origin,
        standing_there=one.standing,
        document_no=found.document_no,
        successor=found.successor,
        zh=found.zh,
        en=found.en,
        at=found.at,
        next=one.next,
        held=one.held,
        replaced_by=one.replaced_by,
    )


def _room(room: Room) -> RoomAnswer:
    return RoomAnswer(category=room.category, cap=room.cap, left=room.left)
