"""Rotation without a pause, retirement, and a stolen key cut off by the log's size: end to end, as a verifier sees it."""

import copy
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from issuer.credentials.trusting import accept, sign_proposal
from issuer.errors import NotFound
from issuer.instance import Instance, Transaction, open_instance
from issuer.keys.errors import KeyStateError
from issuer.keys.ring import Use
from issuer.keys.service import compromise, move_root_out, retire, rotate
from issuer.publication import publish
from issuer.service import Result, issue_roster, reissue_one
from ledger.entry import Kind
from ledger.receipts import issuance_index
from ledger.store import reading
from tests.issuer.conftest import quiet, roster_of
from verifier import jws
from verifier.credential import digest, encode_header, moment_text, parse_payload
from verifier.errors import TrustError
from verifier.evidence import read_evidence
from verifier.report import Outcome, Report, Verdict
from verifier.sources import Folder
from verifier.transport import encode_qr
from verifier.trust import open_trust, read_root
from verifier.verify import verify

DAY = timedelta(days=1)


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def instance(home: Path, clock: Clock) -> Iterator[Instance]:
    with open_instance(home, now=clock) as opened:
        yield opened


def issue(instance: Instance, people: list[dict[str, Any]]) -> list[Result]:
    return issue_roster(instance, roster_of(people), quiet)[0]


def kid_of(token: str) -> str:
    return jws.split(token).field("kid") or ""


def place_of(instance: Instance, token: str) -> int:
    with reading(instance.engine).connect() as connection:
        return issuance_index(connection, digest(token))


def report_of(instance: Instance, token: str) -> Report:
    public = instance.settings.public
    root = read_root((public / "trust-root.jwk").read_bytes())
    trust = open_trust((public / "trust-list.jwt").read_text(), root, instance.now())
    text = encode_qr(token, instance.settings.host, place_of(instance, token)).text
    return verify(read_evidence(text.encode(), "qr"), trust, Folder(public), instance.now())


def test_rotation_without_a_pause(instance: Instance, clock: Clock, people: list[dict[str, Any]]) -> None:
    before = issue(instance, people[:1])[0].issued.jws
    made = rotate(instance, Use.CREDENTIAL, 7 * DAY)
    announced = issue(instance, people[1:2])[0].issued.jws
    assert kid_of(announced) == kid_of(before) != made.kid
    clock.now += 7 * DAY
    after = issue(instance, people[2:3])[0].issued.jws
    assert kid_of(after) == made.kid
    publish(instance)
    assert {report_of(instance, token).verdict for token in (before, announced, after)} == {Verdict.GENUINE}
    with pytest.raises(KeyStateError, match="10"):
        retire(instance, kid_of(before))
    clock.now += timedelta(minutes=10)
    info = retire(instance, kid_of(before))
    assert info.cut is not None
    assert info.cut > place_of(instance, after)
    assert {report_of(instance, token).verdict for token in (before, announced, after)} == {Verdict.GENUINE}


def test_the_next_status_key(instance: Instance, clock: Clock, people: list[dict[str, Any]]) -> None:
    token = issue(instance, people[:1])[0].issued.jws
    old = instance.status_signer.kid
    rotate(instance, Use.STATUS, timedelta())
    clock.now += timedelta(minutes=11)
    publish(instance)
    retire(instance, old)
    assert kid_of((instance.settings.public / "status/r1").read_text()) == instance.status_signer.kid != old
    assert report_of(instance, token).verdict is Verdict.GENUINE
    compromise(instance, instance.status_signer.kid, None)
    clock.now += timedelta(minutes=1)
    publish(instance)
    assert report_of(instance, token).verdict is Verdict.GENUINE


def steal(instance: Instance, token: str) -> str:
    """Sign what the key never should have, dated back, and enter it into the log as an insider could."""
    signer, payload = instance.credential_signer, jws.split(token).payload
    made = parse_payload(payload)
    older = payload.replace(b'"iat":%d' % made.iat, b'"iat":%d' % (made.iat - 60)).replace(
        made.valid_from.encode(), moment_text(made.iat - 60).encode()
    )
    return jws.assemble(encode_header(signer.kid), older, signer.sign)


def test_a_stolen_key_is_cut_off_by_the_size_of_the_log(
    instance: Instance, clock: Clock, people: list[dict[str, Any]]
) -> None:
    clock.now += timedelta(minutes=5)
    good = issue(instance, people[:2])
    size = max(place_of(instance, one.issued.jws) for one in good) + 1
    later = issue(instance, people[2:3])[0].issued
    forged = steal(instance, good[0].issued.jws)
    with instance.engine.begin() as connection:
        work = Transaction(instance, connection)
        work.record_digest(instance.keyed_id("issuance", forged.encode()), Kind.ISSUANCE, digest(forged))
        work.stage()
    publish(instance)
    assert report_of(instance, forged).check(5).outcome is Outcome.PASSED, "until the theft is known"
    damage = compromise(instance, kid_of(forged), size)
    assert damage.serials == (later.serial,)
    assert [report_of(instance, one.issued.jws).verdict for one in good] == [Verdict.GENUINE] * 2
    for token in (forged, later.jws):
        report = report_of(instance, token)
        assert (report.verdict, report.check(5).outcome) == (Verdict.FORGED, Outcome.FAILED)
        assert report.check(4).outcome is report.check(8).outcome is Outcome.PASSED
    again = reissue_one(instance, later.serial, "key-compromised")
    assert kid_of(again.jws) == instance.credential_signer.kid != kid_of(forged)
    assert report_of(instance, again.jws).verdict is Verdict.GENUINE
    assert report_of(instance, later.jws).successor == again.serial


@pytest.mark.parametrize("below", [None, -1, 10**6])
def test_a_compromise_says_from_where(instance: Instance, below: int | None) -> None:
    with pytest.raises(KeyStateError, match="below"):
        compromise(instance, instance.credential_signer.kid, below)


def test_what_cannot_be_done_to_a_key(instance: Instance) -> None:
    kid = instance.credential_signer.kid
    for refused in (
        lambda: retire(instance, kid),
        lambda: retire(instance, "nobody"),
        lambda: compromise(instance, "jxjy.example.gov.cn", None),
        lambda: rotate(instance, Use.CHECKPOINT, DAY),
    ):
        with pytest.raises(KeyStateError):
            refused()
    compromise(instance, kid, 0)
    with pytest.raises(KeyStateError, match="ended"):
        compromise(instance, kid, 0)


def test_the_root_lives_elsewhere(
    home: Path, tmp_path: Path, clock: Clock, people: list[dict[str, Any]]
) -> None:
    with open_instance(home, now=clock) as instance:
        safe = move_root_out(instance, tmp_path / "safe")
        token = issue(instance, people[:1])[0].issued.jws
    assert not list((home / "keys").glob("trust-root*"))
    with open_instance(home, now=clock) as instance:
        old = (home / "public/trust-list.jwt").read_bytes()
        clock.now += DAY
        rotate(instance, Use.CREDENTIAL, 7 * DAY)
        assert (home / "public/trust-list.jwt").read_bytes() == old, "nobody here can sign another"
        proposal = (home / "trust-proposal.json").read_bytes()
        signed, _ = sign_proposal(proposal, safe.parent, safe.stem, instance.settings.key_passphrase())
        assert len(accept(instance, signed).issuers[0].keys) == 3
        assert report_of(instance, token).verdict is Verdict.GENUINE
        with pytest.raises(TrustError):
            accept(instance, signed[:-4] + "AAAA")
        with pytest.raises(KeyStateError):
            move_root_out(instance, tmp_path / "safe")


def test_issued_again_is_the_same_facts(instance: Instance, people: list[dict[str, Any]]) -> None:
    first = issue(instance, people[:1])[0].issued
    second = reissue_one(instance, first.serial, "issued-in-error")
    old, new = (parse_payload(jws.split(token).payload) for token in (first.jws, second.jws))
    kept = {"serial", "version"}
    assert old.credential_subject.model_dump(exclude=kept) == new.credential_subject.model_dump(exclude=kept)
    assert new.credential_subject.version == 2
    assert report_of(instance, first.jws).successor == second.serial
    with pytest.raises(Exception, match="before"):
        reissue_one(instance, first.serial, "other")
    with pytest.raises(NotFound):
        reissue_one(instance, "GS2025-0000001-9", "other")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param(lambda p: p["person"].update(employer="示例市第二人民医院"), "details", id="employer"),
        pytest.param(lambda p: p["person"].update(name="韩若汐"), "details", id="name"),
        pytest.param(lambda p: p["facts"]["activities"][1].update(total_hours=31), "hours", id="hours"),
    ],
)
def test_superseded_for_its_true_reason(
    instance: Instance, people: list[dict[str, Any]], change: Any, reason: str
) -> None:
    old = issue(instance, people[:1])[0].issued
    later = copy.deepcopy(people[:1])
    change(later[0])
    issue(instance, later)
    report = report_of(instance, old.jws)
    assert report.verdict is Verdict.SUPERSEDED
    assert f"the {reason}" in report.check(7).detail.en or f"other {reason}" in report.check(7).detail.en
