"""The journey of the READMEs: it prints what they quote, and what is withdrawn at the origin afterwards is noticed."""

import re
from pathlib import Path

import pytest

from demo import moving
from tests.e2e.test_demo import ROOT, lines_of
from tests.issuer.test_cli import xueshi

QUOTED = re.compile(r"<!-- moving: .*? -->\n```\n(.*?)\n```", re.DOTALL)


def without_years(text: str) -> list[str]:
    """The journey is that of last year, whenever it is played."""
    return lines_of(re.sub(r"\b20\d\d\b", "YYYY", text))


def test_there_and_back_as_the_readmes_quote_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "moving"
    assert moving.main(out) == 0
    told = capsys.readouterr().out
    printed = without_years(told)
    for readme in ("README.md", "README.zh-CN.md"):
        quoted = QUOTED.search((ROOT / readme).read_text("utf-8"))
        assert quoted is not None
        wanted = without_years(quoted[1])
        assert printed[: len(wanted)] == wanted
    assert xueshi("transfer", "recheck", "--home", out / "there").exit_code == 0
    (serial,) = re.findall(r"revoke (GS\d{4}-\d{7}-\d+)", told)
    assert xueshi("revoke", serial, "--home", out / "gansu", "--reason", "false-evidence").exit_code == 0
    assert xueshi("transfer", "recheck", "--home", out / "there").exit_code == 1
