"""The verifier in Python and the one in the browser, side by side over every way to cheat: any difference is a failure.

Compared are outcome, code, name, Chinese sentence and what it was measured against, of every check that both do, and all
else of the report. English sentences are compared where they do not quote an error of one implementation.
"""

import base64
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.tampered.scene import Case, Scene
from tests.tampered.test_tampered import CASES
from tests.verifier.authority import Memory
from verifier.credential import DocumentType
from verifier.evidence import Evidence, InputKind, read_evidence
from verifier.report import CHECKS, Outcome
from verifier.sentences import _KIND, VERDICTS
from verifier.status import REASONS
from verifier.verify import verify
from verifier.web.offline import published_rules

ROOT = Path(__file__).parents[2]
NODE = str(ROOT / ".venv/bin/node")
ELSEWHERE = {10, 11}
"""Checks that a browser leaves to others where they apply."""
HONEST = {
    "token": lambda scene: Case(scene.token.encode()),
    "qr": lambda scene: Case(scene.authority.qr(scene.token).text.encode()),
    "qr without a hint": lambda scene: Case(scene.authority.qr(scene.token, hint=False).text.encode()),
    "statement": lambda scene: Case(scene.statement_token.encode()),
    "pdf": lambda scene: Case(scene.pdf),
    "statement's pdf": lambda scene: Case(scene.statement_pdf),
}
ALL = {**CASES, **HONEST}


@dataclass(frozen=True)
class Pair:
    """The two reports of one case."""

    python: dict[str, Any]
    browser: dict[str, Any]


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def found(evidence: Evidence) -> dict[str, object]:
    return {
        "name": evidence.name,
        "kind": evidence.kind.value,
        "findings": [
            {"jws": f.jws, "where": f.where, "host": f.host, "index": f.index} for f in evidence.findings
        ],
        "unreadable": [{"where": u.where, "why": u.why, "newer": u.newer} for u in evidence.unreadable],
        "proof": None if evidence.proof is None else text(evidence.proof),
        "lines": None if evidence.lines is None else text(evidence.lines),
        "pdfSignatures": evidence.pdf_signatures,
        "otherCodes": list(evidence.other_codes),
    }


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """browser/command.ts, bundled for Node."""
    made = tmp_path_factory.mktemp("browser") / "command.mjs"
    bundle = [
        NODE,  # the pinned one: a new system has no other
        str(ROOT / "node_modules/esbuild/bin/esbuild"),
        "browser/command.ts",
        "--bundle",
        "--format=esm",
        "--platform=node",
        "--log-level=warning",
        f"--outfile={made}",
    ]
    subprocess.run(bundle, cwd=ROOT, check=True)
    return [NODE, str(made)]


@pytest.fixture(scope="module")
def pairs(program: list[str]) -> dict[str, Pair]:
    scene = Scene()
    dictionary = (ROOT / "verifier/dictionaries/1.bin").read_bytes()
    reports: dict[str, dict[str, Any]] = {}
    lines = []
    for name, make in ALL.items():
        case = make(scene)
        public = dict(scene.public if case.public is None else case.public)
        trust = case.trust or scene.authority.trust()
        evidence = read_evidence(case.data, name)
        reports[name] = verify(evidence, trust, Memory(public), case.now).to_json()
        plain = evidence.kind in {InputKind.TOKEN, InputKind.QR}
        lines.append(
            {
                "name": name,
                "text": case.data.decode("ascii") if plain else None,
                "evidence": found(evidence),
                "trust": scene.authority.trust_token(trust),
                "root": text(json.dumps(scene.authority.root().to_jwk()).encode()),
                "public": {path: text(data) for path, data in public.items()},
                "now": int(case.now.timestamp()),
                "rules": published_rules(),
                "dictionary": text(dictionary),
            }
        )
    given = "".join(json.dumps(line) + "\n" for line in lines)
    done = subprocess.run(program, input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    return {name: Pair(reports[name], answer) for name, answer in zip(reports, answers, strict=True)}


@pytest.mark.parametrize("name", ALL)
def test_both_say_the_same(pairs: dict[str, Pair], name: str) -> None:
    pair = pairs[name]
    for ours, theirs in zip(pair.python["checks"], pair.browser["checks"], strict=True):
        if ours["number"] in ELSEWHERE and theirs["outcome"] == Outcome.NOT_DONE.value:
            continue
        assert without_english(theirs) == without_english(ours)
    left_out = {"checks", "verdict", "headline", "nextStep"} if pair.python["input"] == "pdf" else {"checks"}
    assert {k: v for k, v in pair.browser.items() if k not in left_out} == {
        k: v for k, v in pair.python.items() if k not in left_out
    }


def without_english(check: dict[str, Any]) -> dict[str, Any]:
    return {**check, "detail": check["detail"]["zh"]}


def test_a_browser_never_calls_a_pdf_genuine(pairs: dict[str, Pair]) -> None:
    assert {p.browser["verdict"] for p in pairs.values() if p.python["input"] == "pdf"} <= {
        "forged",
        "revoked",
        "superseded",
        "undetermined",
    }


def test_the_words_are_the_verifiers() -> None:
    def two(says: Any) -> dict[str, str]:
        return {"zh": says.zh, "en": says.en}

    assert json.loads((ROOT / "browser/words.json").read_text("utf-8")) == {
        "checks": [{"code": code, **two(name)} for code, name in CHECKS.values()],
        "verdicts": {verdict.value: two(says) for verdict, says in VERDICTS.items()},
        "kinds": {verdict.value: two(says) for verdict, says in _KIND.items()},
        "documents": {document.value: two(document) for document in DocumentType},
        "inputs": {kind.value: {"zh": kind.zh} for kind in InputKind},
        "outcomes": {o.value: {"zh": o.zh, "en": o.value.replace("_", " ").capitalize()} for o in Outcome},
        "reasons": {code: {"zh": zh, "en": en} for code, (zh, en) in REASONS.items()},
    }
