"""A person's activities as they were registered: frozen types, one per way of learning in Articles 5, 6 and 11."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from rules.scalars import Day, Frozen, Hours, Moment, Name, Text, Word, Year


class Channel(StrEnum):
    """The way a record came in (Articles 9 to 11)."""

    DECLARED = "declared"
    BASE_PLATFORM = "base_platform"
    IMPORT = "import"
    TRANSFER = "transfer"


class Status(StrEnum):
    """Where a record stands in the procedure of Article 10. Only `registered` counts."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    EMPLOYER_REVIEW = "employer_review"
    EMPLOYER_APPROVED = "employer_approved"
    REGISTERED = "registered"
    RETURNED = "returned"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    REVERSED = "reversed"
    SUPERSEDED = "superseded"


EVER_REGISTERED = frozenset({Status.REGISTERED, Status.REVERSED, Status.SUPERSEDED})


class Unit(StrEnum):
    """How a schedule counts a day."""

    FULL_DAY = "full_day"
    HALF_DAY = "half_day"
    HOURS = "hours"
    MINUTES = "minutes"


class Workflow(Frozen):
    """Who did what, as opaque ids of natural persons (Article 10)."""

    declared_by: Name
    reviewed_by: Name
    verified_by: Name
    affiliation: Word | None = None


class Span(Frozen):
    """Every calendar day from `start` to `end`, both included."""

    start: Day = Field(alias="from")
    end: Day = Field(alias="to")


class Window(Span):
    """A period of which only the total is known; spread evenly over the attended days (A12)."""

    attended: Annotated[tuple[Day, ...], Field(min_length=1, max_length=3660, strict=False)] | None = None
    """The days attended; without them, every calendar day of the period."""


class Stretch(Span):
    """Days of equal length. `value` is hours or minutes a day, and belongs to those units only."""

    unit: Annotated[Unit, Field(strict=False)]
    value: Hours | None = None


class Registered(Frozen):
    """What every record has."""

    id: Name
    channel: Annotated[Channel, Field(strict=False)]
    status: Annotated[Status, Field(strict=False)]
    registered_at: Moment | None = None
    event_key: Name | None = None
    """The event, certificate number or identifier of a work: one key, one credit."""
    makes_up_year: Year | None = None
    """The deferred year to which the person designated this activity. 第六条第（六）项第4目."""
    workflow: Workflow | None = None
    title: Text | None = None


Schedule = Annotated[tuple[Stretch, ...], Field(min_length=1, max_length=400, strict=False)]


class Daily(Registered):
    """Counted by the day: a schedule, or a window with its total."""

    schedule: Schedule | None = None
    window: Window | None = None
    total_hours: Hours | None = None


class Training(Daily):
    """第六条第（一）项."""

    category: Literal["training"]
    subject: Literal["professional"] = "professional"
    mode: Literal["offline", "online"]
    completed_on: Day | None = None
    exam_passed: bool | None = None


class Academic(Daily):
    """第六条第（三）项."""

    category: Literal["academic"]
    subject: Literal["professional"] = "professional"


class ExpertService(Daily):
    """第六条第（六）项第1目."""

    category: Literal["expert_service"]
    subject: Literal["professional"] = "professional"
    invited: bool


class PublicOffline(Daily):
    """第五条: offline, as for the professional subject."""

    category: Literal["public_offline"]
    subject: Literal["public"] = "public"


class PublicOnline(Registered):
    """第五条: online, by the course's own hours."""

    category: Literal["public_online"]
    subject: Literal["public"] = "public"
    total_hours: Hours
    completed_on: Day
    exam_passed: bool


class SelfStudy(Registered):
    """第六条第（二）项."""

    category: Literal["self_study"]
    subject: Literal["professional"] = "professional"
    kind: Word
    year: Year
    determined_hours: Hours
    archive: bool


class Achievement(Registered):
    """第六条第（四）项."""

    category: Literal["achievement"]
    subject: Literal["professional"] = "professional"
    kind: Word
    role: Word | None = None
    achieved_on: Day
    determined_hours: Hours


class Contest(Registered):
    """第六条第（六）项第3目."""

    category: Literal["contest"]
    subject: Literal["professional"] = "professional"
    held_on: Day
    determined_hours: Hours
    recognised_by_authority: bool


class Exam(Registered):
    """第六条第（六）项第2目."""

    category: Literal["exam"]
    subject: Literal["professional"] = "professional"
    exam_name: Text | None = None
    approved_on: Day
    issued_on: Day
    listed: bool
    all_subjects_passed: bool
    subjects_passed: Annotated[int, Field(ge=0, le=50)] | None = None


class MajorAssignment(Registered):
    """第六条第（五）项."""

    category: Literal["major_assignment"]
    start: Day | None = None
    end: Day | None = None
    """Both or neither; where they are known, no filed year lies outside them."""
    employer_certificate: bool
    provincial_filing: bool
    filed_years: Annotated[tuple[Year, ...], Field(max_length=50, strict=False)]


class Block(Frozen):
    """Hours of one kind in a transfer. `category`, where known, uses up the room under that cap (A37)."""

    kind: Literal["professional", "public", "elective", "sector_public"]
    hours: Hours
    category: Literal["self_study", "achievement", "expert_service", "contest"] | None = None


class TransferIn(Registered):
    """第十一条第二款."""

    category: Literal["transfer_in"]
    year: Year
    origin_region: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
    blocks: Annotated[tuple[Block, ...], Field(max_length=50, strict=False)]
    moved_on: Day
    origin_verified: bool
    origin_complete: bool


class Credits(Registered):
    """第七条: units of a sector, worth hours only through the sector's overlay."""

    category: Literal["credits"]
    subject: Literal["professional", "public"] = "professional"
    year: Year
    credit_class: Word = Field(alias="class")
    credits: Hours


Pooled = Training | Academic | ExpertService | PublicOffline
Activity = Annotated[
    Training
    | Academic
    | ExpertService
    | PublicOffline
    | PublicOnline
    | SelfStudy
    | Achievement
    | Contest
    | Exam
    | MajorAssignment
    | TransferIn
    | Credits,
    Field(discriminator="category"),
]
CATEGORIES = (
    "training",
    "self_study",
    "academic",
    "achievement",
    "major_assignment",
    "expert_service",
    "exam",
    "contest",
    "public_online",
    "public_offline",
    "transfer_in",
    "credits",
)
"""In the order of the articles; decisions list them so."""
