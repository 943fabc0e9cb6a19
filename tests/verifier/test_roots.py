"""The chain of roots: from whichever root was pinned to the present one, and never back."""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tests.verifier.authority import NOW, Authority, es256
from verifier import jws, seen
from verifier.errors import RollbackError, TrustError
from verifier.roots import Root, RootKey, encode_chain, encode_link, establish, follow
from verifier.seen import Seen, load_seen, save_seen
from verifier.trust import encode_trust


def root_key(number: int) -> RootKey:
    key = ec.generate_private_key(ec.SECP256R1())
    return RootKey(jws.Signer(f"root-{number}", es256(key)), jws.PublicKey("ES256", key.public_key()))


ROOTS = [root_key(number) for number in range(1, 5)]
LINKS = [encode_link(n, ROOTS[n - 1], ROOTS[n], NOW) for n in range(1, 4)]
CHAIN = encode_chain(LINKS)


@pytest.mark.parametrize("pinned", range(4))
def test_from_every_pinned_root_to_the_last(pinned: int) -> None:
    assert follow(ROOTS[pinned].key, CHAIN) == Root(ROOTS[3].key, 3)


def test_no_change_no_chain() -> None:
    assert follow(ROOTS[0].key, "") == Root(ROOTS[0].key, 0)


STRANGER = root_key(9)
BAD = {
    "of another root": (STRANGER.key, CHAIN),
    "a link is missing": (ROOTS[0].key, encode_chain([LINKS[0], LINKS[2]])),
    "out of order": (ROOTS[0].key, encode_chain([LINKS[1], LINKS[0], LINKS[2]])),
    "the old root did not sign": (
        ROOTS[0].key,
        encode_link(1, RootKey(STRANGER.signer, ROOTS[0].key), ROOTS[1], NOW),
    ),
    "the new root did not sign": (
        ROOTS[0].key,
        encode_link(1, ROOTS[0], RootKey(STRANGER.signer, ROOTS[1].key), NOW),
    ),
    "it does not go on from there": (
        ROOTS[0].key,
        encode_chain([LINKS[0], encode_link(2, STRANGER, ROOTS[2], NOW)]),
    ),
    "a line that is no link": (ROOTS[0].key, "hello"),
    "a trust list in its place": (ROOTS[0].key, Authority().trust_token()),
    "too many": (ROOTS[0].key, "x\n" * 1001),
}


@pytest.mark.parametrize("name", BAD)
def test_a_chain_that_does_not_hold(name: str) -> None:
    pinned, chain = BAD[name]
    with pytest.raises(TrustError, match="root chain"):
        follow(pinned, chain)


def test_only_the_last_roots_lists_are_taken() -> None:
    trust = Authority().trust()
    held = Seen()
    new = encode_trust(trust, ROOTS[3].signer)
    assert establish(new, ROOTS[0].key, CHAIN, NOW, held).number == trust.number
    assert (held.roots, held.number) == (3, trust.number)
    with pytest.raises(TrustError):
        establish(encode_trust(trust, ROOTS[0].signer), ROOTS[0].key, CHAIN, NOW)


def test_nothing_older_than_what_was_seen() -> None:
    authority = Authority()
    held = Seen()
    establish(encode_trust(authority.trust(), ROOTS[1].signer), ROOTS[0].key, LINKS[0], NOW, held)
    old = authority.trust(number=6)
    with pytest.raises(RollbackError, match="6"):
        establish(encode_trust(old, ROOTS[1].signer), ROOTS[0].key, LINKS[0], NOW, held)
    with pytest.raises(RollbackError, match="0 links"):
        establish(encode_trust(authority.trust(), ROOTS[0].signer), ROOTS[0].key, "", NOW, held)


def test_what_was_seen_is_kept_and_joined(tmp_path: Path) -> None:
    first = Seen(roots=1, number=7, lists={"a": 5})
    save_seen(tmp_path, "r", first)
    save_seen(tmp_path, "r", Seen(number=6, lists={"a": 4, "b": 1}, heads={"v": (3, "ab")}))
    assert load_seen(tmp_path, "r") == Seen(1, 7, {"a": 5, "b": 1}, {"v": (3, "ab")})
    assert load_seen(tmp_path, "another root") == Seen()


def test_a_state_that_cannot_be_read_is_not_taken_for_empty(tmp_path: Path) -> None:
    save_seen(tmp_path, "r", Seen(number=7))
    (tmp_path / "seen-r.json").write_bytes(b"{")
    with pytest.raises(RollbackError, match="move it away"):
        load_seen(tmp_path, "r")


def test_a_list_older_than_one_seen() -> None:
    held = Seen()
    held.hold_list("u", NOW)
    held.hold_list("u", NOW)
    with pytest.raises(RollbackError):
        held.hold_list("u", NOW - timedelta(seconds=1))


def test_where_it_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert seen.state_folder() == tmp_path / "xueshi"
