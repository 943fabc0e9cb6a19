"""The table of docs/checks.md and the code say the same: which checks each input needs, where, for which verdict."""

import io
import re
from pathlib import Path

import pytest

from tests.verifier.authority import NOW, Authority, credential
from tests.verifier.papers import certificate_pdf, picture_of, png
from tests.verifier.signatures import signed, signing_trust
from tests.verifier.test_bundle import public
from verifier.bundle.making import make_bundle
from verifier.bundle.reading import open_bundle
from verifier.evidence import InputKind, read_evidence
from verifier.ground import Ground
from verifier.report import Outcome, Verdict
from verifier.sources import Situation
from verifier.verify import verify_on

TABLE = Path(__file__).parents[2] / "docs" / "checks.md"
ROW = re.compile(r"\| (token|qr|pdf|signed pdf|scan) \| (online|bundle|offline) \| (.*) \| ([a-z]+) \|")
SIGNED = "signed pdf"
"""A PDF with the issuer's own signature: check 11 applies."""
SIGNS = {Outcome.PASSED: "●", Outcome.NOT_DONE: "○", Outcome.NOT_APPLICABLE: "–"}
ROWS = {(m[1], m[2]): (m[3].split(" | "), m[4]) for m in ROW.finditer(TABLE.read_text("utf-8"))}


@pytest.fixture(scope="module")
def inputs() -> dict[str, bytes]:
    made = {}
    authority = AUTHORITY
    shown = credential()
    token = authority.issue(shown)
    made["token"], made["qr"] = token.encode(), authority.qr(token).text.encode()
    made["pdf"] = certificate_pdf(authority, token, shown)
    made[SIGNED] = signed(made["pdf"])
    made["scan"] = png(picture_of(made["pdf"]))
    return made


AUTHORITY = Authority()


@pytest.fixture(scope="module")
def grounds(inputs: dict[str, bytes]) -> dict[str, Ground]:
    trust, files = signing_trust(AUTHORITY), public(AUTHORITY)
    data = make_bundle(AUTHORITY.trust_token(trust), "", AUTHORITY.root(), files, NOW)
    opened = open_bundle(io.BytesIO(data), "b", AUTHORITY.root(), NOW)
    return {
        "online": Ground(trust, files, NOW),
        "bundle": Ground(*opened, NOW),
        "offline": Ground(trust, None, NOW),
    }


def test_the_table_is_whole() -> None:
    kinds = [*(kind.value for kind in InputKind), SIGNED]
    assert set(ROWS) == {(kind, where.value) for kind in kinds for where in Situation}
    assert all(len(signs) == 11 for signs, _ in ROWS.values())


@pytest.mark.parametrize(("kind", "where"), ROWS)
def test_the_table_says_what_the_code_does(
    inputs: dict[str, bytes], grounds: dict[str, Ground], kind: str, where: str
) -> None:
    signs, verdict = ROWS[kind, where]
    report = verify_on(read_evidence(inputs[kind], "x"), grounds[where])
    assert (report.input.value, report.trust.situation.value) == (kind.removeprefix("signed "), where)
    assert [SIGNS[check.outcome] for check in report.checks] == signs
    assert report.verdict is Verdict(verdict)
    assert (verdict == "genuine") == ("○" not in signs)
