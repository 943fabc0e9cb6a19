"""Every kept input of the fuzzing, and every one that once broke something, ends in a report or a declared error."""

import io
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fuzzing.scene import scene
from tests.fuzzing.targets import TARGETS, signed_here, zipped
from tests.verifier.authority import NOW
from verifier.bundle.reading import open_bundle
from verifier.evidence import Evidence, Finding, InputKind, read_evidence
from verifier.ground import Ground
from verifier.report import Outcome, Verdict
from verifier.verify import verify_on

HERE = Path(__file__).parent
KEPT = sorted(path for folder in ("corpus", "found") for path in HERE.glob(f"{folder}/*/*"))


@pytest.mark.parametrize("path", KEPT, ids=lambda path: "/".join(path.parts[-3:]))
def test_nothing_undeclared_is_raised(path: Path) -> None:
    TARGETS[path.parent.name].run(path.read_bytes())


REACH = {
    "token/whole-0": Verdict.GENUINE,
    "transport/url-1": Verdict.GENUINE,
    "picture/png": Verdict.GENUINE,
    "pdf/attached": Verdict.FORGED,
    "pdf/scan": Verdict.GENUINE,
}


@pytest.mark.parametrize("name", REACH)
def test_seeds_reach_every_check(name: str) -> None:
    """Mutations begin behind the signature; a seed that is refused at the door would try the door alone."""
    data = (HERE / "corpus" / name).read_bytes()
    data = b"%PDF-1.7\n" + data if name.startswith("pdf") else data
    report = verify_on(read_evidence(data, "x"), scene()[1])
    assert report.verdict is REACH[name]
    assert report.check(4).outcome is report.check(8).outcome is Outcome.PASSED


def test_seeds_of_bundles_open() -> None:
    """The parts of a bundle behind a 0xFF make one that is whole, on which a credential is genuine."""
    authority, _ = scene()
    for name in ("whole", "parts"):
        data = (HERE / "corpus/bundle" / name).read_bytes()
        data = zipped(data[1:]) if name == "parts" else data
        trust, opened = open_bundle(io.BytesIO(data), name, authority.root(), NOW)
        report = verify_on(read_evidence(authority.tokens[0].encode(), "x"), Ground(trust, opened, NOW))
        assert report.verdict is Verdict.GENUINE


@pytest.mark.parametrize("name", ["whole-0", "unsigned-0"])
def test_seeds_of_proofs_prove(name: str) -> None:
    authority, ground = scene()
    data = signed_here((HERE / "corpus/proof" / name).read_bytes())
    found = Evidence("x", InputKind.PDF, (Finding(authority.tokens[0], "x"),), proof=data, text="")
    check = verify_on(found, replace(ground, source=None)).check(8)
    assert check.outcome is Outcome.PASSED, check.detail
