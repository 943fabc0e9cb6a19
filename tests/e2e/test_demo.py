"""The demonstration as a stranger runs it: it ends well, writes what it says, and prints what the READMEs quote."""

import base64
import gzip
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ledger.auditor import main as audit
from ledger.policy import parse_policy
from verifier.trust import open_trust, read_root

ROOT = Path(__file__).parents[2]
QUOTED = re.compile(r"<!-- demo: .*? -->\n```\n(.*?)\n```", re.DOTALL)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    out = tmp_path_factory.mktemp("demo") / "out"
    done = subprocess.run(
        [sys.executable, "-m", "demo", str(out)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "80"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return out, done.stdout


def lines_of(text: str) -> list[str]:
    """Lines as they compare: days differ from run to run, and so does the folder."""
    text = re.sub(r"\d{4}-\d\d-\d\d", "YYYY-MM-DD", text)
    text = re.sub(r"thumbnails: \S+", "thumbnails: …", text)
    return [line.rstrip() for line in text.splitlines() if line.strip()]


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_it_prints_what_the_readme_quotes(run: tuple[Path, str], readme: str) -> None:
    quoted = QUOTED.search((ROOT / readme).read_text("utf-8"))
    assert quoted is not None
    printed = lines_of(run[1])
    wanted = lines_of(quoted[1])
    start = printed.index(wanted[0])
    assert printed[start : start + len(wanted)] == wanted


def test_it_writes_what_it_says(run: tuple[Path, str]) -> None:
    out, printed = run
    for name in ("trust-list.jwt", "trust-root.jwk", "index.html", "public/checkpoint", "public/ledger.vkey"):
        assert (out / name).is_file()
        assert (out / name).stat().st_size
    for name in (
        "public/.well-known/did.json",
        "public/keys/jwks.json",
        "public/status/r1",
        "public/status/s1",
    ):
        assert (out / name).is_file()
    serials = {path.stem for path in (out / "certificates").glob("*.pdf")}
    assert len(serials) == 15
    assert {path.stem for path in (out / "thumbnails").iterdir()} == serials
    assert "11/11" in printed


def test_an_auditor_accepts_the_public_log(run: tuple[Path, str], tmp_path: Path) -> None:
    """With both witnesses: their signatures stand under the published head."""
    out, printed = run
    vkey = (out / "public/ledger.vkey").read_text().strip()
    policy = parse_policy((out / "instance/witnesses.policy").read_bytes())
    keys = [one.verifier.vkey() for one in policy.witnesses.values()]
    options = ["--vkey", vkey, "--state", str(tmp_path / "state.json"), "--quorum", "2"]
    assert audit([str(out / "public"), *options, "--witness", keys[0], "--witness", keys[1]]) == 0
    assert "witnessed 2/2" in printed


def test_certificates_count_only_with_both_witnesses(run: tuple[Path, str]) -> None:
    root = read_root((run[0] / "trust-root.jwk").read_bytes())
    trust = open_trust((run[0] / "trust-list.jwt").read_text("ascii"), root, datetime.now(UTC))
    assert (len(trust.witnesses), trust.minimum_witnesses) == (2, 2)


def test_no_published_byte_names_anybody(run: tuple[Path, str]) -> None:
    """Every public file, packed data unpacked: no name, no ID number or part of one, no employer."""
    people = json.loads((ROOT / "demo/people.json").read_text("utf-8"))
    words = {word for one in people for word in words_of(one["person"])}
    assert {"韩若溪", "Marie Example"} <= words
    assert len(words) > 30
    read = set()
    for path in (run[0] / "public").rglob("*"):
        if path.is_file():
            read.add(path.relative_to(run[0] / "public").as_posix().split("/")[0])
            for text in readings(path.read_bytes()):
                found = [word for word in words if word.encode() in text or word.encode("utf-16-be") in text]
                assert not found, f"{path} names {found}"
    assert {"checkpoint", "tile", "issuances", "status", "trust-list.jwt", "keys"} <= read


def words_of(person: dict[str, Any]) -> Iterator[str]:
    for value in person.values():
        for text in value.values() if isinstance(value, dict) else [value]:
            if isinstance(text, str) and len(text) > 1 and text not in {"resident_id", "passport"}:
                yield text
                if len(text) >= 15:
                    yield text[6:14]
                    yield text[-8:]


def readings(data: bytes) -> Iterator[bytes]:
    """The bytes themselves, and whatever base64 in them and gzip in that turn out to be."""
    yield data
    for part in re.split(rb"[^A-Za-z0-9_-]+", data):
        if len(part) < 16:
            continue
        for coded in (part, part[1:]):  # a multibase prefix stands before the list's bits
            with suppress(ValueError):
                plain = base64.urlsafe_b64decode(coded + b"=" * (-len(coded) % 4))
                if plain[:2] == b"\x1f\x8b":
                    yield gzip.decompress(plain)
                yield plain
                if b"encodedList" in plain:
                    yield from readings(plain)


def test_it_leaves_alone_what_it_did_not_make(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    done = subprocess.run(
        [sys.executable, "-m", "demo", str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert (tmp_path / "thesis.txt").read_text() == "mine"
