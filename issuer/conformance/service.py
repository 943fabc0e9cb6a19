"""Signing and verifying what is posted, with a did:jwk of this process. No clock of its own, no database, no network."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import ValidationError

from issuer.conformance.errors import CredentialRefused
from issuer.conformance.schemas import Identified, VerifiableCredential
from issuer.keys.suites import SUITES
from verifier import base64url, jws, strict_json
from verifier.credential import encode_header
from verifier.errors import TokenError
from verifier.trust import LEEWAY

METHOD = "did:jwk:"


@dataclass(frozen=True)
class Throwaway:
    """A key of this process, and the DID that is nothing but its public half (did:jwk)."""

    signer: jws.Signer

    @classmethod
    def make(cls) -> "Throwaway":
        key = ec.generate_private_key(ec.SECP256R1())
        jwk = jws.PublicKey("ES256", key.public_key()).to_jwk()
        did = METHOD + base64url.encode(strict_json.dump(jwk))
        return cls(jws.Signer(f"{did}#0", lambda message: SUITES["ES256"].sign(key, message)))


def issue(key: Throwaway, credential: Mapping[str, Any], now: datetime) -> str:
    """Sign a credential as this process's DID, whatever issuer it names. Answers the token.

    Raises:
        CredentialRefused: it is not shaped as one.
    """
    read = _shaped(credential)
    did = key.signer.did
    issuer = did if isinstance(read.issuer, str) else {**credential["issuer"], "id": did}
    payload = {**credential, "issuer": issuer, "iss": did, "iat": int(now.timestamp())}
    signed = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    return jws.assemble(encode_header(key.signer.kid, key.signer.alg), signed, key.signer.sign)


def verify(token: str, now: datetime) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Verify a token of any did:jwk: signature, shape, dates. Answers the credential, and what was not looked at.

    Raises:
        CredentialRefused: something does not hold.
    """
    try:
        taken = jws.split(token)
        did, _, fragment = (taken.field("kid") or "").partition("#")
        if not did.startswith(METHOD) or fragment != "0":
            raise CredentialRefused("kid: a key of did:jwk; no other method is resolved here")
        jwk = strict_json.load(base64url.decode(did.removeprefix(METHOD)))
        payload = jws.verify(taken, jws.PublicKey.from_jwk(jwk if isinstance(jwk, dict) else {}), "vc+jwt")
        credential = json.loads(payload)
    except (TokenError, ValueError) as error:
        raise CredentialRefused(str(error)) from None
    read = _shaped(credential)
    issuer = read.issuer.id if isinstance(read.issuer, Identified) else read.issuer
    if issuer != did or credential.get("iss", did) != did:
        raise CredentialRefused("issuer: the DID whose key signed")
    if read.valid_from and datetime.fromisoformat(read.valid_from) > now + LEEWAY:
        raise CredentialRefused("validFrom: not in the future")
    if read.valid_until and datetime.fromisoformat(read.valid_until) <= now:
        raise CredentialRefused("validUntil: not in the past")
    unseen = ("credentialStatus: not looked up",) if read.credential_status else ()
    return credential, unseen


def _shaped(credential: object) -> VerifiableCredential:
    try:
        return VerifiableCredential.model_validate(credential)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise CredentialRefused(f"/{'/'.join(map(str, first['loc']))}: {first['msg']}") from None
