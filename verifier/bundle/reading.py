"""Reading a bundle: a ZIP without compression, whose every part is signed, so that the file need not be trusted.

trust-list.jwt            the signed trust list
trust-roots.txt           the root chain; absent when there was no change
files/<host>/<path>       public files as the issuers serve them (docs/format.md, 5)
"""

import re
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from verifier import jws
from verifier.errors import AbsentError, BundleError, SourceError, StatusError
from verifier.roots import establish
from verifier.seen import Seen
from verifier.sources import MAX_FILE, Situation, limit_of
from verifier.standing import open_published
from verifier.status import StatusList
from verifier.trust import Issuer, TrustList

TRUST, ROOTS, FILES = "trust-list.jwt", "trust-roots.txt", "files/"
MAX_PARTS = 10_000
_NOT_PLAIN = 0x1 | 0x20 | 0x40 | 0x2000
"""Flags of a ZIP's part that is encrypted, a patch of something, strongly encrypted, or masked (APPNOTE, 4.4.4)."""
_PART = re.compile(r"files/[a-z0-9.-]{1,253}(:[0-9]{1,5})?(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+")
_LIST = re.compile(r"status/[rs][1-9][0-9]{0,5}")


@dataclass(frozen=True)
class Listed:
    """One status list of a bundle, opened: its signature holds; how old it may be is the trust list's to say."""

    issuer: Issuer
    path: str
    content: StatusList


class Bundle:
    """An opened bundle, as a source of public files."""

    situation = Situation.BUNDLE

    def __init__(self, file: Path | BinaryIO, label: str) -> None:
        """Open the file; `label` is what reports call it.

        Raises:
            BundleError: not a bundle.
        """
        self.label = label
        self.as_of: datetime | None = None
        try:
            self._zip = zipfile.ZipFile(file)
            parts = self._zip.infolist()
        except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError):
            raise BundleError(
                f"{label}: 不是资料包 / not a bundle (a ZIP made by `xueshi bundle make`)"
            ) from None
        if len(parts) > MAX_PARTS:
            raise BundleError(f"{label}: 至多 {MAX_PARTS} 个文件 / at most {MAX_PARTS} files")
        self._parts = {part.filename: part for part in parts}
        if len(self._parts) != len(parts):
            raise BundleError(f"{label}: 有同名文件 / a name stands twice")
        for part in parts:
            if part.filename not in {TRUST, ROOTS} and not _PART.fullmatch(part.filename):
                raise BundleError(
                    f"{label}: 不该有的文件 / a file that no bundle has: {part.filename[:80]!r}"
                )
            if part.compress_type != zipfile.ZIP_STORED or part.flag_bits & _NOT_PLAIN:
                raise BundleError(f"{label}: {part.filename}: 不应压缩或加密 / neither packed nor encrypted")

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the files in it, sorted."""
        return tuple(sorted(self._parts))

    @property
    def chain(self) -> str:
        """The root chain; empty when there was no change.

        Raises:
            BundleError: not text.
        """
        return self.text(ROOTS) if ROOTS in self._parts else ""

    def text(self, name: str) -> str:
        """Return the trust list or the root chain.

        Raises:
            BundleError: missing, or not text.
        """
        try:
            return self._data(name, MAX_FILE).decode("ascii")
        except (SourceError, UnicodeDecodeError):
            raise BundleError(f"{self.label}: 缺 {name}，或读不懂 / {name} is missing or not text") from None

    def read(self, base: str, path: str) -> bytes:
        """Return a public file."""
        return self._data(FILES + base.removeprefix("https://") + path, limit_of(path))

    def _data(self, name: str, limit: int) -> bytes:
        part = self._parts.get(name)
        if part is None:
            raise AbsentError(f"{name}: not in the bundle")
        if part.file_size > limit:
            raise SourceError(f"{name}: larger than {limit} bytes")
        try:
            return self._zip.read(part)
        except (OSError, zipfile.BadZipFile, EOFError, ValueError, RuntimeError):
            raise SourceError(f"{name}: the bundle is damaged there") from None

    def lists(self, trust: TrustList) -> tuple[Listed, ...]:
        """Open every status list.

        Raises:
            BundleError: one of them is not the issuer's.
        """
        found = []
        for issuer in trust.issuers:
            folder = FILES + issuer.base.removeprefix("https://")
            paths = [name.removeprefix(folder) for name in self.names if name.startswith(folder)]
            for path in filter(_LIST.fullmatch, paths):
                try:
                    found.append(Listed(issuer, path, open_published(issuer.base + path, issuer, self)))
                except (StatusError, SourceError) as error:
                    raise BundleError(f"{self.label}: {path}: {error}") from None
        return tuple(found)


def open_bundle(
    file: Path | BinaryIO, label: str, pinned: jws.PublicKey, now: datetime, seen: Seen | None = None
) -> tuple[TrustList, Bundle]:
    """Open a bundle with the pinned root; its age (`as_of`) is the signed moment of its oldest status list.

    Raises:
        BundleError: not whole, or a part is not what it says.
        TrustError: its trust list or root chain cannot be relied on.
        RollbackError: older than what was seen here before.
    """
    bundle = Bundle(file, label)
    trust = establish(bundle.text(TRUST), pinned, bundle.chain, now, seen)
    moments = [listed.content.issued for listed in bundle.lists(trust)]
    bundle.as_of = min(moments, default=trust.issued)
    return trust, bundle
