"""Rules of an authority's own: decided by them, published with a signed index; and cheating with what is published."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from tests.rules.documents import FLOOR, OVERLAY, PACK, bytes_of
from tests.tampered.scene import Case, Make, Scene, another, fails, holds, not_done
from tests.verifier.authority import KID, NOW, Authority, Memory, credential, es256
from verifier import jws
from verifier.bundle.making import make_bundle
from verifier.rulings import FOLDER, INDEX, Listed, sign_index

GANSU = "gs-2023-03-31@1.0.0"
MEASURE = PACK | {
    "id": "other-measure",
    "parameters": PACK["parameters"]
    | {"required_total": {"values": [PACK["parameters"]["required_total"]["values"][0] | {"value": "60"}]}},
}
"""A measure of another province, which asks for 60 hours a year."""
SECTOR = OVERLAY | {
    "id": "own-medical",
    "status": "in_force",
    "basis": [one | {"checked": True} for one in OVERLAY["basis"]],
}
NOTE = "sample-public-floor-1.0.0.note.yaml"
TEXTS = {
    NOTE: bytes_of(FLOOR),
    "other-measure-1.0.0.pack.yaml": bytes_of(MEASURE),
    "own-medical-0.1.0.overlay.yaml": bytes_of(SECTOR),
}
FLOORED: dict[str, Any] = {
    "rules": [GANSU, "sample-public-floor@1.0.0"],
    "required": {"professional": "60", "public": "30", "total": "90"},
}
Publish = Callable[[Authority], Mapping[str, bytes]]


def indexed(texts: Mapping[str, bytes], signer: jws.Signer) -> bytes:
    """The signed index of documents."""
    listed = [
        Listed(name=name, sha256=hashlib.sha256(data).hexdigest(), from_="2025-01-01", document=None)
        for name, data in texts.items()
    ]
    return sign_index(signer, listed, NOW).encode()


def published(authority: Authority, texts: Mapping[str, bytes] = TEXTS) -> dict[str, bytes]:
    """What an authority publishes of its rules."""
    return {INDEX: indexed(texts, authority.signer())} | {FOLDER + name: data for name, data in texts.items()}


def decided(
    outcome: Callable[..., Case], *numbers: int, publish: Publish = published, **subject: Any
) -> Make:
    """A certificate that was decided by rules of the authority's own."""

    def make(_: Scene) -> Case:
        authority = another()
        token = authority.issue(credential(**FLOORED | subject))
        files = authority.public().files | publish(authority)
        return outcome(token, *numbers, trust=authority.trust(), public=files)

    return make


def uneven(authority: Authority) -> dict[str, bytes]:
    """A measure that asks for 80 hours, two thirds of which is no figure that can be booked."""
    total = {
        "required_total": {"values": [PACK["parameters"]["required_total"]["values"][0] | {"value": "80"}]}
    }
    measure = PACK | {"id": "uneven-measure", "parameters": PACK["parameters"] | total}
    return published(authority, {"uneven-measure-1.0.0.pack.yaml": bytes_of(measure)})


def spoiled(note: bytes | None) -> Publish:
    """What is published with a note that is another than the signed one, or (None) gone."""

    def publish(authority: Authority) -> dict[str, bytes]:
        made = published(authority)
        del made[FOLDER + NOTE]
        return made if note is None else made | {FOLDER + NOTE: note}

    return publish


def signed_by(signer: Callable[[Authority], jws.Signer]) -> Publish:
    return lambda authority: published(authority) | {INDEX: indexed(TEXTS, signer(authority))}


def bundled(_: Scene) -> Case:
    """In a room without network: the bundle has the rules."""
    authority = another("the issuer")
    token = authority.issue(credential(**FLOORED))
    files = authority.public().files | authority.issuances() | published(authority)
    listed = authority.trust_token()
    made = make_bundle(listed, "", authority.root(), Memory(files), NOW)
    return holds(token, bundle=made)


LOW = {
    "hours": {"professional": "40", "public": "30", "total": "70"},
    "categories": {"training": "40", "public_online": "30"},
    "required": {"professional": "40", "public": "0", "total": "60"},
}
UNEVEN = {"professional": "53.34", "public": "0", "total": "80"}
"""Two thirds of 80 hours, of which the least that can be booked is asked."""
ENOUGH = {
    "hours": {"professional": "54", "public": "30", "total": "84"},
    "categories": {"training": "54", "public_online": "30"},
    "required": UNEVEN,
}
TWICE = b"parameter: public_min\nparameter: public_min\n"
RULINGS: dict[str, Make] = {
    "own-rules-as-published": decided(holds),
    "own-rules-of-another-measure": decided(holds, rules=["other-measure@1.0.0"], **LOW),
    "own-rules-with-a-share-rounded-up": decided(
        holds, publish=uneven, rules=["uneven-measure@1.0.0"], **ENOUGH
    ),
    "own-rules-with-a-share-rounded-down": decided(
        fails,
        9,
        publish=uneven,
        rules=["uneven-measure@1.0.0"],
        **ENOUGH | {"required": UNEVEN | {"professional": "53.33"}},
    ),
    "own-rules-of-a-sector": decided(holds, rules=[*FLOORED["rules"], "own-medical@0.1.0"]),
    "own-rules-in-a-bundle": bundled,
    "own-rules-not-followed": decided(
        fails, 9, required={"professional": "60", "public": "0", "total": "90"}
    ),
    "own-rules-not-named": decided(fails, 9, rules=[GANSU]),
    "own-rules-not-published": decided(not_done, 9, publish=lambda _: {}),
    "own-rules-of-a-sector-not-published": decided(not_done, 9, rules=[*FLOORED["rules"], "other@1.0.0"]),
    "own-rules-withheld": decided(not_done, 9, publish=spoiled(None)),
    "own-rules-with-another-text": decided(
        not_done, 9, publish=spoiled(TEXTS[NOTE].replace(b"'30'", b"'20'"))
    ),
    "own-rules-signed-by-a-stranger": decided(
        not_done, 9, publish=signed_by(lambda _: another("a stranger").signer())
    ),
    "own-rules-signed-by-the-credential-key": decided(
        not_done, 9, publish=signed_by(lambda authority: jws.Signer(KID, es256(authority.key)))
    ),
    "own-rules-that-are-no-yaml": decided(
        not_done, 9, publish=lambda authority: published(authority, TEXTS | {NOTE: TWICE})
    ),
}
"""Name → how it is made."""
