"""Reports: what each situation needs for a verdict, and that no check left undone is ever green (docs/checks.md)."""

import re
from datetime import date, datetime
from pathlib import Path

import pytest

from ledger.entry import Kind
from tests.verifier.authority import BASE, DID, HOST, INDEX, KID, NOW, Authority, credential
from tests.verifier.reports import FAILED, NONE, NOT_DONE, PASSED, fresh, outcomes
from verifier import status
from verifier.credential import Credential, digest
from verifier.evidence import Evidence, Finding, InputKind, read_evidence
from verifier.report import CHECKS, Verdict
from verifier.sentences import headline, next_step, tally
from verifier.verify import verify

CHECKS_PAGE = Path(__file__).parents[2] / "docs/checks.md"


def evidence_of(kind: InputKind, authority: Authority, token: str) -> Evidence:
    """What each kind of input brings along: a QR its hint, a PDF its proof (its page is another test's)."""
    if kind is InputKind.TOKEN:
        return read_evidence(token.encode(), "a")
    qr = read_evidence(authority.qr(token).text.encode(), "a")
    if kind is InputKind.QR:
        return qr
    return Evidence("a", InputKind.SCAN, qr.findings)


@pytest.mark.parametrize("kind", [InputKind.TOKEN, InputKind.QR, InputKind.SCAN])
def test_genuine_with_public_files(kind: InputKind) -> None:
    authority, token = fresh()
    report = verify(evidence_of(kind, authority, token), authority.trust(), authority.public(), NOW)
    assert report.verdict is Verdict.GENUINE
    assert outcomes(report, PASSED) == set(range(1, 10))
    assert outcomes(report, NONE) == {10, 11}


@pytest.mark.parametrize("kind", [InputKind.TOKEN, InputKind.QR, InputKind.SCAN])
def test_offline_is_never_green(kind: InputKind) -> None:
    authority, token = fresh()
    report = verify(evidence_of(kind, authority, token), authority.trust(), None, NOW)
    assert report.verdict is Verdict.UNDETERMINED
    assert outcomes(report, NOT_DONE) == {7, 8}


def test_an_attached_proof_serves_offline() -> None:
    authority, token = fresh()
    evidence = Evidence("a", InputKind.SCAN, (Finding(token, "attachment"),), proof=authority.proof(token))
    report = verify(evidence, authority.trust(), None, NOW)
    assert outcomes(report, NOT_DONE) == {7}
    assert report.verdict is Verdict.UNDETERMINED


def mark(authority: Authority, *purposes: status.Purpose) -> None:
    for purpose in purposes:
        (authority.revoked if purpose == "revocation" else authority.superseded).add(INDEX)
        reason: status.Reason = "false-evidence" if purpose == "revocation" else "hours-corrected"
        successor = None if purpose == "revocation" else "GS2025-0000317-3"
        authority.details.append(
            status.Detail(index=INDEX, purpose=purpose, date="2026-04-20", reason=reason, successor=successor)
        )


def test_superseded_names_its_successor_and_is_no_forgery() -> None:
    authority, token = fresh()
    mark(authority, "refresh")
    report = verify(read_evidence(token.encode(), "a"), authority.trust(), authority.public(), NOW)
    assert report.verdict is Verdict.SUPERSEDED
    assert report.successor == "GS2025-0000317-3"
    assert "学时更正" in report.check(7).detail.zh
    assert "GS2025-0000317-3" in next_step(report).zh
    assert outcomes(report, FAILED) == {7}


def test_revoked_comes_before_superseded() -> None:
    authority, token = fresh()
    mark(authority, "refresh", "revocation")
    report = verify(read_evidence(token.encode(), "a"), authority.trust(), authority.public(), NOW)
    assert report.verdict is Verdict.REVOKED
    assert "材料不实" in report.check(7).detail.zh


def test_revoked_without_its_details_is_still_revoked() -> None:
    authority, token = fresh()
    mark(authority, "revocation")
    public = authority.public()
    del public.files["status/details3"]
    report = verify(read_evidence(token.encode(), "a"), authority.trust(), public, NOW)
    assert report.verdict is Verdict.REVOKED
    assert "取不到原因" in report.check(7).detail.zh


def test_forged_comes_before_revoked() -> None:
    authority, token = fresh(hours={"professional": "62", "public": "31", "total": "92"})
    mark(authority, "revocation")
    report = verify(read_evidence(token.encode(), "a"), authority.trust(), authority.public(), NOW)
    assert outcomes(report, FAILED) == {7, 9}
    assert report.verdict is Verdict.FORGED


def statement() -> Credential:
    from tests.verifier.authority import text
    from tests.verifier.make_vectors import statement as made
    from verifier.credential import parse_payload

    return parse_payload(text(made()))


def test_a_statement_never_looks_like_a_certificate() -> None:
    authority = Authority()
    token = authority.issue(statement())
    for source in (authority.public(), None):
        report = verify(read_evidence(token.encode(), "a"), authority.trust(), source, NOW)
        assert "学时登记明细，不是完成证明" in headline(report).zh
        assert "not a completion certificate" in headline(report).en
        document = report.to_json()["document"]
        assert isinstance(document, dict)
        assert document["type"] == "HoursStatement"


def test_the_future_and_the_past_are_refused() -> None:
    authority, token = fresh()
    early = datetime(2026, 1, 15, tzinfo=NOW.tzinfo)
    report = verify(read_evidence(token.encode(), "a"), authority.trust(), None, early)
    assert report.check(6).outcome is FAILED
    too_old = authority.issue(credential(year=2027, serial=f"GS2027-{INDEX:07d}-3"))
    report = verify(read_evidence(too_old.encode(), "a"), authority.trust(), None, NOW)
    assert report.check(6).outcome is FAILED


def test_a_ledger_entry_older_than_the_credential_is_refused() -> None:
    authority = Authority()
    token = authority.sign(credential())
    authority.add(Kind.ISSUANCE, digest(token), date(2026, 1, 2))
    report = verify(
        read_evidence(authority.qr(token).text.encode(), "a"), authority.trust(), authority.public(), NOW
    )
    assert outcomes(report, FAILED) == {6}


def test_a_token_is_found_among_many_entries() -> None:
    authority = Authority()
    for number in range(300):
        authority.add(Kind.REGISTRATION, b"%d" % number, date(2026, 1, 10))
    token = authority.issue(credential())
    for number in range(300):
        authority.add(Kind.REGISTRATION, b"%d" % number, date(2026, 2, 10))
    public = authority.public()
    report = verify(read_evidence(token.encode(), "a"), authority.trust(), public, NOW)
    assert report.check(8).outcome is PASSED
    assert f"{BASE}tile/entries/001" in public.asked
    unlogged = authority.sign(credential(version=2))
    report = verify(read_evidence(unlogged.encode(), "a"), authority.trust(), public, NOW)
    assert report.check(8).outcome is NOT_DONE, "a search that finds nothing proves nothing"


def test_a_hint_at_another_entry_fails() -> None:
    authority, token = fresh()
    other = authority.issue(credential(version=2))
    content = read_evidence(authority.qr(token).text.encode(), "a").findings[0]
    for index, outcome in ((authority.index_of(other), FAILED), (0, FAILED), (10**6, NOT_DONE)):
        evidence = Evidence("a", InputKind.QR, (Finding(content.jws, "QR", HOST, index),))
        report = verify(evidence, authority.trust(), authority.public(), NOW)
        assert report.check(8).outcome is outcome


def test_a_foreign_host_warns_and_decides_nothing() -> None:
    authority, token = fresh()
    text = authority.qr(token, "jxjy-query.example.net").text
    report = verify(read_evidence(text.encode(), "a"), authority.trust(), authority.public(), NOW)
    assert report.verdict is Verdict.GENUINE
    assert [warning.code for warning in report.warnings] == ["foreign-host"]
    assert "jxjy-query.example.net" in report.warnings[0].says.zh


def test_the_report_as_json_has_stable_keys() -> None:
    authority, token = fresh()
    report = verify(read_evidence(token.encode(), "a"), authority.trust(), authority.public(), NOW).to_json()
    assert list(report) == [
        "file", "input", "verdict", "headline", "nextStep", "document", "issuer", "subject", "successor",
        "checks", "warnings", "trust", "checkedAt",
    ]  # fmt: skip
    checks = report["checks"]
    assert isinstance(checks, list)
    assert [check["number"] for check in checks] == list(range(1, 12))
    assert set(checks[0]) == {"number", "code", "name", "outcome", "detail", "against", "measured", "lack"}
    documented = re.findall(r"^\| `(\w+)` \|", CHECKS_PAGE.read_text("utf-8"), re.MULTILINE)
    assert set(report) <= set(documented), "docs/checks.md names every key"


def test_codes_and_numbers_are_those_of_the_page() -> None:
    page = re.findall(r"^\| (\d+) \| `([\w-]+)` \|", CHECKS_PAGE.read_text("utf-8"), re.MULTILINE)
    assert [(int(number), code) for number, code in page] == [(n, code) for n, (code, _) in CHECKS.items()]


def test_the_tally_adds_up() -> None:
    authority, token = fresh()
    report = verify(read_evidence(token.encode(), "a"), authority.trust(), None, NOW)
    assert sum(map(int, re.findall(r"\d+", tally(report).zh))) == len(CHECKS)


def test_the_issuers_name_comes_from_the_trust_list() -> None:
    authority, token = fresh(registrar="另一个名字（示例）")
    report = verify(read_evidence(token.encode(), "a"), authority.trust(), authority.public(), NOW)
    assert report.issuer is not None
    assert report.issuer.zh == "甘肃省继续教育示范平台（示例）"
    assert KID.startswith(DID)
