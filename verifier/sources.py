"""Where public files come from: a folder, or the issuer's web server as the trust list names it."""

import ipaddress
from collections.abc import Collection
from pathlib import Path
from time import monotonic
from typing import Protocol
from urllib.parse import urlsplit

from verifier.errors import SourceError

MAX_FILE = 8_000_000
"""Bytes of one public file."""
SECONDS = 10.0


class Source(Protocol):
    """Public files by path."""

    @property
    def label(self) -> str:
        """What to call this source in a report."""

    def read(self, base: str, path: str) -> bytes:
        """Return the file at `path` below an issuer's `base`.

        Raises:
            SourceError: missing, too large, unreachable, or not allowed.
        """


class Folder:
    """A copy of one issuer's public folder. What is in it is signed, so the folder need not be trusted."""

    def __init__(self, root: Path) -> None:
        """Serve files below `root`."""
        self._root = root.resolve()
        self.label = root.name

    def read(self, base: str, path: str) -> bytes:  # noqa: ARG002 - one folder, one issuer
        """Return the file at `path`; `base` makes no difference."""
        target = (self._root / path).resolve()
        if not target.is_relative_to(self._root):
            raise SourceError(f"{path}: outside the folder")
        try:
            if target.stat().st_size > MAX_FILE:
                raise SourceError(f"{path}: larger than {MAX_FILE} bytes")
            return target.read_bytes()
        except OSError as error:
            raise SourceError(f"{path}: {error.strerror}") from None


class Web:
    """The issuers' web servers: https (http on loopback only), no redirects, limits on size and time.

    Keeps what it has read, so that a batch asks once; make a new one for fresh answers.
    """

    def __init__(self, bases: Collection[str], mirror: str | None = None) -> None:
        """Allow the `bases` of the trust list; `mirror`, when given, is asked in their place.

        Raises:
            SourceError: a mirror that is neither loopback nor among the bases.
        """
        self._bases = frozenset(bases)
        self._mirror = mirror if mirror is None or mirror.endswith("/") else f"{mirror}/"
        if self._mirror and self._mirror not in self._bases and not _loopback(self._mirror):
            raise SourceError(f"{mirror}: an address named by the trust list, or one of this computer")
        self._read: dict[str, bytes] = {}
        self.label = self._mirror or "https"

    def read(self, base: str, path: str) -> bytes:
        """Fetch the file at `path` below `base`."""
        if base not in self._bases:
            raise SourceError(f"{base}: not named by the trust list")
        url = (self._mirror or base) + path
        if url not in self._read:
            self._read[url] = _fetch(url)
        return self._read[url]


def _loopback(url: str) -> bool:
    parts = urlsplit(url)
    if parts.username or parts.query or parts.fragment or parts.scheme not in {"http", "https"}:
        return False
    try:
        return ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return parts.hostname == "localhost"


def _fetch(url: str) -> bytes:
    import httpx  # noqa: PLC0415 - offline work never loads it

    deadline = monotonic() + SECONDS
    try:
        with (
            httpx.Client(follow_redirects=False, timeout=SECONDS, trust_env=False) as client,
            client.stream("GET", url, headers={"Accept-Encoding": "identity"}) as response,
        ):
            if response.status_code != httpx.codes.OK:
                raise SourceError(f"{url}: HTTP {response.status_code}")
            data = bytearray()
            for chunk in response.iter_raw():
                data += chunk
                if len(data) > MAX_FILE or monotonic() > deadline:
                    raise SourceError(f"{url}: more than {MAX_FILE} bytes or {SECONDS:.0f} seconds")
            return bytes(data)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise SourceError(f"{url}: {type(error).__name__}") from None
