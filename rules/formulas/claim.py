"""学时认定 (第六条): a claim on its way through the rules — hours that stand, and every cut with its reason."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from rules.activity import Activity
from rules.decision import Cut, Line
from rules.overlay import Row
from rules.quantity import ZERO, hours_text


@dataclass(slots=True)
class Claim:
    """One activity's hours of one subject (of a transfer: one block's).

    The one mutable thing in rules/: it lives inside one call of `decide`, and only `cut` changes `left`.
    """

    activity: Activity
    category: str
    subject: str | None
    article: str
    claimed: Decimal
    by_day: Mapping[date, Decimal] | None = None
    """For what is counted by the day: hours as claimed on each day, later those that stand."""
    on: date | None = None
    """For the rest: the day that tells its year."""
    row: Row | None = None
    """The overlay's row that values the claim, if one does: then no cap of the measure applies."""
    cap_name: str = ""
    """The parameter that caps the category's year, where one does."""
    left: Decimal = field(init=False)
    cuts: list[Cut] = field(default_factory=list)
    refused: bool = False
    """Whether a gate has refused it whole: it takes no part in anything after."""

    def __post_init__(self) -> None:
        self.left = self.claimed

    @property
    def in_pool(self) -> bool:
        """Whether it shares the person's day with others; what a sector's table values does not."""
        return self.by_day is not None and self.row is None

    def cut(
        self, rule: str, amount: Decimal, article: str, parameter: str | None = None, value: object = None
    ) -> None:
        """Take `amount` hours; an amount of zero is left out. `drop` is for what refuses a whole claim."""
        if amount:
            self._note(rule, amount, article, parameter, value)

    def drop(self, rule: str, article: str, parameter: str | None = None, value: object = None) -> None:
        """Refuse whatever stands, even when that is nothing (an examination carries no hours)."""
        self._note(rule, self.left, article, parameter, value)
        self.refused = True

    def _note(self, rule: str, amount: Decimal, article: str, parameter: str | None, value: object) -> None:
        text = hours_text(value) if isinstance(value, Decimal) else None if value is None else str(value)
        self.cuts.append(Cut(rule, amount, parameter, text, article))
        self.left -= amount

    def line(self) -> Line:
        return Line(
            self.activity.id,
            self.category,
            self.subject,
            self.claimed,
            self.left,
            self.article,
            tuple(self.cuts),
        )


def order(claim: Claim) -> tuple[bool, object, str]:
    """The order in which equals are filled: by registration, then by id; never by position in the input."""
    registered_at = claim.activity.registered_at
    return registered_at is None, registered_at, claim.activity.id


def standing(claims: Iterable[Claim], subject: str) -> Decimal:
    """Sum what stands of one subject."""
    return sum((claim.left for claim in claims if claim.subject == subject), ZERO)
