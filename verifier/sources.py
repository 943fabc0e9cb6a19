"""Where public files come from: a folder, or the issuer's web server as the trust list names it."""

import errno
from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from verifier.errors import AbsentError, SourceError
from verifier.fetching import Fetcher, is_loopback

MAX_FILE = 8_000_000
"""Bytes of one public file."""
MAX_LIST = 64_000_000
"""Bytes of a year's list of issuances: more than two and a half million."""


class Situation(StrEnum):
    """How fresh the verifier's data can be; it says which verdicts are possible (docs/checks.md)."""

    ONLINE = "online"
    """The issuers' web servers, or a folder with a copy of their files."""
    BUNDLE = "bundle"
    OFFLINE = "offline"

    @property
    def zh(self) -> str:
        """The situation in Chinese."""
        return {"online": "联网或资料文件夹", "bundle": "资料包", "offline": "离线"}[self.value]


class Source(Protocol):
    """Public files by path."""

    @property
    def label(self) -> str:
        """What to call this source in a report."""

    @property
    def situation(self) -> Situation:
        """Which column of the table in docs/checks.md holds."""

    @property
    def as_of(self) -> datetime | None:
        """How old a bundle's data is: the moment of its oldest status list; None for what is read afresh."""

    def read(self, base: str, path: str) -> bytes:
        """Return the file at `path` below an issuer's `base`.

        Raises:
            AbsentError: there is none.
            SourceError: too large, unreachable, or not allowed.
        """


def limit_of(path: str) -> int:
    """Return how large the file at a path may be."""
    return MAX_LIST if "issuances/" in path else MAX_FILE


HOST = "{host}"
"""What stands in a mirror's name for the issuer's own address, where it has the files of several issuers."""


def mirrored(mirror: str, base: str) -> str:
    """The place in a mirror of what an issuer serves below `base`: `{host}` in its name becomes the base without `https://`."""
    return mirror.replace(HOST, base.removeprefix("https://").strip("/"))


class Folder:
    """A copy of one issuer's public folder, or of several with `{host}` in its name. What is in it is signed, so it need not be trusted."""

    situation = Situation.ONLINE
    as_of = None

    def __init__(self, root: Path) -> None:
        """Serve files below `root`."""
        self._root = root
        self.label = root.name

    def read(self, base: str, path: str) -> bytes:
        """Return the file at `path`."""
        try:
            root = Path(mirrored(str(self._root), base)).resolve()
            target = (root / path).resolve()
            if not target.is_relative_to(root):
                raise SourceError(f"{path}: outside the folder")
            if target.stat().st_size > limit_of(path):
                raise SourceError(f"{path}: larger than {limit_of(path)} bytes")
            return target.read_bytes()
        except OSError as error:
            absent = error.errno in {errno.ENOENT, errno.ENOTDIR}
            raise (AbsentError if absent else SourceError)(f"{path}: {error.strerror}") from None


class Web:
    """The issuers' web servers, asked for nothing but files below the bases of the trust list.

    Keeps what it has read, so that a batch asks once; make a new one for fresh answers.
    """

    situation = Situation.ONLINE
    as_of = None

    def __init__(
        self, bases: Collection[str], mirror: str | None = None, fetcher: Fetcher | None = None
    ) -> None:
        """Allow the `bases` of the trust list; `mirror`, when given, is asked in their place, for several with `{host}` in its path.

        Raises:
            SourceError: a mirror that is neither loopback nor among the bases.
        """
        self._bases = frozenset(bases)
        self._mirror = mirror if mirror is None or mirror.endswith("/") else f"{mirror}/"
        if self._mirror and self._mirror not in self._bases and not is_loopback(self._mirror):
            raise SourceError(f"{mirror}: an address named by the trust list, or one of this computer")
        self._fetcher = fetcher or Fetcher()
        self._read: dict[str, bytes] = {}
        self.label = self._mirror or "https"

    def read(self, base: str, path: str) -> bytes:
        """Fetch the file at `path` below `base`."""
        if base not in self._bases:
            raise SourceError(f"{base}: not named by the trust list")
        url = (mirrored(self._mirror, base) if self._mirror else base) + path
        if url not in self._read:
            self._read[url] = self._fetcher.get(url, limit_of(path))
        return self._read[url]
