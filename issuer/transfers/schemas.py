"""Transfers in, as programs see them."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from issuer.evidence.schemas import ProofAnswer, Tickets, proof_answer
from issuer.portal.schemas import Hours, Part, Yes
from issuer.registration.procedure import Duty, Step
from issuer.registration.schemas import ReasonCode, Words
from issuer.transfers.bringing import Received
from issuer.transfers.findings import There
from issuer.transfers.listing import Waiting
from issuer.transfers.reading import Transfer
from issuer.transfers.receiving import Door
from issuer.transfers.standing_schemas import FindingAnswer, ReplacedAnswer, replaced_answer
from issuer.transfers.stepping import How
from rules.activity import Status

Token = Annotated[str, Field(min_length=1, max_length=12_000, pattern=r"^[\x21-\x7e]+$")]
"""A credential as it was signed, or a QR's text."""


class TransferAsked(Part):
    """A certificate of another province: its token, or without one the first of the files that were kept before
    (`PUT /api/proofs/…`: PDF or picture). `movedOn`: by default the first day at the present employer. `onPaper`: where
    checks are missing, let employer and authority make them.
    """

    token: Token | None = None
    proofs: Tickets = ()
    moved_on: date | None = None
    on_paper: Yes = False


class YearBrought(Part):
    """A year that waits: hours, and the origin's conclusion."""

    year: int
    hours: Hours
    complete: bool


class YearLeftOut(Part):
    """A year of the certificate of which nothing was taken in, and why."""

    year: int
    zh: str
    en: str


class OverlapAnswer(Part):
    """A record here of days before the move: hours may be in two provinces."""

    title: str
    first: date
    last: date
    state: Status


class ReceivedAnswer(Part):
    """What became of a certificate that was brought."""

    id: UUID
    turn: int
    state: Status
    origin: str
    years: tuple[YearBrought, ...]
    left_out: tuple[YearLeftOut, ...]
    overlaps: tuple[OverlapAnswer, ...]


class TransferInList(Part):
    """A transfer in a list."""

    id: UUID
    state: Status
    door: Door
    origin: str
    name: str
    masked_identifier: str
    changed_at: datetime
    standing_there: There | None
    """Where the certificate of a registered one stands at its origin; null before that was asked."""
    replaced_by: UUID | None
    """The transfer that brought a new version with other hours: it waits for the authority, or took this one's place."""


class BlockAnswer(Part):
    """Hours of one kind; `category` where they use up the room under its yearly cap."""

    kind: str
    hours: Hours
    category: str | None


class YearAnswer(Part):
    """A year of a transfer. `whole`: before the year of the move, so that the origin's conclusion holds. `others`: origins
    from which the same year is taken in too.
    """

    year: int
    hours: Hours
    blocks: tuple[BlockAnswer, ...]
    complete: bool
    whole: bool
    others: tuple[str, ...]


class TransferStepAnswer(Part):
    """A step, by duty and never by name, with the way in which the origin's word was checked."""

    duty: Duty
    step: Step
    how: How | None
    reason: str | None
    words: str
    at: datetime


class MissingAnswer(Part):
    """A check that the machine could not make."""

    code: str
    zh: str
    en: str


class CopiedRow(Part):
    """An amount as it was copied from a paper, in the origin's own words, and what it became."""

    year: int
    kind: str
    amount: Hours
    unit: str
    hours: Hours
    becomes: str


class TransferAnswer(TransferInList):
    """A transfer with all that was checked. Its ETag is its turn."""

    turn: int
    document_no: str
    region: str
    moved_on: date
    years: tuple[YearAnswer, ...]
    passed: tuple[int, ...]
    """Numbers of the verifier's checks that passed when it was brought."""
    missing: tuple[MissingAnswer, ...]
    copied: tuple[CopiedRow, ...]
    profiles: tuple[str, ...]
    """Mapping profiles that were used, with their versions."""
    proofs: tuple[ProofAnswer, ...]
    overlaps: tuple[OverlapAnswer, ...]
    steps: tuple[TransferStepAnswer, ...]
    asked_at: datetime | None
    answered_at: datetime | None
    """When the origin was asked whether it still stands, and when there was an answer: an older one is not an answer now."""
    finding: FindingAnswer | None
    documents: tuple[str, ...]
    """Serials of the years' documents that stand: what counts it."""
    replaces: tuple[ReplacedAnswer, ...]
    """Of a new version that says other hours: what it is to replace, or replaced."""


class TransferStepAsked(Part):
    """A step. Approving and registering say how the origin's word was checked: `machine` for a verified credential, which
    is verified once more.
    """

    step: Literal[Step.WITHDRAW, Step.APPROVE, Step.RETURN, Step.REJECT, Step.REGISTER, Step.REVERSE]
    how: How | None = None
    reason: ReasonCode | None = None
    words: Words = ""


class TransferStanding(Part):
    """What became of a transfer."""

    id: UUID
    turn: int
    state: Status


def received_answer(found: Received, turn: int) -> ReceivedAnswer:
    """As programs see it."""
    return ReceivedAnswer(
        id=found.id,
        turn=turn,
        state=found.state,
        origin=found.origin,
        years=tuple(YearBrought(year=y.year, hours=y.hours, complete=y.complete) for y in found.years),
        left_out=tuple(YearLeftOut(year=y.year, zh=y.zh, en=y.en) for y in found.left_out),
        overlaps=_overlaps(found),
    )


def in_list(one: Waiting) -> TransferInList:
    """As programs see it."""
    return TransferInList(
        id=one.id,
        state=Status(one.state),
        door=Door(one.door),
        origin=one.origin,
        name=one.name,
        masked_identifier=one.masked,
        changed_at=one.changed_at,
        standing_there=one.standing,
        replaced_by=one.replaced_by,
    )


def transfer_answer(one: Transfer) -> TransferAnswer:
    """As programs see it."""
    return TransferAnswer(
        id=one.id,
        turn=one.turn,
        state=Status(one.state),
        door=Door(one.door),
        origin=one.origin,
        name=one.name,
        masked_identifier=one.masked,
        changed_at=one.changed_at,
        standing_there=one.asked.standing,
        replaced_by=one.replaced_by,
        replaces=tuple(map(replaced_answer, one.replaces)),
        asked_at=one.asked.asked_at,
        answered_at=one.asked.answered_at,
        finding=None if one.asked.finding is None else FindingAnswer(**vars(one.asked.finding)),
        documents=one.documents,
        document_no=one.document_no,
        region=one.region,
        moved_on=one.moved_on,
        years=tuple(
            YearAnswer(
                year=year.year,
                hours=year.hours,
                blocks=tuple(BlockAnswer(kind=k, hours=h, category=c) for k, h, c in year.blocks),
                complete=year.complete,
                whole=year.whole,
                others=year.others,
            )
            for year in one.years
        ),
        passed=tuple(one.checks.get("passed", ())),
        missing=tuple(MissingAnswer(**lacking) for lacking in one.checks.get("missing", ())),
        copied=tuple(CopiedRow.model_validate(row) for row in one.checks.get("copied", ())),
        profiles=tuple(one.checks.get("profiles") or [one.checks["profile"]]),
        proofs=tuple(map(proof_answer, one.proofs)),
        overlaps=_overlaps(one),
        steps=tuple(
            TransferStepAnswer(
                duty=Duty(step.duty),
                step=Step(step.step),
                how=None if step.how is None else How(step.how),
                reason=step.reason,
                words=step.words,
                at=step.at,
            )
            for step in one.steps
        ),
    )


def _overlaps(found: Received | Transfer) -> tuple[OverlapAnswer, ...]:
    return tuple(
        OverlapAnswer(
            title=one.title,
            first=date.fromisoformat(one.first),
            last=date.fromisoformat(one.last),
            state=Status(one.state),
        )
        for one in found.overlaps
    )
