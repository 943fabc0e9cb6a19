"""`xueshi` as a person types it: exit codes, messages with their place, and nothing done that was not said.

The first steps are processes of their own; all else is called, because a process takes two seconds to import everything.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from issuer.cli import app
from issuer.instance import open_instance
from tests.issuer import town
from tests.issuer.registration.office import DAYS, YEAR, Office
from tests.issuer.town import training

ROOT = Path(__file__).parents[2]


def xueshi(*words: str | Path, **environment: str) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "200", **environment})


def typed(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from issuer.cli import main; main()", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "200"},
    )


def write(path: Path, value: object) -> Path:
    path.write_text(json.dumps(value, ensure_ascii=False), "utf-8")
    return path


def test_from_init_to_verify(tmp_path: Path, people: list[dict[str, Any]]) -> None:
    home, out = tmp_path / "instance", tmp_path / "out"
    made = typed("init", home, "--demo")
    assert made.returncode == 0, made.stderr
    assert "DEMO KEYS" in made.stderr
    issued = typed("issue", write(tmp_path / "roster.json", people[:1]), "--home", home, "--out", out)
    assert issued.returncode == 0, issued.stderr
    (pdf,) = out.iterdir()
    trust = ("--trust", home / "public/trust-list.jwt", "--root", home / "public/trust-root.jwk")
    public = ("--public", home / "public")
    checked = typed("verify", "--json", pdf, *trust, *public)
    assert checked.returncode == 0, checked.stderr
    (report,) = json.loads(checked.stdout)
    assert report["verdict"] == "genuine"
    assert report["subject"]["name"] == people[0]["person"]["name"]
    # Without a status list it is never green.
    assert xueshi("verify", pdf, *trust, "--offline").exit_code == 1
    revoked = xueshi("revoke", pdf.stem, "--home", home, "--reason", "false-evidence")
    assert revoked.exit_code == 0, revoked.stderr
    (report,) = json.loads(xueshi("verify", "--json", pdf, *trust, *public).stdout)
    assert report["verdict"] == "revoked"
    vkey, water = home / "public/ledger.vkey", home / "log.highwater"
    whole = xueshi("ledger", "fsck", f"sqlite:///{home}/xueshi.db", "--vkey", vkey, "--high-water", water)
    assert whole.exit_code == 0, whole.stdout + whole.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"{", "roster.json:1", id="not JSON"),
        pytest.param(b"{}", "list", id="not a list"),
        pytest.param(b'[{"person": {}}]', "/0/", id="missing fields"),
        pytest.param("[]".encode("utf-16"), "roster.json", id="not UTF-8"),
    ],
)
def test_a_roster_that_cannot_be_used(home: Path, tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "roster.json").write_bytes(content)
    refused = xueshi("issue", tmp_path / "roster.json", "--home", home)
    assert refused.exit_code == 2
    assert said in "".join(refused.stderr.split()), "a long path is broken over two lines"
    assert "Traceback" not in refused.stderr


def test_bad_records_are_named_and_counted(home: Path, tmp_path: Path, people: list[dict[str, Any]]) -> None:
    for person in people[1:]:
        person["person"]["identifier"] = "1"
    refused = xueshi("issue", write(tmp_path / "roster.json", people), "--home", home)
    assert refused.exit_code == 2
    assert "/1/person/identifier" in refused.stderr
    assert "Nothing was recorded" in refused.stderr
    kept = xueshi("issue", write(tmp_path / "roster.json", people), "--home", home, "--keep-good")
    assert kept.exit_code == 1
    assert f"{len(people) - 1} 处" in kept.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("issue", "nowhere.json"), "nowhere.json", id="no such file"),
        pytest.param(
            ("revoke", "GS2025-0000001-1", "--reason", "other"), "GS2025-0000001-1", id="no such serial"
        ),
        pytest.param(
            ("revoke", "GS2025-0000001-1", "--reason", "whim"), "false-evidence", id="no such reason"
        ),
    ],
)
def test_what_is_not_there(home: Path, words: tuple[str, ...], said: str) -> None:
    refused = xueshi(*words, "--home", home)
    assert refused.exit_code == 2
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_folder_that_is_no_instance(tmp_path: Path) -> None:
    refused = xueshi("publish", "--home", tmp_path)
    assert refused.exit_code == 2
    assert "xueshi init" in refused.stderr


def test_no_secret_has_a_default(tmp_path: Path) -> None:
    refused = xueshi("init", tmp_path / "instance")
    assert refused.exit_code == 2
    assert "XUESHI_PASSPHRASE" in refused.stderr
    assert not (tmp_path / "instance/xueshi.toml").exists()
    made = xueshi("init", tmp_path / "instance", XUESHI_PASSPHRASE="correct horse")
    assert made.exit_code == 0, made.stderr
    wrong = xueshi("publish", "--home", tmp_path / "instance", XUESHI_PASSPHRASE="battery staple")
    assert wrong.exit_code == 2
    assert "passphrase does not open" in wrong.stderr


def test_beside_a_running_process_it_says_so(home: Path) -> None:
    with open_instance(home):
        refused = xueshi("publish", "--home", home)
    assert refused.exit_code == 2
    assert str(os.getpid()) in refused.stderr


def test_a_year_for_everyone(home: Path, tmp_path: Path) -> None:
    with open_instance(home) as instance:
        office = Office(instance, town.build(instance))
        office.register(training(schedule=DAYS))
    out = tmp_path / "out"
    for said in ("新签发 issued 1，未变 unchanged 0", "新签发 issued 0，未变 unchanged 1"):
        done = xueshi("issue", "--year", str(YEAR), "--all", "--home", home, "--out", out)
        assert done.exit_code == 0, done.stderr
        assert said in done.stdout
        assert "未完成 incomplete 5" in done.stdout
    assert len(list(out.iterdir())) == 1


def test_who_came_by_a_roster_alone_is_asked_about_in_its_year_only(
    home: Path, tmp_path: Path, people: list[dict[str, Any]]
) -> None:
    roster = write(tmp_path / "roster.json", people[:1])
    assert xueshi("issue", roster, "--home", home).exit_code == 0
    other = xueshi("issue", "--year", "2026", "--all", "--home", home)
    assert (other.exit_code, other.stderr.strip()) == (0, ""), other.stderr
    same = xueshi("issue", "--year", "2025", "--all", "--home", home)
    assert same.exit_code == 1
    assert "no affiliation is recorded" in same.stderr


@pytest.mark.parametrize(
    "words", [(), ("--year", "2026"), ("--all",), ("people.json", "--year", "2026", "--all")]
)
def test_a_roster_or_a_year_never_both(home: Path, words: tuple[str, ...]) -> None:
    refused = xueshi("issue", *words, "--home", home)
    assert refused.exit_code == 2
    assert "--year" in refused.stderr


def test_without_a_seal_nothing_is_recorded_and_with_one_it_goes_on(
    tmp_path: Path, people: list[dict[str, Any]]
) -> None:
    home, out = tmp_path / "instance", tmp_path / "out"
    secret = {"XUESHI_PASSPHRASE": "a passphrase of this test"}
    assert xueshi("init", home, **secret).exit_code == 0
    asked = ("issue", write(tmp_path / "roster.json", people[:1]), "--home", home, "--out", out)
    refused = xueshi(*asked, **secret)
    assert refused.exit_code == 2
    assert "seal" in refused.stderr
    assert "Traceback" not in refused.stderr
    with (home / "xueshi.toml").open("a", encoding="utf-8") as file:
        file.write('seal = "seal.svg"\n')
    circle = '<circle cx="21" cy="21" r="20" fill="none" stroke="#d7181e"/>'
    (home / "seal.svg").write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 42 42">{circle}</svg>'
    )
    issued = xueshi(*asked, **secret)
    assert issued.exit_code == 0, issued.stderr
    assert "新签发 issued 1" in issued.stdout, "nothing was recorded the first time"
    assert len(list(out.iterdir())) == 1


def test_the_first_hour_of_another_province(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it meets: whose measure judges, nobody who could sign in, an account at an authority that is not there yet. The root has
    the region's letters.
    """
    home = tmp_path / "there"
    region = ("--region", "示例乙省", "--serial-letters", "YB")
    made = xueshi("init", home, "--demo", "--host", "jxjy.there.example", *region)
    assert (made.exit_code, "the measure of Gansu until your own" in made.stdout) == (0, True), made.stderr
    monkeypatch.setattr("issuer.serving.run", lambda *_: None)
    assert "first-administrator" in xueshi("serve", "issuer", "--home", home).stdout
    password = ("--home", home, "--password", "示例口令，够长的一句话", "--number")
    clerk = ("accounts", "add", "clerk", *password, town.number(8), "--role", "verifier", "--at")
    none = xueshi(*clerk, "authority:yb")
    assert (none.exit_code, "xueshi accounts first-administrator" in none.stderr) == (2, True)
    chief = xueshi(
        "accounts", "first-administrator", "chief", *password, town.number(7), "--authority", "示例乙省人社厅"
    )
    assert (chief.exit_code, "authority:yb" in chief.stdout) == (0, True), chief.stderr
    assert xueshi(*clerk, "authority:gs").stderr.strip() == "没有代码为 gs 的部门 there is no authority gs"
    assert xueshi(*clerk, "authority:yb").exit_code == 0
    served = xueshi("serve", "issuer", "--home", home).stdout
    assert ("first-administrator" in served, "http://127.0.0.1:8000/" in served) == (False, True)
