"""The issuer's DID document (did:web) and its JSON Web Key Set, from the public halves of its keys."""

from collections.abc import Iterable, Mapping
from typing import Any

from issuer.credentials.keys import KeyInfo, Use

SIGNING = (Use.CREDENTIAL, Use.STATUS)


def did_document(did: str, infos: Iterable[KeyInfo]) -> dict[str, Any]:
    """The document served at /.well-known/did.json (DID Core 1.0 §4, did:web): past keys too, for old credentials."""
    signing = [info for info in infos if info.use in SIGNING]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1"],
        "id": did,
        "verificationMethod": [
            {"id": info.kid, "type": "JsonWebKey", "controller": did, "publicKeyJwk": public_jwk(info)}
            for info in signing
        ],
        "assertionMethod": [info.kid for info in signing],
    }


def key_set(infos: Iterable[KeyInfo]) -> dict[str, Any]:
    """The same keys as a JWK Set (RFC 7517 §5)."""
    return {"keys": [public_jwk(info) for info in infos if info.use in SIGNING]}


def public_jwk(info: KeyInfo) -> Mapping[str, str]:
    """One public key as a JWK (RFC 7517 §4), bound to its one algorithm."""
    return {**info.jwk, "kid": info.kid, "alg": info.alg, "use": "sig"}
