"""The issuer's DID document (did:web) and its JSON Web Key Set, from the public halves of its keys."""

from collections.abc import Iterable
from typing import Any

from issuer.keys.ring import KeyInfo, Use

SIGNING = (Use.CREDENTIAL, Use.STATUS)


def did_document(did: str, infos: Iterable[KeyInfo]) -> dict[str, Any]:
    """The document served at /.well-known/did.json (DID Core 1.0 §4, did:web): past keys too, for old credentials.

    A retired key stays an assertion method, since what it signed still counts. A compromised one is kept for the
    record, with `revoked` (Controlled Identifiers 1.0 §2.2), and asserts nothing any more. Which of a past key's
    signatures count is said by the trust list alone: a date could be written back.
    """
    signing = [info for info in infos if info.use in SIGNING]
    methods = [
        {"id": info.kid, "type": "JsonWebKey", "controller": did, "publicKeyJwk": public_jwk(info)}
        | ({"revoked": info.until} if info.ending == "compromised" else {})
        for info in signing
    ]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1"],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [info.kid for info in signing if info.ending != "compromised"],
    }


def key_set(infos: Iterable[KeyInfo]) -> dict[str, Any]:
    """The same keys as a JWK Set (RFC 7517 §5), each with its validity (OpenID Federation 1.0, historical keys)."""
    return {"keys": [public_jwk(info) | _validity(info) for info in infos if info.use in SIGNING]}


def public_jwk(info: KeyInfo) -> dict[str, Any]:
    """One public key as a JWK (RFC 7517 §4), bound to its one algorithm."""
    return {**info.jwk, "kid": info.kid, "alg": info.alg, "use": "sig"}


def _validity(info: KeyInfo) -> dict[str, Any]:
    """`nbf`, and once the key has ended `exp`, or `revoked` with its reason: seconds since 1970 UTC."""
    said: dict[str, Any] = {"nbf": int(info.begins.timestamp())}
    if info.ended is not None:
        said["exp"] = int(info.ended.timestamp())
        if info.ending == "compromised":
            said["revoked"] = {"revoked_at": said["exp"], "reason": "keyCompromise"}
    return said
