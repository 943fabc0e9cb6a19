"""A year's record and its credential: made ready, then kept. Making reads and signs, keeping alone writes, so that a batch can
be made by several processes at once. The caller opens the transactions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from issuer.credentials.sealing import Issued
from issuer.credentials.service import Order, Ready, issued_before, prepare_all, release_all
from issuer.instance import Transaction
from issuer.records.service import Version, Year, YearRecord, conclude_all, save_all


@dataclass(frozen=True)
class Made:
    """Years made ready, in the order given: new versions with their credentials, and records that say the same already."""

    records: tuple[YearRecord | Version, ...]
    ready: tuple[Ready, ...]
    """The credentials of the new versions, in their order."""


def make(work: Transaction, years: Sequence[Year]) -> Made:
    """Conclude years and sign their credentials; what the ledger is to record is noted.

    Raises:
        ReleaseRefused, KeyUnavailable: as `credentials.service.prepare_all`.
    """
    records = conclude_all(work, years)
    orders = [
        Order(year.person_key, year.entry, year.decision, record.number)
        for year, record in zip(years, records, strict=True)
        if isinstance(record, Version)
    ]
    return Made(tuple(records), tuple(prepare_all(work, orders)))


def keep(work: Transaction, made: Made, people: Mapping[bytes, int]) -> list[Issued]:
    """Save what was made; answers the credential of each year, old and new, in the order given. `people` has each one's id.

    Raises:
        AlreadyWithdrawn: as `credentials.service.release_all`.
    """
    ids = save_all(work, [each for each in made.records if isinstance(each, Version)], people)
    release_all(work, list(zip(ids, made.ready, strict=True)))
    old = issued_before(work, [each for each in made.records if isinstance(each, YearRecord)])
    new = iter(made.ready)
    return [next(new).issued if isinstance(each, Version) else old[each.id] for each in made.records]
