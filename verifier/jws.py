"""Compact JWS: taken apart strictly, verified by PyJWT's algorithm with the one algorithm bound to the key (RFC 7515, RFC 8725).

What PyJWT leaves open is closed here: base64url that is not canonical, JSON keys that stand twice, headers that bring
a key along, and a JWK whose `use` or `key_ops` is not for verifying signatures.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType

from cryptography.exceptions import UnsupportedAlgorithm
from jwt.algorithms import Algorithm

from verifier import base64url, strict_json
from verifier.errors import AlgorithmError, TokenError
from verifier.suites import SUITES, VerifyingKey

ALGORITHMS = tuple(SUITES)
"""All that may be bound to a key."""
REFUSED_HEADERS = frozenset({"jwk", "jku", "x5u", "x5c", "x5t", "x5t#S256", "crit", "b64", "zip"})
MAX_TOKEN = 2_000_000
USUAL_HEADER = 300
"""Bytes of a header that is remembered; a longer one is read each time, so that nobody fills the memory."""
Sign = Callable[[bytes], bytes]
"""Signs bytes; for ES256 the answer is r || s, 64 bytes (RFC 7518 section 3.4)."""


@dataclass(frozen=True)
class Signer:
    """Whoever signs: the key's name and the act; the key itself stays with the caller."""

    kid: str
    sign: Sign
    alg: str = "ES256"

    @property
    def did(self) -> str:
        """The DID that the key's name begins with."""
        return self.kid.partition("#")[0]


@dataclass(frozen=True)
class Token:
    """A compact JWS taken apart; nothing is verified yet."""

    text: str
    header_bytes: bytes
    payload: bytes
    signature: bytes
    header: Mapping[str, object]

    def field(self, name: str) -> str | None:
        """Return a header field when it is text."""
        value = self.header.get(name)
        return value if isinstance(value, str) else None


@dataclass(frozen=True)
class PublicKey:
    """A public key with the one algorithm that it may be used with."""

    alg: str
    key: VerifyingKey

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, object]) -> "PublicKey":
        """Read a public JWK of P-256 or Ed25519.

        Raises:
            TokenError: another kind of key, a private one, one not for verifying, or one bound to another algorithm.
        """
        if "d" in jwk or "k" in jwk:
            raise TokenError("JWK: a public key, without d or k")
        if jwk.get("use", "sig") != "sig" or "verify" not in _texts(jwk.get("key_ops", ["verify"])):
            raise TokenError("JWK: use sig and key_ops verify, where given")
        alg, key = _read_key(jwk)
        if jwk.get("alg", alg) != alg:
            raise TokenError(f"JWK: alg {alg}, where given, for this kind of key")
        return cls(alg, key)

    def to_jwk(self) -> dict[str, str]:
        """Write the public JWK: its required members and alg."""
        return SUITES[self.alg].jwk(self.key)

    @property
    def thumbprint(self) -> str:
        """SHA-256 of the JWK's required members, in base64url (RFC 7638)."""
        required = {name: value for name, value in sorted(self.to_jwk().items()) if name != "alg"}
        return base64url.encode(hashlib.sha256(strict_json.dump(required)).digest())


def _read_key(jwk: Mapping[str, object]) -> tuple[str, VerifyingKey]:
    kind = jwk.get("kty"), jwk.get("crv")
    suite = next((each for each in SUITES.values() if each.kind == kind), None)
    if suite is None:
        kinds = " or ".join(" ".join(each.kind) for each in SUITES.values())
        raise TokenError(f"JWK: a key of {kinds}")
    try:
        members = {name: base64url.decode(str(jwk[name])) for name in ("x", "y") if name in jwk}
        return suite.alg, suite.read(members)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise TokenError(f"JWK: {error}") from None


def _texts(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def split(text: str) -> Token:
    """Take a compact JWS apart; nothing is verified.

    Raises:
        TokenError: not three parts of canonical base64url, or a header that is not a plain JSON object.
    """
    if len(text) > MAX_TOKEN or text.count(".") != 2:
        raise TokenError(f"three parts joined by dots, at most {MAX_TOKEN} characters")
    try:
        header_bytes, payload, signature = (base64url.decode(part) for part in text.split("."))
    except ValueError as error:
        raise TokenError(str(error)) from None
    read = _read_header if len(header_bytes) <= USUAL_HEADER else _read_header.__wrapped__
    return Token(text, header_bytes, payload, signature, read(header_bytes))


@lru_cache(maxsize=64)
def _read_header(data: bytes) -> Mapping[str, object]:
    """Read a header strictly. All documents signed by one key have the same one."""
    try:
        header = strict_json.load(data)
    except ValueError as error:
        raise TokenError(str(error)) from None
    if not isinstance(header, dict):
        raise TokenError("header: a JSON object")
    if refused := REFUSED_HEADERS & header.keys():
        raise TokenError(f"header: without {', '.join(sorted(refused))}")
    return MappingProxyType(header)


def verify(jws: str | Token, key: PublicKey, typ: str | None) -> bytes:
    """Return the payload if `key` signed it.

    Args:
        jws: the compact JWS.
        key: the public key, with its one algorithm.
        typ: the header's typ; None when the context asks for none.

    Raises:
        AlgorithmError: the header's alg is not the key's.
        TokenError: malformed, another typ, or the signature does not hold.
    """
    token = split(jws) if isinstance(jws, str) else jws
    if key.alg not in ALGORITHMS or token.header.get("alg") != key.alg:
        raise AlgorithmError(f"alg {key.alg}, the one bound to the key")
    if typ is not None and token.header.get("typ") != typ:
        raise TokenError(f"typ {typ}")
    check_signature(token.text.rpartition(".")[0].encode("ascii"), token.signature, key)
    return token.payload


def check_signature(signed: bytes, signature: bytes, key: PublicKey) -> None:
    """Hold that `key` signed the first two parts of a token.

    Raises:
        TokenError: it did not.
    """
    # PyJWT's algorithm and not its decoder, which would take the token apart a second time, and slowly: `split` has
    # done that more strictly.
    if not _algorithm(key.alg).verify(signed, key.key, signature):
        raise TokenError("signature: verification failed")


@cache
def _algorithm(alg: str) -> Algorithm:
    return SUITES[alg].algorithm()


def assemble(header: bytes, payload: bytes, sign: Sign) -> str:
    """Make a compact JWS out of exact bytes; the key stays with the caller."""
    signed = f"{base64url.encode(header)}.{base64url.encode(payload)}"
    return f"{signed}.{base64url.encode(sign(signed.encode('ascii')))}"
