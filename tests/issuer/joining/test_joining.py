"""What is not put on a joined list, and roots that do not follow: refused, with nothing left behind that would stop the next try."""

import shutil
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from issuer.joining.service import Member, join, read_member
from ledger.cosignature import Cosigner
from tests.issuer.test_cli import xueshi
from tests.issuer.transfers.provinces import HERE, THERE
from tests.issuer.worlds import instance_at
from verifier.errors import TrustError
from verifier.roots import follow
from verifier.trust import TrustedWitness, TrustList, TwoNames, read_root

PASSPHRASE = {"XUESHI_PASSPHRASE": "示例口令，守名单的人"}
HOME = "https://trust.example/"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Path]:
    """The public folders of two issuers."""
    made = tmp_path_factory.mktemp("members")
    for name, new in (("a", HERE), ("b", THERE)):
        instance_at(made / name, new)
    return [made / name / "public" for name in ("a", "b")]


@pytest.fixture(scope="module")
def members(folders: Sequence[Path]) -> Sequence[Member]:
    return [read_member(folder, datetime.now(UTC)) for folder in folders]


def witness(name: str) -> TrustedWitness:
    key = ed25519.Ed25519PrivateKey.from_private_bytes(bytes([len(name)]) * 32)
    vkey = Cosigner(name, key).verifier().vkey()
    return TrustedWitness(name=TwoNames(zh=name, en=name), vkey=vkey)


def told(member: Member, **changes: object) -> Member:
    return Member(member.trust.model_copy(update=changes), member.root)


def joined(members: Sequence[Member], home: str = HOME, witnesses: int | None = None) -> TrustList:
    root = read_root(b'{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}')
    now = datetime.now(UTC).replace(microsecond=0)
    return join(members, root, home, witnesses, now).trust


REFUSED: dict[str, tuple[Callable[[Sequence[Member]], object], str]] = {
    "an issuer twice": (lambda two: joined([two[0], two[0]]), "each DID once"),
    "no https": (lambda two: joined(two, "http://trust.example/"), "home"),
    "nobody": (lambda _: joined([]), "witnesses"),
    "too many witnesses asked for": (lambda two: joined(two, witnesses=1), "minimumWitnesses"),
    "witnesses asked for by one alone": (
        lambda two: joined([told(two[0], witnesses=(witness("w.example"),), minimum_witnesses=1), two[1]]),
        "say --witnesses",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_joined(members: Sequence[Member], case: str) -> None:
    make, words = REFUSED[case]
    with pytest.raises(TrustError, match=words):
        make(members)


def test_the_strictest_of_all(members: Sequence[Member]) -> None:
    one, other = members
    soon = other.trust.expires - timedelta(days=30)
    shared, own = witness("w.example"), witness("v-own.example")
    made = joined(
        [
            told(one, witnesses=(shared,), minimum_witnesses=1, status_max_age=3600),
            told(other, witnesses=(own, shared), minimum_witnesses=1, expires=soon),
        ]
    )
    assert (made.expires, made.status_max_age, made.minimum_witnesses) == (soon, 3600, 1)
    assert made.witnesses == (shared, own)
    assert made.issuers == (*one.trust.issuers, *other.trust.issuers)


def test_what_is_no_member(folders: Sequence[Path], tmp_path: Path) -> None:
    with pytest.raises(TrustError, match="refresh it first"):
        read_member(folders[0], datetime.now(UTC) + timedelta(days=91))
    mixed = tmp_path / "mixed"
    mixed.mkdir()
    shutil.copy(folders[0] / "trust-list.jwt", mixed)
    ask = (
        "trust",
        "join",
        mixed,
        "--root",
        folders[0] / "trust-root.jwk",
        "--at",
        HOME,
        "--out",
        tmp_path / "out",
    )
    assert xueshi(*ask).exit_code == 2
    shutil.copy(folders[1] / "trust-root.jwk", mixed)
    other = xueshi(*ask)
    assert (other.exit_code, "signature: verification failed" in " ".join(other.stderr.split())) == (2, True)
    assert not (tmp_path / "out").exists()


def test_roots_follow_each_other(tmp_path: Path) -> None:
    first, second, third, chain = (tmp_path / name for name in ("1", "2", "3", "trust-roots.txt"))
    (tmp_path / "passphrase").write_text(PASSPHRASE["XUESHI_PASSPHRASE"])
    made = xueshi("trust", "new-root", first, XUESHI_PASSPHRASE_FILE=str(tmp_path / "passphrase"))
    assert made.exit_code == 0, made.stderr
    assert xueshi("trust", "new-root", first, **PASSPHRASE).exit_code == 2
    assert xueshi("trust", "new-root", second).exit_code == 2

    def after(new: Path, old: Path, **environment: str) -> int:
        words = ("trust", "new-root", new, "--after", old / "trust-root.pem", "--chain", chain)
        return xueshi(*words, **(environment or PASSPHRASE)).exit_code

    assert after(second, first, XUESHI_PASSPHRASE="another") == 2
    assert after(second, first) == 0
    assert after(third, first) == 2, "the chain has gone on from there"
    assert after(third, second) == 0
    pinned, newest = (read_root((one / "trust-root.jwk").read_bytes()) for one in (first, third))
    assert follow(pinned, chain.read_text()).key.thumbprint == newest.thumbprint
