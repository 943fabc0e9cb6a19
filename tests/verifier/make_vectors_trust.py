"""Makes the vectors of what a verifier stands on: trust list and root chain, status lists, a bundle, a receipt. `./dev vectors`.

Every key is made of a seed that everybody has. What is packed with DEFLATE (status lists, and so the bundle) another zlib
may pack otherwise; whoever reads them gets the same.
"""

import io
import json
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.freezing import put
from tests.verifier.authority import BASE, DID, INDEX, NOW, Authority, Memory, credential, jwk, payload, text
from tests.verifier.seeds import es256, p256, secret
from verifier import jws
from verifier.bundle.making import make_bundle
from verifier.bundle.reading import open_bundle
from verifier.committee.answers import answer
from verifier.committee.receipt import make_receipt
from verifier.committee.rows import tabulate
from verifier.credential import parse_payload
from verifier.ground import Ground
from verifier.opening import Opened, SignedList
from verifier.roots import RootKey, encode_chain, encode_link
from verifier.status import Detail

FOLDER = Path(__file__).parents[1] / "vectors"
BUNDLE = "room.bundle"
FALSE = 4321
"""Index of the certificate that was revoked."""
ABOUT = "密钥人人都有，只用于测试 / signed with keys that everybody has, for tests"


class Scene(NamedTuple):
    """One issuer with a witness, whose root was changed once."""

    authority: Authority
    token: str
    revoked: str
    pinned: RootKey
    chain: str
    trust: str
    public: Memory


@cache
def scene() -> Scene:
    authority = Authority(seed="the vectors")
    token = authority.issue(credential())
    revoked = authority.issue(
        parse_payload(text(payload(FALSE, name="李娜", identifier="620***********2048")))
    )
    authority.revoked.add(FALSE)
    authority.details.append(
        Detail(index=FALSE, purpose="revocation", date="2026-04-20", reason="false-evidence", successor=None)
    )
    cosigner, witness = authority.witness()
    trust = authority.trust_token(authority.trust(witnesses=(witness,), minimum_witnesses=1))
    first, second = p256("the root before"), authority.root_key
    pinned = RootKey(jws.Signer("root-0", es256(first)), jws.PublicKey("ES256", first.public_key()))
    present = RootKey(jws.Signer("root-1", es256(second)), authority.root())
    chain = encode_chain([encode_link(1, pinned, present, NOW - timedelta(days=30))])
    public = authority.public().files | authority.issuances()
    public["checkpoint"] = authority.checkpoint(witnesses=[cosigner])
    return Scene(authority, token, revoked, pinned, chain, trust, Memory(public))


def said(token: str) -> Any:
    """What a JWS says, for reading."""
    return json.loads(jws.split(token).payload)


def trust_vector() -> dict[str, Any]:
    made = scene()
    return {
        "about": ABOUT,
        "now": NOW.isoformat(),
        "pinned": made.pinned.key.to_jwk(),
        "chain": made.chain,
        "root": made.authority.root().to_jwk(),
        "list": made.trust,
        "says": said(made.trust),
        "documents": {"genuine": made.token, "revoked": made.revoked},
    }


def status_vector() -> dict[str, Any]:
    made = scene()
    files = {name: made.public.files[f"status/{name}"].decode() for name in ("r3", "s3", "details3")}
    return {
        "about": ABOUT,
        "issuer": DID,
        "jwk": jwk(made.authority.status_key),
        "revocation": {"url": f"{BASE}status/r3", "jws": files["r3"], "set": [FALSE]},
        "refresh": {"url": f"{BASE}status/s3", "jws": files["s3"], "set": []},
        "details": {"list": 3, "jws": files["details3"], "says": said(files["details3"])},
        "clear": INDEX,
    }


def bundle() -> bytes:
    made = scene()
    return make_bundle(made.trust, made.chain, made.pinned.key, made.public, NOW)


def receipt_vector(packed: bytes) -> dict[str, Any]:
    """The receipt of a committee that verified both certificates on the bundle."""
    made, key = scene(), Ed25519PrivateKey.from_private_bytes(secret("a committee"))
    trust, source = open_bundle(io.BytesIO(packed), BUNDLE, made.pinned.key, NOW)
    ground = Ground(trust, source, NOW)
    opened = Opened(ground, SignedList(trust, made.trust, made.chain), made.pinned.key, None, None)
    answers = [
        answer(f"{number}.jwt", token.encode(), ground)
        for number, token in enumerate((made.token, made.revoked), 1)
    ]
    table = tabulate(answers, (), ())
    receipt = make_receipt(answers, table, opened, key, {"核验结果.csv": b"example\r\n"})
    return {
        "about": ABOUT,
        "thumbprint": receipt.key.thumbprint,
        "jws": receipt.token,
        "says": receipt.content,
    }


def main() -> None:
    packed = bundle()
    put(FOLDER / BUNDLE, packed)
    made = {"trust": trust_vector(), "status": status_vector(), "receipt": receipt_vector(packed)}
    for name, value in made.items():
        put(FOLDER / f"{name}.json", (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode())


if __name__ == "__main__":
    main()
