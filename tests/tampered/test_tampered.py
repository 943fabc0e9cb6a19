"""Every way to cheat, by name, and the one check that must refuse it."""

import pytest

from tests.tampered.codes import CODES
from tests.tampered.insiders import INSIDERS
from tests.tampered.lists import LISTS
from tests.tampered.pages import PAGES
from tests.tampered.scene import Make, Scene
from tests.tampered.tokens import TOKENS
from tests.verifier.authority import Memory
from tests.verifier.reports import FAILED, NOT_DONE, outcomes
from verifier.evidence import read_evidence
from verifier.report import Verdict
from verifier.sentences import headline
from verifier.verify import verify

CASES: dict[str, Make] = {**TOKENS, **INSIDERS, **CODES, **LISTS, **PAGES}


@pytest.fixture(scope="module")
def scene() -> Scene:
    return Scene()


@pytest.mark.parametrize("name", CASES)
def test_cheating(scene: Scene, name: str) -> None:
    case = CASES[name](scene)
    public = Memory(dict(scene.public if case.public is None else case.public))
    report = verify(read_evidence(case.data, name), case.trust or scene.authority.trust(), public, case.now)
    said = [(check.number, check.outcome.value, check.detail.en) for check in report.checks]
    assert outcomes(report, FAILED) == case.failed, said
    if case.not_done is not None:
        assert outcomes(report, NOT_DONE) == case.not_done, said
    assert [warning.code for warning in report.warnings] == list(case.warnings)
    assert (report.verdict is Verdict.GENUINE) == (not case.failed and not case.not_done)
    assert case.headline in headline(report).zh
