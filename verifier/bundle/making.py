"""Making a bundle: read what a verifier would read, check it as a verifier would, and keep exactly that."""

import io
import zipfile
from collections.abc import Iterator
from datetime import datetime

from ledger.errors import LedgerError
from verifier import jws
from verifier.bundle.reading import FILES, ROOTS, TRUST
from verifier.errors import AbsentError, BundleError, RulingsError, SourceError, StatusError
from verifier.ground import Ground
from verifier.heads import published_head, published_year
from verifier.roots import establish
from verifier.rulings import read_published
from verifier.sources import Situation, Source
from verifier.standing import open_published, read_details
from verifier.trust import Issuer, TrustList
from verifier.zone import SHANGHAI, day_of

GAP = 10
"""Numbers of status lists that may be unused before one that is used."""
_NO_DATE = (1980, 1, 1, 0, 0, 0)


class _Recording:
    """A source that keeps what was read from it."""

    situation = Situation.ONLINE
    as_of = None

    def __init__(self, source: Source) -> None:
        self.label = source.label
        self.files: dict[str, bytes] = {}
        self._source = source

    def read(self, base: str, path: str) -> bytes:
        data = self._source.read(base, path)
        self.files[FILES + base.removeprefix("https://") + path] = data
        return data


def make_bundle(token: str, chain: str, pinned: jws.PublicKey, source: Source, now: datetime) -> bytes:
    """Make the bundle of a trust list: everything of every issuer on it that an offline check needs.

    Raises:
        TrustError: the list or the chain cannot be relied on.
        BundleError: a file cannot be had, or is not what an issuer on the list has signed, or is too old already.
    """
    trust = establish(token, pinned, chain, now)
    if not trust.current(now):
        raise BundleError(f"信任名单已过期 / the trust list expired on {day_of(trust.expires)}")
    recording = _Recording(source)
    ground = Ground(trust, recording, now)
    for issuer in trust.issuers:
        try:
            read_published(issuer, recording)
            if not _record_lists(issuer, trust, recording, now):
                raise BundleError(f"{issuer.did}: 没有状态表 / no status list below {issuer.base}status/")
            for log in issuer.logs:
                published_head(log, issuer, ground)
                for year in _years(issuer, now):
                    published_year(year, log, issuer, ground)
        except (SourceError, StatusError, LedgerError, RulingsError) as error:
            raise BundleError(f"{issuer.did}: {error}") from None
    parts = {TRUST: token.strip().encode("ascii"), **recording.files}
    if chain:
        parts[ROOTS] = chain.encode("ascii")
    return _pack(parts)


def _record_lists(issuer: Issuer, trust: TrustList, source: Source, now: datetime) -> int:
    """Read the lists from number 1 on, with their details; return how many pairs there are."""
    limit, count, number, last = trust.status_limit, 0, 1, 0
    while number <= last + GAP:
        try:
            for letter in "rs":
                open_published(f"{issuer.base}status/{letter}{number}", issuer, source).check_age(now, limit)
            read_details(number, issuer, source)
            count, last = count + 1, number
        except AbsentError:
            pass
        number += 1
    return count


def _years(issuer: Issuer, now: datetime) -> Iterator[int]:
    first = min(key.from_ for key in issuer.keys).astimezone(SHANGHAI).year
    yield from range(first, now.astimezone(SHANGHAI).year + 1)


def _pack(parts: dict[str, bytes]) -> bytes:
    """Write the ZIP: the same parts give the same bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as packed:
        for name in sorted(parts):
            packed.writestr(zipfile.ZipInfo(name, _NO_DATE), parts[name])
    return file.getvalue()
