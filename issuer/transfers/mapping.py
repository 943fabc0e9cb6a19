"""From the rows of an origin's certificate to what is registered here. Pure.

A year's hours stand on it by subject; by category they are those that the origin registered itself, and `transfer_in`
for what it had taken over from others. Of that part it must be known whose it was, or hours would count twice when a
person comes back: where it is exactly what we (or another origin that was taken in) had certified of the year, that is
left out, subject by subject; where it is something else, people decide.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from issuer.transfers.errors import Missing, TransferRefused
from issuer.transfers.origins import Profile
from rules.activity import Block
from verifier.credential import Credential
from verifier.subjects import Subject, TransferSubject, YearFigures

CAPPED: tuple[Literal["self_study", "achievement", "expert_service", "contest"], ...] = (
    "self_study",
    "achievement",
    "expert_service",
    "contest",
)
"""Categories whose hours use up the room under our yearly caps (A37); all are of the professional subject."""
ZERO = Decimal(0)


@dataclass(frozen=True)
class Amount:
    """Hours by subject."""

    professional: Decimal
    public: Decimal

    @property
    def total(self) -> Decimal:
        """Both together."""
        return self.professional + self.public

    def less(self, other: "Amount") -> "Amount":
        """What is left without `other`; may be negative."""
        return Amount(self.professional - other.professional, self.public - other.public)


@dataclass(frozen=True)
class Known:
    """What is known here of a person's year: hours that the origin may have taken over from us or through us.

    `taken`: hours of this year are taken in from this origin already. `unclear`: a year that was taken in held hours
    that its own origin had from elsewhere.
    """

    candidates: tuple[Amount, ...] = ()
    taken: bool = False
    unclear: bool = False


@dataclass(frozen=True)
class YearIn:
    """A year that can be registered. `carried`: hours in it that the origin had from elsewhere."""

    year: int
    blocks: tuple[Block, ...]
    complete: bool
    carried: Decimal = ZERO

    @property
    def hours(self) -> Decimal:
        """All its hours."""
        return sum((block.hours for block in self.blocks), ZERO)


@dataclass(frozen=True)
class LeftOut:
    """A year of the certificate of which nothing is taken in, and why."""

    year: int
    zh: str
    en: str


def years_of(credential: Credential) -> tuple[YearFigures, ...]:
    """The rows of a transfer certificate, or the one year of another document."""
    subject = credential.credential_subject
    return subject.years if isinstance(subject, TransferSubject) else (_single(subject),)


def _single(subject: Subject) -> YearFigures:
    return subject


def map_year(
    row: YearFigures, profile: Profile, known: Known
) -> tuple[YearIn | LeftOut, tuple[Missing, ...]]:
    """Map one year; answers with it what people must look at before it can count.

    Raises:
        TransferRefused: the row's sums contradict each other.
    """
    whole = Amount(Decimal(row.hours.professional), Decimal(row.hours.public))
    if whole.total != Decimal(row.hours.total) or whole.total != sum(map(Decimal, row.categories.values())):
        raise TransferRefused(f"{row.year} 年度的学时相加不等于合计 the hours of {row.year} do not add up")
    if known.taken:
        zh = f"{row.year} 年度已从同一地转入过；要更正，请主管部门先冲正原来那次"
        return LeftOut(row.year, zh, f"{row.year} was taken in from there before"), ()
    carried = Decimal(row.categories.get("transfer_in", "0"))
    own = whole
    missing: tuple[Missing, ...] = ()
    if carried or known.unclear:
        ours = {one for one in known.candidates if one.total == carried}
        rest = [left for one in ours if min((left := whole.less(one)).professional, left.public) >= 0]
        if known.unclear or (known.candidates and len(rest) != 1):
            missing = (_carried(row.year),)
        elif rest:
            own, carried = rest[0], ZERO
    if own.total == 0 and whole.total:
        zh = f"{row.year} 年度的学时本来就是在这里登记的，不重复登记"
        return LeftOut(row.year, zh, f"the hours of {row.year} are registered here already"), ()
    return YearIn(row.year, _blocks(row, own, profile), row.conclusion == "complete", carried), missing


def _carried(year: int) -> Missing:
    return Missing(
        "carried",
        f"{year} 年度里流出地自己也是转入的学时，来自哪里",
        f"whose the hours of {year} were that the origin itself had taken in",
    )


def _blocks(row: YearFigures, own: Amount, profile: Profile) -> tuple[Block, ...]:
    """Each subject as the profile maps it; professional hours under our caps apart, by their category."""
    professional, public = (profile.kind(one).kind for one in ("professional", "public"))
    by_category = {name: Decimal(row.categories[name]) for name in CAPPED if name in row.categories}
    if professional != "professional" or sum(by_category.values()) > own.professional:
        by_category = {}
    rest = own.professional - sum(by_category.values(), ZERO)
    blocks = [Block(kind="professional", hours=hours, category=name) for name, hours in by_category.items()]
    blocks += [Block(kind=professional, hours=rest)] if rest else []
    blocks += [Block(kind=public, hours=own.public)] if own.public else []
    return tuple(blocks)


def overlapping(years: Sequence[int], moved_in: int) -> None:
    """Refuse years after the one of the move.

    Raises:
        TransferRefused: one is; names it.
    """
    if late := [str(year) for year in years if year > moved_in]:
        raise TransferRefused(
            f"{'、'.join(late)} 年度晚于调入年度 {moved_in}，请核对调入日期 {', '.join(late)}: after the year of the move, {moved_in}"
        )
