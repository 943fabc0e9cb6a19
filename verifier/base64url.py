"""base64url as signed formats need it: without padding, and one text for one value (RFC 4648 sections 3.5 and 5)."""

import base64
import re

_ALPHABET = re.compile(r"[A-Za-z0-9_-]*")
_LAST = {0: None, 2: frozenset("AQgw"), 3: frozenset("AEIMQUYcgkosw048")}
"""By how many characters there are beyond groups of four: what the last may be, its spare bits zero."""


def encode(data: bytes) -> str:
    """Write bytes as base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """Read base64url, refusing padding, other characters, and spare bits that are not zero.

    Raises:
        ValueError: not canonical base64url.
    """
    beyond = len(text) % 4
    if beyond not in _LAST or not _ALPHABET.fullmatch(text):
        raise ValueError("base64url without padding")
    last = _LAST[beyond]
    if last is not None and text[-1] not in last:
        raise ValueError("base64url whose spare bits are zero")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
