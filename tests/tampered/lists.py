"""Cheating around the credential: status lists, the ledger's files, the trust list."""

import gzip
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from ledger import checkpoint as checkpoints
from ledger import merkle, note, tiles
from ledger.checkpoint import Checkpoint
from ledger.entry import Kind
from tests.tampered.scene import Case, Make, Scene, another, fails, not_done, stranger
from tests.verifier.authority import BASE, HOST, INDEX, KID, NOW, STATUS_KID, es256, remake
from verifier import base64url, jws, status, strict_json
from verifier.credential import digest, encode_header
from verifier.transport import encode_qr
from verifier.trust import Cut


def qr(scene: Scene) -> str:
    return scene.authority.qr(scene.token).text


def with_files(outcome: Callable[..., Case], number: int, **files: Callable[[Scene], bytes | None]) -> Make:
    """The genuine code, beside public files of which some are other ones."""

    def make(scene: Scene) -> Case:
        made = {name: content(scene) for name, content in files.items()}
        return outcome(qr(scene), number, public=scene.spoiled(**made))

    return make


def gone(_: Scene) -> None:
    """No such file, or a server that is down."""


def listed(**changes: Any) -> Callable[[Scene], bytes]:
    """A revocation list as it should be, but for one thing."""

    def make(scene: Scene) -> bytes:
        given = {
            "signer": scene.authority.signer(),
            "url": f"{BASE}status/r3",
            "bits": status.make_bits(()),
            "issued": NOW - timedelta(hours=4),
            **{name: change(scene) if callable(change) else change for name, change in changes.items()},
        }
        return status.sign_list(**given, valid_until=given["issued"] + timedelta(days=7)).encode()

    return make


def packed(data: bytes) -> Callable[[Scene], bytes]:
    """A list that the right key signed, with other content where the bits should be."""

    def make(scene: Scene) -> bytes:
        value = strict_json.load(jws.split(scene.authority.status_list("r")).payload)
        assert isinstance(value, dict)
        value["credentialSubject"]["encodedList"] = "u" + base64url.encode(gzip.compress(data, mtime=0))
        return jws.assemble(
            encode_header(STATUS_KID), strict_json.dump(value), es256(scene.authority.status_key)
        ).encode()

    return make


def by_stranger(kid: str = STATUS_KID) -> Callable[[Scene], jws.Signer]:
    return lambda _: jws.Signer(kid, es256(stranger()))


def marked(purpose: status.Purpose, *, details: bool = True) -> Make:
    """A credential that was revoked or superseded, shown all the same."""

    def make(scene: Scene) -> Case:
        authority = another()
        token = authority.issue(scene.credential)
        (authority.revoked if purpose == "revocation" else authority.superseded).add(INDEX)
        if details:
            authority.details.append(
                status.Detail(index=INDEX, purpose=purpose, date="2026-04-20", reason="other", successor=None)
            )
        words = "已撤销" if purpose == "revocation" else "已有新版"
        return fails(
            authority.qr(token).text,
            7,
            trust=authority.trust(),
            public=authority.public().files,
            headline=words,
        )

    return make


def flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def with_bundle(change: Callable[[bytes], bytes]) -> Make:
    def make(scene: Scene) -> Case:
        name = tiles.bundle_path(0, len(scene.authority.bodies))
        return fails(qr(scene), 8, public=scene.spoiled(**{name: change(scene.public[name])}))

    return make


def with_tile(change: Callable[[bytes], bytes]) -> Make:
    def make(scene: Scene) -> Case:
        name = tiles.tile_path(0, 0, len(scene.authority.bodies))
        return fails(qr(scene), 8, public=scene.spoiled(**{name: change(scene.public[name])}))

    return make


def entry_rewritten(scene: Scene) -> Case:
    """A forged token, with the entry and the tiles rewritten to fit, but for the checkpoint's signature."""
    forger = another()
    forger.key, forger.status_key = scene.authority.key, scene.authority.status_key
    token = forger.issue(scene.other)
    return fails(forger.qr(token).text, 8, public={**scene.public, **{
        path: data for path, data in forger.public().files.items() if not path.startswith("status")
    }})  # fmt: skip


def of_another_kind(scene: Scene) -> Case:
    """The digest stands in the ledger, but as something else than an issuance."""
    authority = another()
    token = authority.sign(scene.credential)
    index = authority.add(Kind.REGISTRATION, digest(token))
    return fails(
        encode_qr(token, HOST, index).text, 8, trust=authority.trust(), public=authority.public().files
    )


def of_another_version(version: int) -> Make:
    """An entry in a version that is not read here, 0 being the draft: nothing can be said of it, for or against."""

    def make(scene: Scene) -> Case:
        authority = another()
        token = authority.issue(scene.credential)
        text = authority.qr(token).text
        authority.bodies[-1] = authority.bodies[-1].replace(b'"v":1}', b'"v":%d}' % version)
        return not_done(text, 8, trust=authority.trust(), public=authority.public().files)

    return make


def older_ledger(scene: Scene) -> Case:
    """A truncated log: an old checkpoint, rightly signed, from before this entry."""
    return not_done(qr(scene), 8, public=scene.spoiled(checkpoint=scene.authority.checkpoint(size=2)))


def trusting(number: int | None, *undone: int, **changes: Callable[[Scene], Any]) -> Make:
    """The genuine code under another trust list."""

    def make(scene: Scene) -> Case:
        trust = scene.authority.trust(**{name: change(scene) for name, change in changes.items()})
        if number is None:
            return not_done(qr(scene), *undone, trust=trust)
        return fails(qr(scene), number, trust=trust)

    return make


def keys_of(scene: Scene, **changes: Any) -> tuple[Any, ...]:
    first, second = scene.authority.issuer().keys
    issuer = scene.authority.issuer(keys=(remake(first, **changes), second))
    return (issuer,)


def cut_at(scene: Scene, index: int) -> tuple[Any, ...]:
    return keys_of(scene, until=NOW - timedelta(days=1), cut=Cut(log=HOST, index=index))


def other_log(_: Scene) -> note.Signer:
    return note.Signer(HOST, another().log_key)


def other_origin(scene: Scene) -> bytes:
    """A checkpoint of another log that the same key signs."""
    authority = scene.authority
    head = Checkpoint(
        "other.example", len(authority.bodies), merkle.tree_root(authority.node, len(authority.bodies))
    )
    return checkpoints.sign(head, note.Signer("other.example", authority.log_key))


def checkpoint_of(signer: Callable[[Scene], note.Signer]) -> Callable[[Scene], bytes]:
    return lambda scene: scene.authority.checkpoint(signer(scene))


LISTS: dict[str, Make] = {
    "revoked": marked("revocation"),
    "revoked-and-the-details-withheld": marked("revocation", details=False),
    "superseded": marked("refresh"),
    "status-list-withheld": with_files(not_done, 7, status__r3=gone),
    "status-list-of-refresh-withheld": with_files(not_done, 7, status__s3=gone),
    "status-list-that-is-a-page": with_files(not_done, 7, status__r3=lambda _: b"<html>404</html>"),
    "status-list-unsigned": with_files(not_done, 7, status__r3=lambda _: b'{"encodedList":"uAAAA"}'),
    "status-list-by-a-stranger": with_files(not_done, 7, status__r3=listed(signer=by_stranger())),
    "status-list-by-another-issuer": with_files(
        not_done, 7, status__r3=listed(signer=by_stranger("did:web:other.example#status-1"))
    ),
    "status-list-by-the-credential-key": with_files(
        not_done, 7, status__r3=listed(signer=lambda scene: jws.Signer(KID, es256(scene.authority.key)))
    ),
    "status-list-of-another-number": with_files(not_done, 7, status__r3=listed(url=f"{BASE}status/r4")),
    "status-list-of-another-purpose": with_files(
        not_done, 7, status__r3=lambda scene: scene.public["status/s3"]
    ),
    "status-list-replayed-from-long-ago": with_files(
        not_done, 7, status__r3=listed(issued=NOW - timedelta(days=8))
    ),
    "status-list-from-the-future": with_files(not_done, 7, status__r3=listed(issued=NOW + timedelta(days=1))),
    "status-list-too-short-for-the-index": with_files(not_done, 7, status__r3=packed(bytes(100))),
    "status-list-that-explodes": with_files(not_done, 7, status__r3=packed(bytes(50_000_000))),
    "status-list-changed": with_files(
        not_done, 7, status__r3=lambda scene: flipped(scene.public["status/r3"], 900)
    ),
    "ledger-withheld": with_files(not_done, 8, checkpoint=gone),
    "ledger-of-another-key": with_files(fails, 8, checkpoint=checkpoint_of(other_log)),
    "ledger-of-another-name": with_files(fails, 8, checkpoint=other_origin),
    "ledger-truncated": older_ledger,
    "ledger-checkpoint-changed": with_files(
        fails, 8, checkpoint=lambda scene: flipped(scene.public["checkpoint"], 25)
    ),
    "ledger-checkpoint-unsigned": with_files(
        fails, 8, checkpoint=lambda scene: scene.public["checkpoint"].partition(b"\n\n")[0] + b"\n"
    ),
    "ledger-entry-changed": with_bundle(lambda data: flipped(data, data.index(b'"k":"issuance"') - 20)),
    "ledger-entry-gone": with_bundle(lambda data: data[:200]),
    "ledger-hash-changed": with_tile(lambda data: flipped(data, 0)),
    "ledger-hash-gone": with_tile(lambda data: data[:-32]),
    "ledger-rewritten": entry_rewritten,
    "ledger-entry-of-a-later-version": of_another_version(2),
    "ledger-entry-of-the-draft": of_another_version(0),
    "ledger-entry-of-another-kind": of_another_kind,
    "trust-expired": trusting(None, 5, 7, expires=lambda _: NOW - timedelta(days=16)),
    "trust-without-the-key": trusting(
        5, issuers=lambda scene: (scene.authority.issuer(keys=scene.authority.issuer().keys[1:]),)
    ),
    "trust-with-the-key-for-status": trusting(5, issuers=lambda scene: keys_of(scene, use="status")),
    "trust-with-the-key-cut-off-before": trusting(5, issuers=lambda scene: cut_at(scene, 1)),
    "trust-with-the-key-begun-after": trusting(
        5, issuers=lambda scene: keys_of(scene, from_=NOW - timedelta(days=30))
    ),
    "trust-that-demands-witnesses": trusting(
        None, 8, witnesses=lambda scene: (scene.authority.witness()[1],), minimum_witnesses=lambda _: 1
    ),
}
"""Name → how it is made."""
