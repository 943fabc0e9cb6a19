"""Trust lists of several issuers, and an issuer whose ledger went on in a new log: each stands for itself alone."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from ledger import checkpoint as checkpoints
from ledger import merkle, note
from ledger.checkpoint import Checkpoint
from ledger.cosignature import Cosigner
from tests.verifier.authority import (
    BASE,
    DID,
    HOST,
    INDEX,
    KID,
    NOW,
    STATUS_KID,
    Authority,
    Memory,
    credential,
    payload,
    remake,
    text,
)  # fmt: skip
from tests.verifier.test_bundle import public
from verifier import base64url, status
from verifier.bundle.making import make_bundle
from verifier.bundle.reading import open_bundle
from verifier.credential import Credential, parse_payload
from verifier.errors import AbsentError
from verifier.evidence import Evidence, Finding, InputKind, read_evidence
from verifier.ground import Ground
from verifier.report import Outcome, Report, Verdict
from verifier.trust import Closed, Issuer, TrustedLog
from verifier.verify import verify_on

OTHER = "jxjy.other.example"


class Named(Authority):
    """An issuer of another name, or the same one with a log of another name."""

    def __init__(self, host: str = HOST, origin: str = HOST) -> None:
        super().__init__()
        self.host, self.log = host, note.Signer(origin, self.log_key)

    def sign(
        self, value: Credential | bytes, key: ec.EllipticCurvePrivateKey | None = None, kid: str = KID
    ) -> str:
        return super().sign(value, key, kid.replace(HOST, self.host))

    def status_list(self, letter: str, issued: datetime = NOW - timedelta(hours=4)) -> str:
        marked = self.revoked if letter == "r" else self.superseded
        url = f"https://{self.host}/status/{letter}3"
        return status.sign_list(
            self.signer(), url, status.make_bits(marked), issued, issued + timedelta(days=7)
        )

    def signer(self) -> status.jws.Signer:
        return status.jws.Signer(STATUS_KID.replace(HOST, self.host), super().signer().sign)

    def checkpoint(
        self, signer: note.Signer | None = None, size: int | None = None, witnesses: Sequence[Cosigner] = ()
    ) -> bytes:
        assert not witnesses
        size = len(self.bodies) if size is None else size
        head = Checkpoint(self.log.name, size, merkle.tree_root(self.node, size))
        return checkpoints.sign(head, signer or self.log)

    def trusted_log(self, **changes: object) -> TrustedLog:
        found = TrustedLog(origin=self.log.name, vkey=self.log.verifier().vkey(), path="", closed=None)
        return remake(found, **changes)

    def listed(self) -> Issuer:
        """How a trust list names it."""
        keys = tuple(remake(key, kid=key.kid.replace(HOST, self.host)) for key in self.issuer().keys)
        base = f"https://{self.host}/"
        return remake(self.issuer(), did=f"did:web:{self.host}", hosts=(self.host,), base=base, keys=keys)

    def credential(self, **subject: object) -> Credential:
        return parse_payload(text(payload(INDEX, **subject)).replace(HOST.encode(), self.host.encode()))


class ByHost:
    """The public files of several issuers."""

    label, as_of = "hosts", None
    situation = Memory.situation

    def __init__(self, files: dict[str, Memory]) -> None:
        self.files = files

    def read(self, base: str, path: str) -> bytes:
        if base not in self.files:
            raise AbsentError(base)
        return self.files[base].read(base, path)


@dataclass(frozen=True)
class Two:
    first: Authority
    second: Named
    tokens: tuple[str, str]
    ground: Ground


@pytest.fixture(scope="module")
def two() -> Two:
    first, second = Authority(), Named(OTHER, OTHER)
    tokens = first.issue(credential()), second.issue(second.credential(name="李娜"))
    second.revoked.add(INDEX)
    trust = first.trust(first.issuer(), second.listed())
    files = ByHost({BASE: public(first), f"https://{OTHER}/": public(second)})
    return Two(first, second, tokens, Ground(trust, files, NOW))


def report(token: str, ground: Ground) -> Report:
    return verify_on(read_evidence(token.encode(), "x"), ground)


def test_each_by_its_own_keys_lists_and_log(two: Two) -> None:
    first, second = (report(token, two.ground) for token in two.tokens)
    assert (first.verdict, second.verdict) == (Verdict.GENUINE, Verdict.REVOKED)
    assert second.check(8).against == f"{OTHER}, checkpoint 3"
    assert report(two.tokens[0], two.ground).verdict is Verdict.GENUINE, (
        "the same number is revoked elsewhere"
    )


def test_a_bundle_holds_both(two: Two) -> None:
    token, root = two.first.trust_token(two.ground.trust), two.first.root()
    assert two.ground.source
    made = make_bundle(token, "", root, two.ground.source, NOW)
    trust, bundle = open_bundle(io.BytesIO(made), "b", root, NOW)
    verdicts = [report(each, Ground(trust, bundle, NOW)).verdict for each in two.tokens]
    assert verdicts == [Verdict.GENUINE, Verdict.REVOKED]


def test_no_issuer_speaks_for_another(two: Two) -> None:
    """The second one signs what the first one should have, enters it, and calls it valid."""
    stolen = two.second.issue(credential(name="王芳"))
    assert report(stolen, two.ground).check(4).outcome is not Outcome.PASSED
    borrowed = text(payload(name="王芳")).replace(DID.encode(), f"did:web:{OTHER}".encode())
    answer = report(two.second.issue(borrowed), two.ground)
    assert answer.verdict is not Verdict.GENUINE
    assert answer.check(7).outcome is Outcome.NOT_DONE, "a status list at another issuer's address"


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        pytest.param("jxjy-example.gov.cn", "jxjy-example.gov.cn", id="another name"),
        pytest.param("jxjy.ex\u0430mple.gov.cn", "jxjy.xn--exmple-4nf.gov.cn", id="a Cyrillic letter"),
        pytest.param(
            "jxjy.example.gov.cn\u200b", r"jxjy.example.gov.cn\u200b", id="a letter that is not seen"
        ),
    ],
)
def test_a_host_that_looks_alike_is_warned_about_so_that_it_no_longer_does(
    two: Two, host: str, shown: str
) -> None:
    finding = Finding(two.tokens[0], "QR on page 1", host)
    answer = verify_on(Evidence("x", InputKind.SCAN, (finding,)), two.ground)
    (warning,) = answer.warnings
    assert warning.code == "foreign-host"
    assert shown in warning.says.zh
    assert shown in warning.says.en


@dataclass(frozen=True)
class Succession:
    """A log that was closed, the one that goes on, and a credential in each."""

    old: Authority
    new: Named
    tokens: tuple[str, str]
    ground: Ground


@pytest.fixture(scope="module")
def succession() -> Succession:
    old, new = Authority(), Named(origin=f"{HOST}/2")
    new.key, new.status_key = old.key, old.status_key
    tokens = old.issue(credential()), new.issue(credential(name="李娜"))
    size = len(old.bodies)
    root = base64url.encode(merkle.tree_root(old.node, size))
    logs = (
        old.trusted_log(closed=Closed(size=size, root=root, successor=f"{HOST}/2")),
        new.trusted_log(path="2/"),
    )
    files = public(old).files | {f"2/{path}": data for path, data in public(new).files.items()}
    trust = old.trust(old.issuer(logs=logs))
    return Succession(old, new, tokens, Ground(trust, Memory(files), NOW))


def test_entries_of_both_logs_count(succession: Succession) -> None:
    old, new = (report(token, succession.ground) for token in succession.tokens)
    assert old.verdict is new.verdict is Verdict.GENUINE, (old.to_json(), new.to_json())
    assert (old.check(8).against, new.check(8).against) == (
        f"{HOST}, checkpoint 3",
        f"{HOST}/2, checkpoint 3",
    )
    hinted = succession.new.qr(succession.tokens[1]).text
    assert report(hinted, succession.ground).verdict is Verdict.GENUINE, "a hint that fits both logs"


def test_nothing_is_entered_into_a_closed_log(succession: Succession) -> None:
    """Whoever has the old log's key goes on writing there: longer than the trust list says, or of another root."""
    old = Authority()
    old.key, old.log = succession.old.key, succession.old.log
    old.bodies = list(succession.old.bodies)
    late = old.issue(credential(name="王芳"))
    longer = Ground(succession.ground.trust, Memory(public(old).files), NOW)
    assert report(late, longer).check(8).outcome is Outcome.FAILED
    old.bodies = [*old.bodies[:2], old.bodies[3]]
    other = Ground(succession.ground.trust, old.public(), NOW)  # without the year's list: the chain is broken
    assert report(late, other).check(8).outcome is Outcome.FAILED
