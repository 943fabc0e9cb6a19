"""What has become of a certificate since it was registered, as programs see it."""

from datetime import datetime
from uuid import UUID

from issuer.portal.schemas import Hours, Part
from issuer.transfers.findings import There
from issuer.transfers.reading import Replaced


class FindingAnswer(Part):
    """What changed last at the origin, in words. `successor`: the version in its place."""

    standing: There
    document_no: str
    successor: str | None
    zh: str
    en: str
    at: datetime


class ReplacedYear(Part):
    """A year as it was registered by the older version."""

    year: int
    hours: Hours
    complete: bool


class ReplacedAnswer(Part):
    """A registered transfer whose place another is to take, or took."""

    id: UUID
    document_no: str
    years: tuple[ReplacedYear, ...]


def replaced_answer(one: Replaced) -> ReplacedAnswer:
    """As programs see it."""
    years = (ReplacedYear(year=y, hours=h, complete=done) for y, (h, done) in sorted(one.years.items()))
    return ReplacedAnswer(id=one.id, document_no=one.document_no, years=tuple(years))
