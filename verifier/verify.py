"""One input in, one report out: the numbered checks in order (docs/checks.md). No clock of its own.

The only thing read besides the arguments is the `source` of public files, and nothing from it is believed unsigned.
"""

from collections.abc import Sequence
from datetime import datetime

from verifier import checks
from verifier.credential import Credential
from verifier.evidence import Evidence
from verifier.figures import check_figures
from verifier.ground import Ground
from verifier.issuance import check_issuance
from verifier.jws import Token
from verifier.page_check import check_page
from verifier.pdf_signature_check import check_pdf_signature
from verifier.report import Check, Outcome, Report, Says, Standing, TrustNote, Verdict, Warn
from verifier.rulings import known_rules
from verifier.sources import Situation, Source
from verifier.standing import UNKNOWN, Status, check_status
from verifier.trust import Issuer, TrustedKey, TrustList


def verify(evidence: Evidence, trust: TrustList, source: Source | None, now: datetime) -> Report:
    """Verify what was found in one input.

    Args:
        evidence: from `read_evidence`.
        trust: the signed trust list, opened with the pinned root.
        source: public files; None offline.
        now: aware, UTC.
    """
    return verify_on(evidence, Ground(trust, source, now))


def verify_on(evidence: Evidence, ground: Ground) -> Report:
    """Verify what was found in one input; many inputs of a batch share one ground."""
    trust = ground.trust
    # (1) exactly one credential; the others look at the first that was found.
    one = checks.check_one(evidence)
    # (2) format and version known.
    form, token, credential = checks.check_format(evidence)
    issuer = trust.issuer(credential.issuer) if credential else None
    key = issuer.key(token.field("kid") or "", "credential") if issuer and token else None
    # (3) the algorithm is the one bound to the key; (4) the signature holds.
    algorithm = checks.check_algorithm(token, key)
    signature = checks.check_signature(token, key, algorithm)
    established = one.outcome is signature.outcome is Outcome.PASSED
    if established and token and credential and issuer and key:
        rest, status = _signed(evidence, token, credential, (issuer, key), ground)
    else:
        # Without one credential that the issuer signed there is nothing that the rest could be about.
        rest, status = [checks.not_done(number) for number in (6, 7, 8, 9)], UNKNOWN
        rest += [checks.check_issuer(issuer, key, credential, None, ground), check_page(None, evidence)]
        rest.append(check_pdf_signature(evidence, None, None))
    done = [one, form, algorithm, signature, *rest]
    done.sort(key=lambda check: check.number)
    return Report(
        file=evidence.name,
        input=evidence.kind,
        verdict=_verdict(done, status.standing),
        standing=status.standing,
        credential=credential,
        issuer=Says(issuer.name.zh, issuer.name.en) if issuer else None,
        checks=tuple(done),
        trust=_trust_note(ground),
        checked_at=ground.now,
        warnings=_warnings(evidence, issuer),
        successor=status.detail.successor if status.detail else None,
    )


def _trust_note(ground: Ground) -> TrustNote:
    trust, source = ground.trust, ground.source
    if source is None:
        return TrustNote(trust.number, trust.issued, trust.expires, "", Situation.OFFLINE, None)
    return TrustNote(trust.number, trust.issued, trust.expires, source.label, source.situation, source.as_of)


def _signed(
    evidence: Evidence,
    token: Token,
    credential: Credential,
    signer: tuple[Issuer, TrustedKey],
    ground: Ground,
) -> tuple[list[Check], Status]:
    """Make the checks of what the issuer's key has signed."""
    issuer, key = signer
    # (8) the ledger has it; before (5), because the key must have been valid when the ledger took the entry.
    issuance, place = check_issuance(evidence, token.text, credential, issuer, ground)
    # (7) status now.
    standing, status = check_status(credential, issuer, ground)
    return [
        checks.check_issuer(issuer, key, credential, place, ground),  # (5)
        checks.check_dates(credential, place, ground.now),  # (6)
        standing,
        issuance,
        check_figures(credential, evidence.lines, *known_rules(credential, issuer, ground)),  # (9)
        check_page(credential, evidence),  # (10)
        check_pdf_signature(evidence, issuer, place),  # (11)
    ], status


def _verdict(done: Sequence[Check], standing: Standing) -> Verdict:
    """Give the worst that applies; genuine only when nothing that applies is left undone."""
    failed = {check.number for check in done if check.outcome is Outcome.FAILED}
    if failed - {7}:
        return Verdict.FORGED
    if standing is Standing.REVOKED:
        return Verdict.REVOKED
    if standing is Standing.SUPERSEDED:
        return Verdict.SUPERSEDED
    if failed or any(check.outcome is Outcome.NOT_DONE for check in done):
        return Verdict.UNDETERMINED
    return Verdict.GENUINE


def _warnings(evidence: Evidence, issuer: Issuer | None) -> tuple[Warn, ...]:
    allowed = set(issuer.hosts) if issuer else set()
    foreign = sorted({finding.host for finding in evidence.findings if finding.host is not None} - allowed)
    warnings = [Warn("foreign-host", _foreign(host)) for host in foreign]
    if count := len(evidence.other_codes):
        says = Says(
            f"另有 {count} 个不是本系统的二维码，没有打开。",
            f"{count} QR codes of others; they were not opened.",
        )
        warnings.append(Warn("other-code", says))
    return tuple(warnings)


def _foreign(name: str) -> Says:
    host = _distinct(name)
    return Says(
        f"二维码的网址是 {host}，不是签发机关的。不要打开那个网站，也不要在上面输入证件号。",
        f"The QR names {host}, which is not the issuer's. Do not open that site or type an ID number there.",
    )


def _distinct(host: str) -> str:
    """Write a host so that letters of other scripts do not look like those of the issuer's."""
    try:
        return host.encode("idna").decode("ascii") if host.isprintable() else ascii(host)[1:-1]
    except UnicodeError:
        return ascii(host)[1:-1]
