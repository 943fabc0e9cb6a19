"""The verifier in Python and the one in the browser, side by side over tests/tampered and tests/vectors: any difference is a failure.

Both are given the same files; the one in TypeScript runs in a real browser, which reads the PDFs and pictures itself.
Compared are outcome, code, name, Chinese sentence and what it was measured against, of every check that both do, and all
else of the report. English sentences are compared where they do not quote an error of one implementation.
"""

import base64
import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright, sync_playwright

from tests.chromium import launched
from tests.conformance.folder import served
from tests.tampered.folders import CASES, Given, read, root
from tests.tampered.names import NAMES
from tests.tampered.test_tampered import judged
from tests.verifier.authority import NOW, Authority, jwk, remake
from tests.verifier.make_vectors import KEY
from tests.verifier.transfers import transfer
from verifier import wording
from verifier.credential import DocumentType, YearRow
from verifier.errors import VerifierError
from verifier.evidence import InputKind
from verifier.next_steps import STEPS
from verifier.report import AGAINST, CHECKS, Outcome
from verifier.sentences import _KIND, VERDICTS
from verifier.status import REASONS
from verifier.web.offline import documents

ROOT = Path(__file__).parents[2]
NODE = str(ROOT / ".venv/bin/node")
ELSEWHERE = {10, 11}
"""Checks that a browser leaves to others where they apply."""
VECTORS = sorted(path.stem for path in (ROOT / "tests/vectors").glob("credential-*.json"))
FORMS = ("jws", "qr")
ALL = [*CASES, *(f"{vector}/{form}" for vector in VECTORS for form in FORMS)]


@dataclass(frozen=True)
class Pair:
    """The two reports of one case, or the errors that refused it."""

    python: dict[str, Any]
    browser: dict[str, Any]


def given(name: str) -> Given:
    """One case: a folder of tests/tampered, or a vector under a trust list that names its key."""
    if name in CASES:
        return read(name)
    vector, form = name.split("/")
    found = json.loads((ROOT / f"tests/vectors/{vector}.json").read_text("utf-8"))
    data = found["jws"] if form == "jws" else found["qr"]["prefix"] + found["qr"]["digits"]
    issuer = Authority(seed="the issuer")
    first, second = issuer.issuer().keys
    listed = issuer.issuer(keys=(remake(first, jwk=jwk(KEY)), second))
    return Given(
        name,
        data.encode(),
        issuer.trust_token(issuer.trust(listed)),
        "",
        issuer.public().files,
        None,
        None,
        NOW,
        {},
    )


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def told(case: Given) -> dict[str, object]:
    """A case as browser/harness.ts takes it."""
    return {
        "name": case.name,
        "data": text(case.data),
        "trust": case.trust,
        "chain": case.chain,
        "root": text(root()),
        "public": {path: text(data) for path, data in case.public.items()},
        "seen": case.seen,
        "bundle": None if case.bundle is None else text(case.bundle),
        "now": int(case.now.timestamp()),
        "rules": documents(),
        "dictionary": text((ROOT / "verifier/dictionaries/1.bin").read_bytes()),
    }


def answer(case: Given) -> dict[str, Any]:
    """What the verifier in Python says."""
    try:
        return judged(case).to_json()
    except VerifierError as error:
        return {"refused": type(error).__name__}


@pytest.fixture(scope="module")
def harness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a page with browser/harness.ts, and of what that reads beside it."""
    folder = tmp_path_factory.mktemp("browser") / "page"
    shutil.copytree(ROOT / "templates/built", folder)
    bundle = [
        NODE,  # the pinned one: a new system has no other
        str(ROOT / "node_modules/esbuild/bin/esbuild"),
        "browser/harness.ts",
        "--bundle",
        "--format=esm",
        "--keep-names",
        "--log-level=warning",
        f"--outfile={folder / 'harness.js'}",
    ]
    subprocess.run(bundle, cwd=ROOT, check=True)
    page = (
        "<!doctype html><html lang=zh-CN><title>harness</title><script type=module src=harness.js></script>"
    )
    (folder / "index.html").write_text(page)
    with served(folder) as address:
        yield address


@pytest.fixture(scope="module")
def page(harness: str) -> Iterator[Page]:
    started: Playwright
    with sync_playwright() as started, launched(started) as browser:
        made = browser.new_page()
        made.goto(harness)
        made.wait_for_function("typeof answer === 'function'")
        yield made


@pytest.fixture(scope="module")
def pairs(page: Page) -> dict[str, Pair]:
    cases = [given(name) for name in ALL]
    return {case.name: Pair(answer(case), page.evaluate("answer", told(case))) for case in cases}


@pytest.mark.parametrize("name", [name for name in ALL if name not in NAMES])
def test_both_say_the_same(pairs: dict[str, Pair], name: str) -> None:
    pair = pairs[name]
    if "refused" in pair.python or "refused" in pair.browser:
        assert pair.browser.get("refused") == pair.python.get("refused"), pair.browser
        return
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
    said = {pair.browser["verdict"] for pair in pairs.values() if pair.python.get("input") == "pdf"}
    assert said == {"forged", "undetermined"}


@pytest.mark.parametrize("name", NAMES)
def test_what_pdf_js_hides_is_left_to_the_server(pairs: dict[str, Pair], name: str) -> None:
    """Of two files of one name the browser is shown the last alone: of a false one before it, it must not judge."""
    assert pairs[name].python["verdict"] == "forged"
    assert pairs[name].browser["verdict"] == ("forged" if "-last-" in name else "undetermined")


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
        "deemed": {flag: {"zh": wording.DEEMED[flag], "en": en} for flag, en in DEEMED_ENGLISH.items()},
        "steps": {
            lack.value: {where.value: two(step) for where, step in by.items()} for lack, by in STEPS.items()
        },
        "against": [{"found": found, "zh": zh.replace("\\", "$")} for found, zh in AGAINST],
    }


DEEMED_ENGLISH = {
    "professional": "professional subject deemed complete",
    "all": "deemed complete",
    "origin": "as concluded at the place of origin",
    "deferred": "deferred",
}


@pytest.mark.parametrize("conclusion", ["complete", "incomplete"])
def test_a_year_stands_as_the_document_prints_it(page: Page, conclusion: str) -> None:
    row = {**transfer()["credentialSubject"]["years"][0], "conclusion": conclusion}
    for flags in ((), *((flag,) for flag in wording.DEEMED), ("professional", "deferred")):
        row["deemed"] = [{flag: "第六条第（六）项第2目"} for flag in flags]
        assert page.evaluate("finding", row) == wording.finding(YearRow.model_validate_json(json.dumps(row)))
