"""Transfer certificates: their fields, and that they verify as token and QR, year by year."""

import copy
from typing import Any

import pytest

from tests.verifier.authority import HOST, NOW, Authority, text
from tests.verifier.test_credential import Change, put
from tests.verifier.transfers import transfer
from verifier.credential import TransferCertificate, encode_payload, parse_payload
from verifier.errors import CredentialError
from verifier.evidence import read_evidence
from verifier.report import Outcome, Report, Verdict
from verifier.sentences import headline, summary
from verifier.transport import encode_qr
from verifier.verify import verify

S = "credentialSubject"


def report_of(made: dict[str, Any], *, as_qr: bool = False) -> Report:
    authority = Authority()
    token = authority.issue(parse_payload(text(made)))
    shown = encode_qr(token, HOST, authority.index_of(token)).text if as_qr else token
    return verify(read_evidence(shown.encode(), "a"), authority.trust(), authority.public(), NOW)


def test_it_round_trips_and_says_what_it_is() -> None:
    data = text(transfer())
    read = parse_payload(data)
    assert isinstance(read, TransferCertificate)
    assert encode_payload(read) == data
    assert read.document.zh == "学时转移证明"
    assert summary(read.credential_subject).en.startswith("张伟, 2023 complete, 92 hours; 2024")


@pytest.mark.parametrize("as_qr", [False, True])
def test_it_verifies(as_qr: bool) -> None:  # noqa: FBT001
    report = report_of(transfer(), as_qr=as_qr)
    assert report.verdict is Verdict.GENUINE, report.checks
    assert "学时转移证明，不是完成证明" in headline(report).zh
    assert "2023 年度" in report.check(9).detail.zh


def short(made: dict[str, Any]) -> None:
    """Ten hours fewer in 2024, all of it consistent but the conclusion."""
    made[S]["years"][1] |= {
        "hours": {"professional": "50", "public": "30", "total": "80"},
        "categories": {"training": "50", "public_online": "30"},
    }


FIGURES: dict[str, tuple[Change, Outcome]] = {
    "a year that does not add up": (put("31", S, "years", 1, "hours", "public"), Outcome.FAILED),
    "a year called complete that is not": (short, Outcome.FAILED),
    "a year under unknown rules": (put(["qh-2030-01-01@1.0.0"], S, "years", 2, "rules"), Outcome.NOT_DONE),
}


@pytest.mark.parametrize("case", FIGURES)
def test_each_year_is_checked(case: str) -> None:
    change, outcome = FIGURES[case]
    made = transfer()
    change(made)
    report = report_of(made)
    assert report.check(9).outcome is outcome
    assert report.verdict is (Verdict.FORGED if outcome is Outcome.FAILED else Verdict.UNDETERMINED)


def test_a_year_that_has_not_come() -> None:
    made = transfer()
    made[S]["years"][2] |= {"year": 2027, "certificate": "GS2027-0000001-1"}
    assert report_of(made).check(6).outcome is Outcome.FAILED


REFUSALS: dict[str, Change] = {
    "no years": put([], S, "years"),
    "a year twice": lambda t: t[S]["years"].insert(0, copy.deepcopy(t[S]["years"][0])),
    "years falling": lambda t: t[S]["years"].reverse(),
    "more years than a code holds": lambda t: t[S].__setitem__(
        "years",
        [{**t[S]["years"][0], "year": y, "certificate": f"GS{y}-0000001-1"} for y in range(2010, 2021)],
    ),
    "a certificate of another year": put("GS2022-0070311-1", S, "years", 0, "certificate"),
    "a row of zero hours in a category": put("0", S, "years", 0, "categories", "academic"),
    "a row with more": put(1, S, "years", 0, "more"),
    "serial of another year than that of issue": put("GS2025-0094567-3", S, "serial"),
    "a year of its own": put(2025, S, "year"),
    "lines": put({"count": 1, "digest": "A" * 43}, S, "lines"),
    "the type of a completion certificate": put("CompletionCertificate", "type", 1),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refused(case: str) -> None:
    made = transfer()
    REFUSALS[case](made)
    with pytest.raises(CredentialError):
        parse_payload(text(made))
