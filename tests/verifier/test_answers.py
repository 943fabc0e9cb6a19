"""What `xueshi verify` answers of each input: against what it was measured, and the same by one process and by several."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.verifier.test_cli import Room
from verifier.files import put
from verifier.inputs import MANY
from verifier.report import Check, Outcome, Says


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Room:
    return Room(tmp_path_factory.mktemp("room"))


def test_what_a_check_was_measured_against_is_told_in_both_languages(room: Room) -> None:
    told = re.sub(r"\s+", " ", room.run(room.path("good.jwt"), *room.public()).stdout)
    assert "对照 against 凭证文字 token" in told
    assert "对照 against 信任名单第 7 号 trust list 7" in told
    assert re.search(r"对照 against \S+ \S+ 发布的状态表 status list of", told)
    checks = json.loads(room.run(room.path("good.jwt"), *room.public(), "--json").stdout)[0]["checks"]
    assert checks[4]["against"] == "trust list 7"
    assert checks[4]["measured"] == {"zh": "信任名单第 7 号", "en": "trust list 7"}
    rules = Check(9, Outcome.PASSED, Says("", ""), "gs-2023-03-31@1.0.0, 例外 示例函").measured
    assert rules == Says("gs-2023-03-31@1.0.0, 例外 示例函", "gs-2023-03-31@1.0.0, exception 示例函")


def test_many_inputs_are_shared_out_and_said_in_their_order(room: Room, tmp_path: Path) -> None:
    """By processes of their own, the same answers as one by one, and what they saw is remembered."""
    names = [
        *map(room.path, ("good.jwt", "missing.jwt", "broken.jwt", "revoked.jwt", "forged.jwt")),
        room.authority.qr(room.token).text,
        "-",
    ]
    few, many = (
        room.run(
            *arguments,
            *room.public(),
            "--json",
            "--state",
            str(tmp_path / str(len(arguments))),
            stdin=room.token.encode(),
        )
        for arguments in (names, [*names, *[room.path("good.jwt")] * MANY])
    )
    assert (few.exit_code, many.exit_code) == (2, 2)
    alone, shared = json.loads(few.stdout), json.loads(many.stdout)
    assert [_timeless(found) for found in shared[: len(names)]] == [_timeless(found) for found in alone]
    assert [found["verdict"] for found in shared[len(names) :]] == ["genuine"] * MANY
    kept = [(tmp_path / str(count)).glob("seen-*.json") for count in (len(names), len(names) + MANY)]
    (one,), (other,) = kept
    assert one.read_bytes() == other.read_bytes()


def _timeless(found: dict[str, Any]) -> dict[str, Any]:
    """A report without the moments of checking."""
    checks = [
        {k: v for k, v in check.items() if k not in {"against", "measured"}}
        for check in found.get("checks", ())
    ]
    return {k: v for k, v in found.items() if k != "checkedAt"} | {"checks": checks}


def test_a_file_that_cannot_be_put_leaves_nothing_half_written(tmp_path: Path) -> None:
    put(tmp_path / "a.txt", b"first")
    put(tmp_path / "a.txt", b"second")
    assert (tmp_path / "a.txt").read_bytes() == b"second"
    (tmp_path / "in the way").mkdir()
    with pytest.raises(OSError, match="in the way"):
        put(tmp_path / "in the way", b"x")
    assert {path.name for path in tmp_path.iterdir()} == {"a.txt", "in the way"}
