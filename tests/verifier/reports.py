"""What the tests ask of a report."""

from tests.verifier.authority import Authority, credential
from verifier.report import Outcome, Report

PASSED, FAILED, NOT_DONE, NONE = Outcome


def outcomes(report: Report, outcome: Outcome) -> set[int]:
    """The numbers of the checks that ended so."""
    return {check.number for check in report.checks if check.outcome is outcome}


def fresh(**subject: object) -> tuple[Authority, str]:
    """An issuer, and a certificate that it has issued."""
    authority = Authority()
    return authority, authority.issue(credential(**subject))
