"""An issuer whose log had to be closed and goes on as another: what stands in the old one counts, and nothing after its end."""

from dataclasses import dataclass

import pytest

from ledger import checkpoint as checkpoints
from ledger.continuing import link
from ledger.entry import GENESIS, Entry, encode
from ledger.note import Signer
from tests.verifier.authority import HOST, INDEX, NOW, Authority, Memory, payload, text
from tests.verifier.reports import PASSED, fresh, outcomes
from verifier import base64url
from verifier.evidence import Evidence, Finding, InputKind, read_evidence
from verifier.report import Report, Verdict
from verifier.trusted import Closed
from verifier.verify import verify

PATH = "log-2/"


@dataclass
class Two:
    """The closed log and its successor, of one issuer, each with a certificate."""

    old: Authority
    old_token: str
    new: Authority
    new_token: str
    closed: Closed

    def report(self, evidence: Evidence, *, public: bool = True) -> Report:
        logs = (self.old.trusted_log(closed=self.closed), self.new.trusted_log(path=PATH))
        trust = self.old.trust(self.old.issuer(logs=logs))
        return verify(evidence, trust, self.files() if public else None, NOW)

    def files(self) -> Memory:
        """The old log's files where they always were, the new one's in a folder of their own."""
        begun = {PATH + path: data for path, data in self.new.public().files.items()}
        return Memory(self.old.public().files | begun)


@pytest.fixture
def two() -> Two:
    old, old_token = fresh()
    last = old.checkpoint()
    head = checkpoints.open_checkpoint(last, HOST, [old.log.verifier()])
    new = Authority()
    new.key, new.log = old.key, Signer(f"{HOST}/2", new.log_key)
    first = link(last, old.day)
    new.bodies = [encode(Entry(0, GENESIS, first.kind, first.day, None, first.digest))]
    new_token = new.issue(text(payload(INDEX + 1)))
    closed = Closed(size=head.size, root=base64url.encode(head.root), successor=new.log.name)
    return Two(old, old_token, new, new_token, closed)


def shown(kind: InputKind, authority: Authority, token: str) -> Evidence:
    if kind is InputKind.TOKEN:
        return read_evidence(token.encode(), "a")
    if kind is InputKind.QR:
        return read_evidence(authority.qr(token).text.encode(), "a")
    return Evidence("a", InputKind.SCAN, (Finding(token, "attachment"),), proof=authority.proof(token))


@pytest.mark.parametrize("kind", [InputKind.TOKEN, InputKind.QR, InputKind.SCAN])
def test_certificates_of_both_logs_are_genuine(two: Two, kind: InputKind) -> None:
    """By search, by the QR's hint (which names no log), and by the proof that a PDF brought along before the end."""
    for authority, token in ((two.old, two.old_token), (two.new, two.new_token)):
        report = two.report(shown(kind, authority, token))
        assert report.verdict is Verdict.GENUINE
        assert f"{authority.log.name}, checkpoint" in str(report)


def test_a_proof_from_before_the_end_serves_offline(two: Two) -> None:
    report = two.report(shown(InputKind.SCAN, two.old, two.old_token), public=False)
    assert 8 in outcomes(report, PASSED)


@pytest.mark.parametrize("kind", [InputKind.TOKEN, InputKind.QR, InputKind.SCAN])
def test_the_closed_log_takes_nothing_more(two: Two, kind: InputKind) -> None:
    """Whoever has its key still can sign on, and is not believed: not for new certificates, nor beside the old ones."""
    late = two.old.issue(text(payload(INDEX + 2)))
    assert two.report(shown(kind, two.old, late)).verdict is not Verdict.GENUINE


def test_another_end_than_the_one_that_is_trusted(two: Two) -> None:
    two.closed = two.closed.model_copy(update={"root": base64url.encode(bytes(32))})
    assert two.report(shown(InputKind.QR, two.old, two.old_token)).verdict is not Verdict.GENUINE
