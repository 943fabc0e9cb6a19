"""Every way to cheat, a folder each, and the one check that must refuse it; and the folders are what the script makes."""

import io

import pytest
from pydantic import TypeAdapter

from tests.freezing import ROOT, frozen
from tests.tampered.folders import CASES, HERE, Given, made, read, root
from tests.verifier.authority import Memory
from tests.verifier.reports import FAILED, NOT_DONE, outcomes
from verifier.bundle.reading import open_bundle
from verifier.errors import VerifierError
from verifier.evidence import read_evidence
from verifier.ground import Ground
from verifier.report import Report
from verifier.roots import establish
from verifier.seen import Seen
from verifier.sentences import headline
from verifier.trust import read_root
from verifier.verify import verify_on


def judged(given: Given) -> Report:
    """Verify one folder as the command line would."""
    pinned = read_root(root())
    seen = None if given.seen is None else TypeAdapter(Seen).validate_python(given.seen)
    if given.bundle is not None:
        trust, bundle = open_bundle(io.BytesIO(given.bundle), "room.bundle", pinned, given.now, seen)
        ground = Ground(trust, bundle, given.now, seen)
    else:
        trust = establish(given.trust, pinned, given.chain, given.now, seen)
        ground = Ground(trust, Memory(dict(given.public)), given.now, seen)
    return verify_on(read_evidence(given.data, given.name), ground)


@pytest.mark.parametrize("name", CASES)
def test_cheating(name: str) -> None:
    given = read(name)
    expected = given.expected
    if "refused" in expected:
        with pytest.raises(VerifierError) as refused:
            judged(given)
        assert type(refused.value).__name__ == expected["refused"]
        return
    report = judged(given)
    said = [(check.number, check.outcome.value, check.detail.en) for check in report.checks]
    assert sorted(outcomes(report, FAILED)) == expected["failed"], said
    if "notDone" in expected:
        assert sorted(outcomes(report, NOT_DONE)) == expected["notDone"], said
    assert [warning.code for warning in report.warnings] == expected.get("warnings", [])
    assert report.verdict.value == expected["verdict"]
    assert expected.get("headline", "") in headline(report).zh


def test_the_folders_are_what_the_script_makes() -> None:
    found = {
        path.relative_to(HERE).as_posix(): path.read_bytes()
        for folder in ("cases", "scene")
        for path in (HERE / folder).rglob("*")
        if (path.is_file() and path.suffix != ".pdf") or path.name == "input.pdf"
    }
    assert sorted(found) == sorted(files := made())
    final = frozen(ROOT)  # those are kept as they are; a newer PDFium may write its PDFs otherwise
    assert [
        path for path, data in files.items() if found[path] != data and f"tests/tampered/{path}" not in final
    ] == []
