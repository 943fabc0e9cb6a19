"""The test of a year, Article 4: the one function that both the engine and a verifier ask."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Deemed(StrEnum):
    """What stands in for hours. The hours themselves are never inflated (A20)."""

    NONE = "none"
    PROFESSIONAL = "professional"
    """An examination: the professional subject, and only that. 第六条第（六）项第2目."""
    ALL = "all"
    """A filed major assignment: the year. 第六条第（五）项."""
    ORIGIN = "origin"
    """Concluded where the person came from: the year. 第十一条第二款."""
    DEFERRED = "deferred"
    """Postponed, not complete. 第六条第（六）项第4目."""


class ExamCredit(StrEnum):
    """How a passed examination enters the test of the total (A23)."""

    MAX = "max_with_required_professional"
    ADDITIVE = "additive"
    WAIVE = "waive_total"


@dataclass(frozen=True, slots=True)
class Required:
    """What the rules demand of one person in one year, in hours."""

    professional: Decimal
    public: Decimal
    total: Decimal


def is_complete(  # noqa: PLR0913  the fields of a certificate, one by one
    professional: Decimal,
    public: Decimal,
    total: Decimal,
    required: Required,
    deemed: str,
    *,
    exam_credit: str = ExamCredit.MAX,
) -> bool:
    """Say whether recognised hours, with what is deemed, complete the year (Articles 4, 6 and 11).

    Necessary for every completion, and sufficient unless the rules add a condition that no sum shows (an
    overlay's minima; a year whose rules ran out): a verifier may conclude "not complete" from False, and asks
    this only of certificates that claim completion.

    Raises:
        ValueError: `deemed` or `exam_credit` is not one of the words above.
    """
    match Deemed(deemed):
        case Deemed.ALL | Deemed.ORIGIN:
            return True
        case Deemed.DEFERRED:
            return False
        case Deemed.NONE:
            enough = professional >= required.professional and total >= required.total
        case _:
            enough = (
                _total_with_exam(professional, public, required, ExamCredit(exam_credit)) >= required.total
            )
    return enough and public >= required.public


def _total_with_exam(
    professional: Decimal, public: Decimal, required: Required, credit: ExamCredit
) -> Decimal:
    match credit:
        case ExamCredit.MAX:
            return max(professional, required.professional) + public
        case ExamCredit.ADDITIVE:
            return professional + required.professional + public
        case _:
            return required.total
