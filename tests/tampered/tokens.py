"""Cheating with the token: changed data, other keys, other algorithms, other texts of the same value."""

import base64 as standard
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.tampered.scene import Case, Make, Scene, another, fails, stranger
from tests.verifier.authority import (
    BASE,
    DID,
    INDEX,
    KID,
    STATUS_KID,
    altered,
    es256,
    jwk,
    payload,
    remake,
    text,
)
from verifier import base64url, jws
from verifier.credential import encode_header, encode_payload
from verifier.transport import encode_qr

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Order of the group of P-256: with (r, s), (r, n - s) verifies, too."""


def changed(old: str, new: str) -> Make:
    """A change of the signed data that keeps the signature."""
    return lambda scene: fails(altered(scene.token, old.encode(), new.encode()), 4)


def header(failed: int, **fields: object) -> Make:
    """Another header, signed by the issuer's own key as it stands, so that the header alone is wrong."""

    def make(scene: Scene) -> Case:
        made = {"alg": "ES256", "cty": "vc", "kid": KID, "typ": "vc+jwt", **fields}
        data = json.dumps({k: v for k, v in made.items() if v is not None}, separators=(",", ":")).encode()
        return fails(jws.assemble(data, jws.split(scene.token).payload, es256(scene.authority.key)), failed)

    return make


def resigned(failed: int, key: str, kid: str = KID) -> Make:
    """The same data, signed by another key of somebody's."""

    def make(scene: Scene) -> Case:
        keys = {
            "stranger": stranger(),
            "status": scene.authority.status_key,
            "own": scene.authority.key,
        }
        return fails(
            jws.assemble(encode_header(kid), jws.split(scene.token).payload, es256(keys[key])), failed
        )

    return make


def unsigned(scene: Scene) -> Case:
    head = b'{"alg":"none","cty":"vc","kid":"%s","typ":"vc+jwt"}' % KID.encode()
    return fails(f"{base64url.encode(head)}.{base64url.encode(encode_payload(scene.credential))}.", 3)


def confused(scene: Scene) -> Case:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    secret = scene.authority.key.public_key().public_bytes(serialization.Encoding.PEM, form)
    head = b'{"alg":"HS256","cty":"vc","kid":"%s","typ":"vc+jwt"}' % KID.encode()
    token = jws.assemble(
        head, encode_payload(scene.credential), lambda data: hmac.digest(secret, data, hashlib.sha256)
    )
    return fails(token, 3)


def other_signature(signature: Callable[[Scene], bytes]) -> Make:
    """The signed text with other bytes where the signature was."""

    def make(scene: Scene) -> Case:
        parts = jws.split(scene.token)
        return fails(jws.assemble(parts.header_bytes, parts.payload, lambda _: signature(scene)), 4)

    return make


def der(scene: Scene) -> Case:
    def sign(data: bytes) -> bytes:
        return scene.authority.key.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))

    return fails(jws.assemble(encode_header(KID), encode_payload(scene.credential), sign), 4)


def mirrored(scene: Scene) -> Case:
    """ECDSA's other half: a second signature, made without the key. The ledger knows only the first."""
    parts = jws.split(scene.token)
    s = int.from_bytes(parts.signature[32:])
    other = parts.signature[:32] + (ORDER - s).to_bytes(32, "big")
    token = jws.assemble(parts.header_bytes, parts.payload, lambda _: other)
    return fails(encode_qr(token, "jxjy.example.gov.cn", scene.authority.index_of(scene.token)).text, 8)


def reencoded(change: Any) -> Make:
    """Other bytes of the same meaning, signed by the issuer's own key."""

    def make(scene: Scene) -> Case:
        return fails(scene.authority.sign(change(encode_payload(scene.credential))), 2)

    return make


def retext(change: Any) -> Make:
    """Another text of the same token."""
    return lambda scene: fails(change(scene.token), 2)


def loosened(token: str) -> str:
    """The same signature with spare bits that are not zero."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return token[:-1] + alphabet[alphabet.index(token[-1]) + 1]


def plain_base64(token: str) -> str:
    """The payload in the other alphabet of base64, where it differs."""
    head, body, signature = token.split(".")
    body = standard.b64encode(base64url.decode(body) + b"   ").decode()
    return f"{head}.{body}.{signature}"


def lookalike(did: str) -> Make:
    """Another issuer whose name looks like this one's, with its own key and its own ledger."""

    def make(scene: Scene) -> Case:
        made = payload()
        made["iss"] = made["issuer"] = did
        token = jws.assemble(encode_header(f"{did}#2026-1"), text(made), es256(stranger()))
        return fails(token, 5)

    return make


def of_another_issuer(scene: Scene) -> Case:
    """Signed by a second issuer of the same trust list, in this one's name."""
    second = another()
    did = "did:web:jxjy.other.example"
    keys = tuple(remake(key, kid=key.kid.replace(DID, did)) for key in second.issuer().keys)
    listed = remake(second.issuer(), did=did, keys=keys, base="https://jxjy.other.example/")
    token = jws.assemble(encode_header(f"{did}#2026-1"), encode_payload(scene.credential), es256(second.key))
    return fails(token, 5, trust=scene.authority.trust(scene.authority.issuer(), listed))


TOKENS: dict[str, Make] = {
    "hours-raised": changed('"total":"92"', '"total":"98"'),
    "name-changed": changed("张伟", "张炜"),
    "name-of-a-lookalike-character": changed("张伟", "張伟"),
    "id-changed": changed("123X", "1234"),
    "employer-changed": changed("甘肃省人民医院", "兰州市人民医院"),
    "year-changed": lambda scene: fails(
        altered(altered(scene.token, b'"year":2025', b'"year":2024'), b"GS2025", b"GS2024"), 4
    ),
    "year-changed-but-not-the-serial": lambda scene: fails(
        altered(scene.token, b'"year":2025', b'"year":2024'), 2
    ),
    "deemed-added": changed('"deemed":[]', '"deemed":[{"all":"第六条第（五）项"}]'),
    "rules-changed": changed("gs-2023-03-31@1.0.0", "gs-2023-03-31@1.0.1"),
    "version-changed": changed('"version":1', '"version":2'),
    "status-index-moved": lambda scene: fails(
        altered(
            altered(scene.token, f'"{INDEX}"'.encode(), b'"94568"'), f"-00{INDEX}-".encode(), b"-0094568-"
        ),
        4,
    ),
    "status-list-moved-but-not-the-serial": lambda scene: fails(
        altered(scene.token, b"status/r3", b"status/r4"), 2
    ),
    "statement-made-a-certificate": lambda scene: fails(
        altered(scene.statement_token, b"HoursStatement", b"CompletionCertificate"), 2
    ),
    "signed-by-a-stranger": resigned(4, "stranger"),
    "signed-by-the-status-key": resigned(4, "status"),
    "key-of-another-purpose": resigned(5, "status", STATUS_KID),
    "key-that-is-not-listed": resigned(5, "own", f"{DID}#2027-1"),
    "key-of-another-issuer": of_another_issuer,
    "issuer-on-a-lookalike-host": lookalike("did:web:jxjy.examp1e.gov.cn"),
    "issuer-on-a-longer-host": lookalike("did:web:jxjy.example.gov.cn.evil.example"),
    "issuer-in-other-capitals": lookalike("did:web:JXJY.example.gov.cn"),
    "alg-none": unsigned,
    "alg-hs256-with-the-public-key": confused,
    "alg-of-another-curve": header(3, alg="ES384"),
    "alg-of-another-kind": header(3, alg="EdDSA"),
    "alg-in-lower-case": header(3, alg="es256"),
    "header-brings-a-key": lambda scene: header(2, jwk=jwk(scene.authority.key))(scene),
    "header-points-to-a-key": header(2, jku=f"{BASE}keys/jwks.json"),
    "header-brings-a-certificate": header(2, x5c=["MIIB"]),
    "header-with-crit": header(2, crit=["exp"]),
    "header-unencoded-payload": header(2, b64=False),
    "header-of-a-plain-jwt": header(2, typ="JWT"),
    "header-without-cty": header(2, cty=None),
    "header-with-a-field-more": header(2, iss=DID),
    "signature-cut": other_signature(lambda scene: jws.split(scene.token).signature[:-3]),
    "signature-gone": other_signature(lambda _: b""),
    "signature-of-zeros": other_signature(lambda _: bytes(64)),
    "signature-of-another-token": other_signature(lambda scene: jws.split(scene.other_token).signature),
    "signature-in-der": der,
    "signature-mirrored": mirrored,
    "text-padded": retext(lambda token: token + "="),
    "text-with-spare-bits": retext(loosened),
    "text-in-plain-base64": retext(plain_base64),
    "json-key-twice": reencoded(lambda data: data.replace(b'"version":1', b'"version":2,"version":1')),
    "json-with-spaces": reencoded(lambda data: data.replace(b'"year":2025', b'"year": 2025')),
    "json-escaped": reencoded(lambda data: json.dumps(json.loads(data), separators=(",", ":")).encode()),
    "json-in-another-order": reencoded(lambda data: text(dict(reversed(json.loads(data).items())))),
    "json-amount-spelled-otherwise": reencoded(lambda data: data.replace(b'"92"', b'"92.0"')),
    "json-full-id": reencoded(lambda data: data.replace(b"620***********123X", b"62010219900101123X")),
    "from-the-year-9999": reencoded(
        lambda data: text({**json.loads(data), "iat": 253402300799, "validFrom": "9999-12-31T23:59:59Z"})
    ),
}
"""Name → how it is made. The names are the folders' names."""
