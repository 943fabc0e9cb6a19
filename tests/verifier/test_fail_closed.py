"""What cannot be had, is stale, or is not trusted any more is never green (docs/checks.md)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from ledger import note
from tests.verifier.authority import DID, HOST, NOW, Authority, Memory, remake
from tests.verifier.reports import FAILED, NOT_DONE, fresh, outcomes
from verifier.evidence import read_evidence
from verifier.report import Verdict
from verifier.trust import Cut, TrustList
from verifier.verify import verify

Spoil = Callable[[Memory], object]
UNAVAILABLE: dict[str, tuple[int, Spoil]] = {
    "no revocation list": (7, lambda m: m.files.pop("status/r3")),
    "no refresh list": (7, lambda m: m.files.pop("status/s3")),
    "a page in place of the list": (7, lambda m: m.files.update({"status/r3": b"<html>"})),
    "bytes in place of the list": (7, lambda m: m.files.update({"status/r3": b"\xff\xfe"})),
    "the other purpose's list": (7, lambda m: m.files.update({"status/r3": m.files["status/s3"]})),
    "no checkpoint": (8, lambda m: m.files.pop("checkpoint")),
    "no entry bundle": (8, lambda m: m.files.pop("tile/entries/000.p/3")),
    "no hash tile": (8, lambda m: m.files.pop("tile/0/000.p/3")),
}


@pytest.mark.parametrize("case", UNAVAILABLE)
def test_what_cannot_be_had_is_not_done_and_never_green(case: str) -> None:
    number, spoil = UNAVAILABLE[case]
    authority, token = fresh()
    public = authority.public()
    spoil(public)
    report = verify(read_evidence(authority.qr(token).text.encode(), "a"), authority.trust(), public, NOW)
    assert outcomes(report, NOT_DONE) == {number}
    assert report.verdict is Verdict.UNDETERMINED


def old_lists(days: int) -> Callable[[Authority, Memory], None]:
    def replace(authority: Authority, public: Memory) -> None:
        for letter in "rs":
            listed = authority.status_list(letter, NOW - timedelta(days=days))
            public.files[f"status/{letter}3"] = listed.encode()

    return replace


@pytest.mark.parametrize(
    ("days", "why"),
    [(-1, "状态表不能采信。"), (8, "状态表是 2026-05-04 10:00 发布的，已超过期限，不能采信。")],
)
def test_a_list_of_another_time_says_nothing_about_now(days: int, why: str) -> None:
    authority, token = fresh()
    public = authority.public()
    old_lists(days)(authority, public)
    report = verify(read_evidence(token.encode(), "a"), authority.trust(), public, NOW)
    assert outcomes(report, NOT_DONE) == {7}
    assert report.check(7).detail.zh == why


TRUSTS: dict[str, tuple[Callable[[Authority], TrustList], set[int], set[int], Verdict]] = {
    "expired": (lambda a: a.trust(expires=NOW), set(), {5, 7}, Verdict.UNDETERMINED),
    "without the issuer": (
        lambda a: a.trust(
            remake(
                a.issuer(),
                did="did:web:b.example",
                keys=tuple(
                    remake(key, kid=key.kid.replace(DID, "did:web:b.example")) for key in a.issuer().keys
                ),
            )
        ),
        {5},
        {3, 4, 6, 7, 8, 9},
        Verdict.FORGED,
    ),
    "without the key": (
        lambda a: a.trust(a.issuer(keys=a.issuer().keys[1:])),
        {5},
        {3, 4, 6, 7, 8, 9},
        Verdict.FORGED,
    ),
    "with the key for status only": (
        lambda a: a.trust(a.issuer(keys=(remake(a.issuer().keys[0], use="status"),))),
        {5},
        {3, 4, 6, 7, 8, 9},
        Verdict.FORGED,
    ),
    "without a status key": (
        lambda a: a.trust(a.issuer(keys=a.issuer().keys[:1])),
        set(),
        {7},
        Verdict.UNDETERMINED,
    ),
    "demanding witnesses": (
        lambda a: a.trust(witnesses=(a.witness()[1],), minimum_witnesses=1),
        set(),
        {8},
        Verdict.UNDETERMINED,
    ),
    "with another log's key": (
        lambda a: a.trust(a.issuer(logs=(a.trusted_log(vkey=Authority().log.verifier().vkey()),))),
        {8},
        set(),
        Verdict.FORGED,
    ),
    "naming another log": (
        lambda a: a.trust(
            a.issuer(
                logs=(
                    a.trusted_log(
                        origin="log.other.example",
                        vkey=note.Signer("log.other.example", a.log_key).verifier().vkey(),
                    ),
                )
            )
        ),
        {8},
        set(),
        Verdict.FORGED,
    ),
}


@pytest.mark.parametrize("case", TRUSTS)
def test_trust(case: str) -> None:
    make, failed, not_done, verdict = TRUSTS[case]
    authority, token = fresh()
    report = verify(read_evidence(token.encode(), "a"), make(authority), authority.public(), NOW)
    assert (outcomes(report, FAILED), outcomes(report, NOT_DONE)) == (failed, not_done)
    assert report.verdict is verdict


def ended(authority: Authority, index: int) -> TrustList:
    """A list whose credential key ended at an entry of the ledger."""
    first, second = authority.issuer().keys
    key = remake(first, until=datetime(2026, 2, 1, tzinfo=NOW.tzinfo), cut=Cut(log=HOST, index=index))
    return authority.trust(authority.issuer(keys=(key, second)))


def test_an_ended_key_holds_for_what_the_ledger_proves_to_stand_before_its_cut() -> None:
    authority, token = fresh()
    evidence = read_evidence(token.encode(), "a")
    after = ended(authority, authority.index_of(token) + 1)
    assert verify(evidence, after, authority.public(), NOW).verdict is Verdict.GENUINE
    offline = verify(evidence, after, None, NOW)
    assert outcomes(offline, NOT_DONE) == {5, 7, 8}, "the token's own date proves nothing"


def test_an_ended_key_does_not_hold_from_its_cut_on() -> None:
    authority, token = fresh()
    report = verify(
        read_evidence(token.encode(), "a"),
        ended(authority, authority.index_of(token)),
        authority.public(),
        NOW,
    )
    assert outcomes(report, FAILED) == {5}, "signed with a stolen key and dated back, in its entry too"


def test_a_key_does_not_hold_before_it_begins() -> None:
    authority, token = fresh()
    first, second = authority.issuer().keys
    trust = authority.trust(authority.issuer(keys=(remake(first, from_=NOW - timedelta(days=30)), second)))
    assert outcomes(verify(read_evidence(token.encode(), "a"), trust, authority.public(), NOW), FAILED) == {5}
