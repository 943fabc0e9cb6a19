"""The trust list opens with the pinned root alone, and says when it may no longer be relied on."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import ValidationError

from tests.verifier.authority import DID, KID, NOW, Authority, altered, es256, jwk, remake
from verifier import jws, strict_json
from verifier.credential import encode_header
from verifier.errors import TrustError
from verifier.trust import TYP, encode_trust, open_trust, read_root


def test_the_list_comes_back(authority: Authority) -> None:
    assert open_trust(authority.trust_token(), authority.root(), NOW) == authority.trust()


def test_an_expired_list_opens_and_says_so(authority: Authority) -> None:
    trust = authority.trust(expires=NOW - timedelta(seconds=1))
    assert not open_trust(authority.trust_token(trust), authority.root(), NOW).current(NOW)


def test_the_root_is_read_from_its_jwk(authority: Authority) -> None:
    assert read_root(strict_json.dump(jwk(authority.root_key))) == authority.root()


def resigned(
    authority: Authority, change: Callable[[dict[str, Any]], object], header: bytes | None = None
) -> str:
    """A list with a change that the root itself signed."""
    value = strict_json.load(jws.split(authority.trust_token()).payload)
    assert isinstance(value, dict)
    change(value)
    return jws.assemble(
        header or encode_header("root-1", typ=TYP, cty=None),
        strict_json.dump(value),
        es256(authority.root_key),
    )


def another_root(authority: Authority) -> str:
    return encode_trust(
        authority.trust(), jws.Signer("root-1", es256(ec.generate_private_key(ec.SECP256R1())))
    )


REFUSALS: dict[str, Callable[[Authority], str]] = {
    "signed by another root": another_root,
    "signed by the issuer": lambda a: encode_trust(a.trust(), jws.Signer(KID, es256(a.key))),
    "changed": lambda a: altered(a.trust_token(), b'"number":7', b'"number":8'),
    "not a JWS": lambda _: "trust",
    "of another kind": lambda a: resigned(a, lambda _: None, encode_header("root-1", typ="vc+jwt", cty=None)),
    "issued in the future": lambda a: a.trust_token(a.trust(issued=NOW + timedelta(hours=1))),
    "of another version": lambda a: resigned(a, lambda v: v.update(version=2)),
    "with an unknown field": lambda a: resigned(a, lambda v: v.update(more=1)),
    "without an expiry": lambda a: resigned(a, lambda v: v.pop("expires")),
    "with a base over http": lambda a: resigned(
        a, lambda v: v["issuers"][0].update(base="http://a.example/")
    ),
    "with a base on a host with a user": lambda a: resigned(
        a, lambda v: v["issuers"][0].update(base="https://a@b.example/")
    ),
    "with a private key": lambda a: resigned(a, lambda v: v["issuers"][0]["keys"][0]["jwk"].update(d="AAAA")),
    "with a key of another's": lambda a: resigned(
        a, lambda v: v["issuers"][0]["keys"][0].update(kid="did:web:b.example#1")
    ),
    "with a key twice": lambda a: resigned(
        a, lambda v: v["issuers"][0]["keys"].append(v["issuers"][0]["keys"][0])
    ),
    "with an issuer twice": lambda a: resigned(a, lambda v: v["issuers"].append(v["issuers"][0])),
    "demanding witnesses that it does not name": lambda a: resigned(
        a, lambda v: v.update(minimumWitnesses=1)
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refused(authority: Authority, case: str) -> None:
    with pytest.raises(TrustError):
        open_trust(REFUSALS[case](authority), authority.root(), NOW)


def test_the_draft_is_named(authority: Authority) -> None:
    with pytest.raises(TrustError, match=r"/version: .*version 0; this program reads version 1 alone"):
        open_trust(resigned(authority, lambda v: v.update(version=0)), authority.root(), NOW)


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b"-----BEGIN PUBLIC KEY-----", b'{"kty":"oct","k":"AAAA"}']
)
def test_what_is_no_root_is_refused(data: bytes) -> None:
    with pytest.raises(TrustError):
        read_root(data)


def test_a_key_is_found_by_name_and_purpose_only(authority: Authority) -> None:
    issuer = authority.issuer()
    assert issuer.key(KID, "credential")
    assert issuer.key(KID, "status") is None
    assert issuer.key(f"{DID}#other", "credential") is None


def test_a_moment_is_utc_in_whole_seconds(authority: Authority) -> None:
    with pytest.raises(ValidationError):
        remake(authority.trust(), issued=NOW + timedelta(microseconds=1))
