"""What is asked of an inspector's lines of the permissions' table: another jurisdiction's inspector learns nothing."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from issuer.instance import SHANGHAI
from tests.issuer.town import number
from tests.portal.asking import Ask, Line, Question, at, named
from tests.portal.jurisdiction import INSPECTOR, MARK, VERIFIER

_FILE, _WAY = "/inspection/people/{id}", "/inspection/registrations/{id}"
_DOCUMENT = {"idType": "resident_id", "number": number(0)}


def _both(page: str, call: str, ask: Ask, asked: Ask) -> dict[str, Line]:
    """A line of a page and one of its call."""
    return {page: named(ask, INSPECTOR), call: named(asked, INSPECTOR)}


def _read(line: str, path: str, sort: str, shows: str) -> dict[str, Line]:
    """The line of a page and that of the call at the same address below /api."""
    return _both(
        f"GET {line}",
        f"GET /api{line}",
        at(path, sort, shows=shows),
        at(f"/api{path}", sort, shows=shows),
    )


_DUE = (datetime.now(SHANGHAI) + timedelta(days=30)).date().isoformat()
_WRITTEN = {"about": "declaration", "id": "{id}", "kind": "hours", "words": MARK, "due": _DUE}
_LINES = f"/inspection/reports/registrations?year={datetime.now(SHANGHAI).year}"
_ANSWER = {"words": MARK}


ALIKE: Mapping[str, Question] = {
    "GET /findings/new": Question("/findings/new?about=unit&id=none"),
} | {
    f"GET {before}{line}": Question(f"{before}{path}")
    for before in ("", "/api")
    for line, path in (
        ("/inspection", "/inspection"),
        ("/inspection/sample", "/inspection/sample?word=1"),
        ("/inspection/proofs/{index}", "/inspection/proofs/0"),
        ("/inspection/standouts", "/inspection/standouts?year=2026"),
        ("/inspection/standouts/{rule}", "/inspection/standouts/shared-proof?year=2026"),
        ("/inspection/reports", "/inspection/reports?year=2026"),
        ("/inspection/reports/places", "/inspection/reports/places?year=2026"),
    )
}
LISTED: Mapping[str, Line] = {
    "GET /inspection/registrations": Line(at("/inspection/registrations", "draft", 3, shows="{id}"), frozenset({INSPECTOR})),
    "GET /api/inspection/registrations": Line(at("/api/inspection/registrations", "draft", 3, shows="{id}"), frozenset({INSPECTOR})),
    "GET /inspection/transfers": Line(at("/inspection/transfers", "seen_transfer", shows="{id}"), frozenset({INSPECTOR})),
    "GET /api/inspection/transfers": Line(at("/api/inspection/transfers", "seen_transfer", shows="{id}"), frozenset({INSPECTOR})),
    "GET /inspection/reports/registrations": Line(at(_LINES, "draft", 3, shows="{id}"), frozenset({INSPECTOR})),
    "GET /api/inspection/reports/registrations": Line(at(f"/api{_LINES}", "draft", 3, shows="{id}"), frozenset({INSPECTOR})),
    "GET /findings": Line(at("/findings", "seen_finding", shows="{id}"), frozenset({INSPECTOR, VERIFIER})),
    "GET /api/findings": Line(at("/api/findings", "seen_finding", shows="{id}"), frozenset({INSPECTOR, VERIFIER})),
    "GET /inspection/entries": Line(at("/inspection/entries?kind=deferral", "seen_entry"), frozenset({INSPECTOR})),
}  # fmt: skip
_PROOF = "/registrations/{declaration_id}/proofs/{digest}"
_SHOWN = "/registrations/{declaration_id}/evidence/{digest}"
NAMED: Mapping[str, Line] = {
    "POST /findings": named(at("/findings", "inspected", body=_WRITTEN, shows=""), INSPECTOR),
    "POST /api/findings": named(at("/api/findings", "inspected", body=_WRITTEN, shows=""), INSPECTOR),
    "GET /findings/{finding_id}": named(at("/findings/{id}", "seen_finding"), INSPECTOR, VERIFIER),
    "GET /api/findings/{finding_id}": named(at("/api/findings/{id}", "seen_finding"), INSPECTOR, VERIFIER),
    "POST /findings/{finding_id}": named(
        at("/findings/{id}", "finding", body={"do": "answer", "turn": "0", **_ANSWER}, shows=""), VERIFIER
    ),
    "POST /api/findings/{finding_id}/steps": named(
        at("/api/findings/{id}/steps", "finding", body={"step": "answer", **_ANSWER}, shows=""), VERIFIER
    ),
    **_both(
        "POST /inspection/people", "POST /api/inspection/people",
        lambda _: Question("/inspection/people", {"number": number(0), "reason": MARK}, shows=""),
        lambda _: Question("/api/inspection/people", {"document": _DOCUMENT, "reason": MARK}, shows=""),
    ),
    **_both(
        "POST /inspection/people/{person_id}", "POST /api/inspection/people/{person_id}/opening",
        at(_FILE, "opened", body={"reason": MARK}, shows=""), at(f"/api{_FILE}/opening", "opened", body={"reason": MARK}, shows=""),
    ),
    **_read("/inspection/people/{person_id}", _FILE, "opened", "示例甲"),
    **_read("/inspection/people/{person_id}/years/{year}", f"{_FILE}/years/2026", "opened", "示例甲"),
    **_read("/inspection/registrations/{declaration_id}", _WAY, "inspected", MARK),
    **_read("/inspection/transfers/{transfer_id}", "/inspection/transfers/{id}", "moved", MARK),
    **{
        f"GET {before}/inspection/transfers/{{transfer_id}}/{word}/{{digest}}{more}":
        named(at(f"{before}/inspection/transfers/{{id}}/{word}/{{digest}}{more}", "moved", shows=""), INSPECTOR)
        for before, word in (("", "evidence"), ("/api", "proofs"))
        for more in ("", "/preview")
    },
    **_read("/inspection/registrations/{declaration_id}/pack", f"{_WAY}/pack", "inspected", "salt"),
    **{
        f"GET {before}/inspection{line}{more}": named(at(f"{before}{_WAY}/{word}/{{digest}}{more}", "inspected", shows=""), INSPECTOR)
        for before, line, word in (("", _SHOWN, "evidence"), ("/api", _PROOF, "proofs"))
        for more in ("", "/preview")
    },
}  # fmt: skip
