"""Check 9: sums, requirement and conclusion, under the rules that the credential names."""

import pytest

from rules.library import Library
from rules.packs import InterpretationNote, load_library
from tests.rules.documents import NOTE
from tests.verifier.authority import INDEX, NOW, Authority, credential
from verifier.evidence import read_evidence
from verifier.figures import check_figures
from verifier.report import Outcome, Report, Verdict
from verifier.verify import verify

PASSED, FAILED, NOT_DONE, _ = Outcome


def report_of(subject: dict[str, object]) -> Report:
    authority = Authority()
    token = authority.issue(credential(**subject))
    return verify(read_evidence(token.encode(), "a"), authority.trust(), authority.public(), NOW)


def test_unknown_rules_are_not_done() -> None:
    report = report_of({"rules": ["qh-2030-01-01@1.0.0"]})
    assert report.check(9).outcome is NOT_DONE
    assert report.verdict is Verdict.UNDETERMINED


NOTED = InterpretationNote.model_validate(NOTE)
UNDER_NOTE = {
    "hours": {"professional": "62", "public": "30", "total": "92"},
    "categories": {"training": "62", "public_online": "30"},
    "required": {"professional": "60", "public": "30", "total": "90"},
    "rules": ["gs-2023-03-31@1.0.0", "sample-note-1@1.0.0"],
}


def test_a_note_that_is_not_known_here_is_not_done() -> None:
    check = report_of(UNDER_NOTE).check(9)
    assert check.outcome is NOT_DONE
    assert "sample-note-1@1.0.0" in check.detail.zh
    assert "gs-2023" not in check.detail.zh


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({}, PASSED),
        ({"required": {"professional": "60", "public": "0", "total": "90"}}, FAILED),
        ({"rules": ["gs-2023-03-31@1.0.0"]}, FAILED),
        ({"rules": ["sample-note-1@1.0.0", "gs-2023-03-31@1.0.0"]}, NOT_DONE),
        ({"rules": [{"exception": "示例〔2025〕1号"}]}, NOT_DONE),
    ],
    ids=["as it reads", "as the pack alone", "not named", "no pack in the first place", "nothing named"],
)
def test_a_note_that_is_known_is_applied_where_it_is_named(
    changed: dict[str, object], outcome: Outcome
) -> None:
    shipped = load_library()
    library = Library(shipped.packs, overlays=shipped.overlays.values(), notes=[NOTED])
    assert check_figures(credential(**{**UNDER_NOTE, **changed}), None, library).outcome is outcome


FIGURES: dict[str, tuple[dict[str, object], Outcome]] = {
    "two thirds just reached": (
        {
            "hours": {"professional": "60", "public": "30", "total": "90"},
            "categories": {"training": "60", "public_online": "30"},
        },
        PASSED,
    ),
    "half an hour short": (
        {
            "hours": {"professional": "59.5", "public": "30.5", "total": "90"},
            "categories": {"training": "59.5", "public_online": "30.5"},
        },
        FAILED,
    ),
    "subjects do not add up": ({"hours": {"professional": "62", "public": "30", "total": "93"}}, FAILED),
    "categories do not add up": ({"categories": {"training": "40", "public_online": "30"}}, FAILED),
    "required less than the rules say": (
        {
            "hours": {"professional": "40", "public": "30", "total": "70"},
            "categories": {"training": "40", "public_online": "30"},
            "required": {"professional": "40", "public": "0", "total": "70"},
        },
        FAILED,
    ),
    "required less by an exception": (
        {
            "hours": {"professional": "40", "public": "30", "total": "70"},
            "categories": {"training": "40", "public_online": "30"},
            "required": {"professional": "40", "public": "0", "total": "70"},
            "rules": ["gs-2023-03-31@1.0.0", {"exception": "甘人社函〔2025〕12号（示例）"}],
        },
        PASSED,
    ),
    "an examination for the professional subject": (
        {
            "hours": {"professional": "12", "public": "30", "total": "42"},
            "categories": {"training": "12", "public_online": "30"},
            "deemed": [{"professional": "第六条第（六）项第2目"}],
        },
        PASSED,
    ),
    "an examination without the public hours": (
        {
            "hours": {"professional": "12", "public": "10", "total": "22"},
            "categories": {"training": "12", "public_online": "10"},
            "deemed": [{"professional": "第六条第（六）项第2目"}],
        },
        FAILED,
    ),
    "a filed assignment": (
        {
            "hours": {"professional": "0", "public": "10", "total": "10"},
            "categories": {"public_online": "10"},
            "deemed": [{"all": "第六条第（五）项"}],
        },
        PASSED,
    ),
    "a deferral completes nothing": (
        {
            "hours": {"professional": "0", "public": "10", "total": "10"},
            "categories": {"public_online": "10"},
            "deemed": [{"deferred": "第六条第（六）项第4目"}],
        },
        FAILED,
    ),
    "a year before the rules, concluded at its origin": (
        {
            "year": 2022,
            "serial": f"GS2022-{INDEX:07d}-3",
            "required": {"professional": "0", "public": "0", "total": "0"},
            "deemed": [{"origin": "第十一条第二款"}],
        },
        PASSED,
    ),
    "rules of another year": ({"year": 2022, "serial": f"GS2022-{INDEX:07d}-3"}, FAILED),
}


@pytest.mark.parametrize("case", FIGURES)
def test_figures(case: str) -> None:
    subject, outcome = FIGURES[case]
    report = report_of(subject)
    assert report.check(9).outcome is outcome, report.check(9).detail
    assert report.verdict is (Verdict.GENUINE if outcome is PASSED else Verdict.FORGED)
