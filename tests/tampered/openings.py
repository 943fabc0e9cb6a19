"""Cheating with what the verifier stands on: trust list, root chain, bundle, and data older than it has seen."""

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import timedelta

from ledger.cosignature import Cosigner
from tests.tampered.lists import qr
from tests.tampered.scene import Case, Make, Scene, another, fails, holds, not_done
from tests.verifier.authority import BASE, HOST, NOW, Memory, es256
from tests.verifier.seeds import p256
from verifier import jws
from verifier.bundle.making import make_bundle
from verifier.bundle.reading import FILES, TRUST
from verifier.roots import RootKey, encode_chain, encode_link
from verifier.trust import TrustList, encode_trust

R3 = f"{FILES}{HOST}/status/r3"


def refused(error: str, **circumstances: object) -> Make:
    """The genuine code under trust data that must not be opened."""
    return lambda scene: holds(
        qr(scene), refused=error, **{k: _of(v, scene) for k, v in circumstances.items()}
    )


def _of(value: object, scene: Scene) -> object:
    return value(scene) if callable(value) else value


def root(name: str) -> RootKey:
    key = p256(f"root {name}")
    return RootKey(jws.Signer(name, es256(key)), jws.PublicKey("ES256", key.public_key()))


def own_root(scene: Scene) -> RootKey:
    return RootKey(jws.Signer("root-1", es256(scene.authority.root_key)), scene.authority.root())


def listed_by(signer: RootKey, trust: TrustList) -> str:
    return encode_trust(trust, signer.signer)


def chained(scene: Scene, *roots: RootKey) -> str:
    """A root chain from the pinned root through others."""
    whole = (own_root(scene), *roots)
    links = [encode_link(n, old, new, NOW) for n, (old, new) in enumerate(zip(whole, roots, strict=False), 1)]
    return encode_chain(links)


def half_signed(scene: Scene) -> str:
    """A link that the old root has not signed."""
    impostor = RootKey(root("impostor").signer, scene.authority.root())
    return encode_chain([encode_link(1, impostor, root("root-2"), NOW)])


# seen before


def seen(**before: Callable[[Scene], object] | int) -> Callable[[Scene], Mapping[str, object]]:
    nothing: dict[str, object] = {"roots": 0, "number": 0, "lists": {}, "heads": {}}
    return lambda scene: {**nothing, **{name: _of(value, scene) for name, value in before.items()}}


def older(outcome: Callable[..., Case], number: int, **before: Callable[[Scene], object]) -> Make:
    """Signed data older than what was seen here."""
    return lambda scene: outcome(qr(scene), number, seen=seen(**before)(scene))


def head(size: int) -> Callable[[Scene], object]:
    return lambda scene: {scene.authority.log.verifier().vkey(): [size, "ab" * 32]}


# witnesses


def witnessed(outcome: Callable[..., Case], witness: Callable[[Scene], Cosigner], *numbers: int) -> Make:
    """A trust list that demands witness 1, and a checkpoint with somebody's line."""

    def make(scene: Scene) -> Case:
        trust = scene.authority.trust(witnesses=(scene.authority.witness()[1],), minimum_witnesses=1)
        checkpoint = scene.authority.checkpoint(witnesses=(witness(scene),))
        return outcome(qr(scene), *numbers, trust=trust, public=scene.spoiled(checkpoint=checkpoint))

    return make


def namesake(scene: Scene) -> Cosigner:
    """Another key under the witness's name."""
    return Cosigner(scene.authority.witness()[0].name, another("a false witness").log_key)


def corrupted(scene: Scene) -> Case:
    """The witness's own line, with another signature."""
    witness, trusted = scene.authority.witness()
    lines = scene.authority.checkpoint(witnesses=(witness,)).decode().split("\n")
    end = lines[-2]
    lines[-2] = end[:-8] + ("AAAA" if end[-8:-4] != "AAAA" else "BBBB") + end[-4:]
    trust = scene.authority.trust(witnesses=(trusted,), minimum_witnesses=1)
    return fails(qr(scene), 8, trust=trust, public=scene.spoiled(checkpoint="\n".join(lines).encode()))


# bundles


def bundled(scene: Scene) -> bytes:
    """A bundle as `xueshi bundle make` makes it."""
    files = {**scene.public, **scene.authority.issuances()}
    return make_bundle(scene.authority.trust_token(), "", scene.authority.root(), Memory(files), NOW)


def parts(scene: Scene) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(bundled(scene))) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def repacked(files: Mapping[str, bytes], how: int = zipfile.ZIP_STORED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", how) as packed:
        for name, data in files.items():
            packed.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, how)
    return made.getvalue()


def damaged(scene: Scene) -> bytes:
    """The bundle with one bit of its issuances turned over on the way, which is no forgery."""
    made, name = bundled(scene), f"{FILES}{HOST}/issuances/"
    data = max((data for path, data in parts(scene).items() if path.startswith(name)), key=len)
    place = made.index(data) + len(data) // 2
    return made[:place] + bytes([made[place] ^ 1]) + made[place + 1 :]


def with_part(name: str, data: Callable[[Scene], bytes]) -> Callable[[Scene], bytes]:
    return lambda scene: repacked({**parts(scene), name: data(scene)})


def without(prefix: str) -> Callable[[Scene], bytes]:
    return lambda scene: repacked({n: d for n, d in parts(scene).items() if not n.startswith(prefix)})


def old_list(scene: Scene) -> bytes:
    return scene.authority.status_list("r", NOW - timedelta(days=8)).encode()


OPENINGS: dict[str, Make] = {
    "trust-list-by-a-stranger": refused(
        "TrustError", token=lambda scene: listed_by(root("stranger"), scene.authority.trust())
    ),
    "trust-list-changed": refused(
        "TrustError", token=lambda scene: scene.authority.trust_token().replace(".eyJ2", ".eyJ3")
    ),
    "trust-list-from-the-future": refused(
        "TrustError", trust=lambda scene: scene.authority.trust(issued=NOW + timedelta(days=1))
    ),
    "trust-list-rolled-back": refused("RollbackError", seen=seen(number=8)),
    "root-changed-by-the-chain": lambda scene: holds(
        qr(scene),
        chain=chained(scene, root("root-2")),
        token=listed_by(root("root-2"), scene.authority.trust()),
    ),
    "root-chain-cut-off": refused(
        "TrustError", token=lambda scene: listed_by(root("root-2"), scene.authority.trust())
    ),
    "root-chain-rolled-back": refused(
        "RollbackError",
        chain=lambda scene: chained(scene, root("root-2")),
        token=lambda scene: listed_by(root("root-2"), scene.authority.trust()),
        seen=seen(roots=2),
    ),
    "root-chain-without-the-old-root": refused(
        "TrustError",
        chain=half_signed,
        token=lambda scene: listed_by(root("root-2"), scene.authority.trust()),
    ),
    "root-of-before-still-signing": refused("TrustError", chain=lambda scene: chained(scene, root("root-2"))),
    "status-list-older-than-seen": older(
        not_done, 7, lists=lambda _: {f"{BASE}status/r3": int(NOW.timestamp())}
    ),
    "ledger-shorter-than-seen": older(not_done, 8, heads=head(99)),
    "ledger-forked": older(fails, 8, heads=lambda scene: head(len(scene.authority.bodies))(scene)),
    "ledger-with-its-witness": witnessed(holds, lambda scene: scene.authority.witness()[0]),
    "ledger-with-another-witness": witnessed(not_done, lambda scene: scene.authority.witness(2)[0], 8),
    "ledger-with-a-namesake-of-the-witness": witnessed(not_done, namesake, 8),
    "ledger-with-a-forged-witness": corrupted,
    "bundle-as-it-is": lambda scene: holds(qr(scene), bundle=bundled(scene)),
    "bundle-with-an-old-status-list": lambda scene: not_done(
        qr(scene), 7, bundle=with_part(R3, old_list)(scene)
    ),
    "bundle-without-status-lists": lambda scene: not_done(
        qr(scene), 7, bundle=without(f"{FILES}{HOST}/status/")(scene)
    ),
    "bundle-without-issuances": lambda scene: not_done(
        qr(scene), 8, bundle=without(f"{FILES}{HOST}/issuances/")(scene)
    ),
    "bundle-with-damaged-issuances": lambda scene: not_done(qr(scene), 8, bundle=damaged(scene)),
    "bundle-with-a-strangers-status-list": refused(
        "BundleError", bundle=with_part(R3, lambda _: another().status_list("r").encode())
    ),
    "bundle-with-a-strangers-trust-list": refused(
        "TrustError",
        bundle=with_part(TRUST, lambda scene: listed_by(root("x"), scene.authority.trust()).encode()),
    ),
    "bundle-with-a-file-more": refused("BundleError", bundle=with_part("readme.txt", lambda _: b"hello")),
    "bundle-with-a-path-outside": refused(
        "BundleError", bundle=with_part(f"{FILES}{HOST}/../../etc/x", lambda _: b"x")
    ),
    "bundle-that-is-packed": refused(
        "BundleError", bundle=lambda scene: repacked(parts(scene), zipfile.ZIP_DEFLATED)
    ),
    "bundle-older-than-seen": refused("RollbackError", bundle=bundled, seen=seen(number=8)),
}
"""Name → how it is made."""
