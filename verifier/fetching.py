"""Fetching over https, and nothing that could be turned against the fetcher's own network (SSRF, DNS rebinding).

A name is resolved here; all of its addresses must be public ones, and the connection is made to the address that was
looked at, with the name kept for TLS and the server. No redirects, no proxies, no compression, limits on size and time.
http is spoken to this computer alone.
"""

import ipaddress
import socket
import ssl
from collections.abc import Callable, Sequence
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from verifier.errors import AbsentError, SourceError

if TYPE_CHECKING:
    import httpx

SECONDS = 10.0
"""For a file of 8 MB or less; larger ones get as much more as they are larger."""
_USUAL = 8_000_000
_ABSENT = {404, 410}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
Resolver = Callable[[str, int], Sequence[str]]
"""From a host name and a port to its addresses. Raises OSError when it has none."""
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def resolve(host: str, port: int) -> list[str]:
    """Ask the system for the addresses of a name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


def is_public(address: str) -> bool:
    """Whether an address belongs to the public internet: not private, link-local, loopback, multicast or reserved."""
    try:
        ip: Address = ipaddress.ip_address(address)
    except ValueError:  # such as fe80::1%eth0
        return False
    return all(each.is_global and not each.is_multicast and not each.is_reserved for each in _meant(ip))


def _meant(ip: Address) -> list[Address]:
    """Return an address with the IPv4 address that is hidden in it, if any."""
    if isinstance(ip, ipaddress.IPv4Address):
        return [ip]
    if ip.ipv4_mapped is not None:
        return [ip.ipv4_mapped]
    if ip in _NAT64:
        return [ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)]
    hidden: list[Address | None] = [ip.sixtofour, *(ip.teredo or ())]
    return [ip, *(each for each in hidden if each is not None)]


def is_loopback(url: str) -> bool:
    """Whether an address is a plain one of this computer."""
    parts = urlsplit(url)
    if parts.username or parts.query or parts.fragment or parts.scheme not in {"http", "https"}:
        return False
    try:
        return ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return parts.hostname == "localhost"


class Fetcher:
    """Fetches files; keeps nothing."""

    def __init__(
        self,
        resolver: Resolver = resolve,
        public: Callable[[str], bool] = is_public,
        tls: ssl.SSLContext | None = None,
        seconds: float = SECONDS,
    ) -> None:
        """Use another resolver, another rule for addresses or other TLS authorities than the system's."""
        self._resolver = resolver
        self._public = public
        self._tls = tls
        self._seconds = seconds

    def get(self, url: str, limit: int) -> bytes:
        """Fetch one file of at most `limit` bytes.

        Raises:
            AbsentError: the server says that there is none.
            SourceError: not https, not a public address, another answer than 200, too large or too slow.
        """
        import httpx  # noqa: PLC0415 - offline work never loads it

        parts = urlsplit(url)
        at = self._address(parts, url)
        target = httpx.URL(url).copy_with(host=at)
        deadline = monotonic() + self._seconds * max(1, limit / _USUAL)
        headers = {"Host": parts.netloc, "Accept-Encoding": "identity"}
        extensions = {"sni_hostname": parts.hostname} if parts.scheme == "https" else {}
        try:
            with (
                self._client() as client,
                client.stream("GET", target, headers=headers, extensions=extensions) as response,
            ):
                return self._body(response, url, limit, deadline)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise SourceError(f"{url}: {type(error).__name__}") from None

    def _client(self) -> "httpx.Client":
        import httpx  # noqa: PLC0415 - as above

        if self._tls is None:
            self._tls = httpx.create_ssl_context(trust_env=False)
        return httpx.Client(follow_redirects=False, timeout=self._seconds, trust_env=False, verify=self._tls)

    def _body(self, response: "httpx.Response", url: str, limit: int, deadline: float) -> bytes:
        if response.status_code in _ABSENT:
            raise AbsentError(f"{url}: HTTP {response.status_code}")
        if response.status_code != 200:
            raise SourceError(f"{url}: HTTP {response.status_code}")
        data = bytearray()
        for chunk in response.iter_raw():
            data += chunk
            if len(data) > limit:
                raise SourceError(f"{url}: more than {limit} bytes")
            if monotonic() > deadline:
                raise SourceError(f"{url}: too slow")
        return bytes(data)

    def _address(self, parts: SplitResult, url: str) -> str:
        """Return the one address to connect to, after looking at all of them."""
        host = parts.hostname or ""
        local = is_loopback(url)
        if parts.scheme != "https" and not local:
            raise SourceError(f"{url}: https, or an address of this computer")
        try:
            port = parts.port or (443 if parts.scheme == "https" else 80)
            addresses = list(self._resolver(host, port))
        except (OSError, ValueError):
            raise SourceError(f"{url}: the name {host} has no address") from None
        if not addresses:
            raise SourceError(f"{url}: the name {host} has no address")
        for address in addresses:
            if not (ipaddress.ip_address(address).is_loopback if local else self._public(address)):
                raise SourceError(f"{url}: {host} is at {address}, which is not a public address")
        return addresses[0]
