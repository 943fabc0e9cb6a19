"""The command line: what is printed, and the exit codes 0, 1 and 2."""

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from tests.verifier.authority import INDEX, NOW, START, Authority, credential, jwk, text
from tests.verifier.authority import payload as fields
from tests.verifier.test_figures import NOTED, UNDER_NOTE
from verifier.cli import app
from verifier.committee.export import COLUMNS
from verifier.credential import parse_payload

ROOT = Path(__file__).parents[2]
RUNNER = CliRunner(env={"COLUMNS": "200", "XUESHI_TRUST": None, "XUESHI_TRUST_ROOT": None})


class Room:
    """A folder as a committee has it: trust list, root, public files, and two tokens.

    The command reads the real clock, so the lists here are good from 2026 to the far future.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.authority = authority = Authority()
        self.token = authority.issue(credential())
        self.revoked = authority.issue(parse_payload(text(fields(1, version=2))))
        authority.revoked.add(1)
        later = NOW.replace(year=2099)
        trust = authority.trust(issued=START, expires=later, status_max_age=31_536_000)
        public = authority.public()
        for letter in "rs":
            listed = authority.status_list(
                letter, datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1)
            )
            public.files[f"status/{letter}3"] = listed.encode()
        for path, data in public.files.items():
            target = folder / "public" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        self.write("trust.jwt", authority.trust_token(trust).encode())
        self.write("root.jwk", json.dumps(jwk(authority.root_key)).encode())
        self.write("good.jwt", self.token.encode() + b"\n")
        self.write("revoked.jwt", self.revoked.encode())
        self.write("broken.jwt", b"hello")
        self.write("forged.jwt", authority.sign(credential(), Authority().key).encode())

    def write(self, name: str, data: bytes) -> None:
        (self.folder / name).write_bytes(data)

    def path(self, name: str) -> str:
        return str(self.folder / name)

    def trust(self) -> list[str]:
        return ["--trust", self.path("trust.jwt"), "--root", self.path("root.jwk")]

    def run(self, *arguments: str, stdin: bytes | None = None) -> Result:
        return RUNNER.invoke(app, [*arguments, *self.trust()], input=stdin)

    def public(self) -> list[str]:
        return ["--public", self.path("public")]


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Room:
    return Room(tmp_path_factory.mktemp("room"))


def test_a_workbook_beside_what_is_printed(room: Room, tmp_path: Path) -> None:
    """--xlsx: a row a person and year, then what no row can be made of, then the totals, and what it rests on."""
    files = [room.path(name) for name in ("good.jwt", "revoked.jwt", "broken.jwt", "forged.jwt")]
    target = tmp_path / "结果.xlsx"
    done = room.run(*files, *room.public(), "--xlsx", str(target))
    assert done.exit_code == 2, done.output
    table, rests_on = openpyxl.load_workbook(target).worksheets
    head, *rows = [[cell.value for cell in row] for row in table.iter_rows()]
    assert tuple(head) == COLUMNS
    told = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    assert [(row["姓名"], row["年度"], row["核验结论"]) for row in told[:2]] == [
        ("张伟", 2025, "真实，现在有效"),
        (None, None, "不能核验"),
    ]
    assert told[0]["需要注意"] == "重复提交"
    assert f"另有 1 份：{room.path('revoked.jwt')}（已撤销，不能采信：（7）已撤销" in str(told[0]["说明"])
    assert told[2]["核验结论"] == "不可信，不能采信"
    assert told[-1]["序号"] == "合计"
    assert told[-1]["合计"] == 92
    assert "第 7 号" in str(rests_on.cell(2, 2).value)


def test_all_genuine_is_0(room: Room) -> None:
    result = room.run(room.path("good.jwt"), *room.public())
    assert result.exit_code == 0
    assert "真实，现在有效：这是完成证明" in result.stdout
    assert "下一步" in result.stdout
    assert "通过 9 项，未通过 0 项，未做 0 项，不适用 2 项" in result.stdout


def test_an_authoritys_own_rules_are_known_by_their_folder(room: Room, tmp_path: Path) -> None:
    room.write("noted.jwt", room.authority.issue(credential(**UNDER_NOTE)).encode())
    (tmp_path / "a.note.yaml").write_text(NOTED.model_dump_json(by_alias=True), "utf-8")
    arguments = [room.path("noted.jwt"), *room.public(), "--json"]
    outcomes = [
        next(check["outcome"] for check in json.loads(done.stdout)[0]["checks"] if check["number"] == 9)
        for done in (room.run(*arguments), room.run(*arguments, "--rules", str(tmp_path)))
    ]
    assert outcomes == ["not_done", "passed"]
    (tmp_path / "b.note.yaml").write_text("id: 1", "utf-8")
    broken = room.run(*arguments, "--rules", str(tmp_path))
    assert (broken.exit_code, broken.stdout) == (2, "")
    assert "b.note.yaml" in broken.stderr


@pytest.mark.parametrize(
    ("name", "words"), [("revoked.jwt", "已撤销，不能采信"), ("forged.jwt", "不可信，不能采信")]
)
def test_something_that_does_not_hold_is_1(room: Room, name: str, words: str) -> None:
    result = room.run(room.path("good.jwt"), room.path(name), *room.public())
    assert result.exit_code == 1
    assert words in result.stdout
    assert "真实，现在有效" in result.stdout, "the other one keeps its own verdict"


def test_a_forgers_data_is_not_shown_as_signed(room: Room) -> None:
    assert "张伟" not in room.run(room.path("forged.jwt"), *room.public()).stdout


def test_offline_is_1_and_says_what_is_missing(room: Room) -> None:
    result = room.run(room.path("good.jwt"), "--offline")
    assert result.exit_code == 1
    assert "现在还不能判断" in result.stdout
    assert "第 7、8 项没有做成" in result.stdout


def test_an_unusable_file_is_2_and_the_others_go_on(room: Room) -> None:
    names = ["missing.jwt", "broken.jwt", "good.jwt"]
    result = room.run(*map(room.path, names), *room.public(), "--json")
    assert result.exit_code == 2
    reports = json.loads(result.stdout)
    assert [report["file"] for report in reports] == [room.path(name) for name in names]
    assert reports[0]["error"]["message"] == "没有这个文件 / no such file"
    assert "里面没有凭证" in reports[1]["error"]["message"]
    assert reports[2]["verdict"] == "genuine"
    assert room.path("broken.jwt") in result.stderr


def test_the_library_as_it_is_documented(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    _, code, _ = re.split(
        r"```python\n|```\n(?=\n## The report as JSON)", (ROOT / "docs/checks.md").read_text("utf-8")
    )
    room.write("certificate.jwt", room.token.encode())
    monkeypatch.chdir(room.folder)
    names: dict[str, object] = {}
    exec(code, names)  # noqa: S102 - our own documentation
    assert (names["genuine"], names["undone"]) == (True, [])
    assert list((room.folder / "seen").iterdir())


def test_a_folder_is_sent_on_to_the_committees_command(room: Room) -> None:
    result = room.run(str(room.folder), room.path("good.jwt"), *room.public())
    assert result.exit_code == 2
    assert "是文件夹：请用 xueshi committee verify" in result.stderr
    assert "真实，现在有效" in result.stdout


def test_a_workbook_that_cannot_be_written_loses_no_verdict(room: Room, tmp_path: Path) -> None:
    target = str(tmp_path / "no such folder/a.xlsx")
    result = room.run(room.path("good.jwt"), *room.public(), "--json", "--xlsx", target)
    assert result.exit_code == 2
    assert json.loads(result.stdout)[0]["verdict"] == "genuine"
    assert "没有写成表格" in result.stderr


def test_a_name_in_another_encoding_is_told_in_ours(room: Room, tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + "/证明.jwt".encode("gb18030"))
    Path(path).write_text(room.token)
    result = room.run(path, *room.public(), "--json", "--xlsx", str(tmp_path / "a.xlsx"))
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)[0]["file"] == str(tmp_path / "证明.jwt")


def test_a_token_a_qr_and_standard_input_serve_as_they_are(room: Room) -> None:
    qr = room.authority.qr(room.token).text
    result = room.run(room.token, qr, "-", *room.public(), "--json", stdin=room.token.encode())
    assert result.exit_code == 0
    assert [report["input"] for report in json.loads(result.stdout)] == ["token", "qr", "token"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param([], "no root key is pinned", id="no root"),
        pytest.param(["--root", "{root}"], "no trust list", id="no trust list"),
        pytest.param(["--root", "{good}", "--trust", "{trust}"], "root:", id="a root that is none"),
        pytest.param(["--root", "{root}", "--trust", "{good}"], "trust list:", id="a list that is none"),
        pytest.param(
            ["--root", "{root}", "--trust", "{missing}"], "No such file", id="a list that is missing"
        ),
        pytest.param(
            ["--root", "{root}", "--trust", "{trust}", "--offline", "--public", "x"], "not both", id="both"
        ),
        pytest.param(
            ["--root", "{root}", "--trust", "{trust}", "--public", "https://evil.example"],
            "named by",
            id="elsewhere",
        ),
    ],
)
def test_without_usable_trust_nothing_is_verified(room: Room, arguments: list[str], words: str) -> None:
    names = {"root": "root.jwk", "trust": "trust.jwt", "good": "good.jwt", "missing": "none.jwt"}
    places = {name: room.path(file) for name, file in names.items()}
    result = RUNNER.invoke(
        app, [room.path("good.jwt"), *(argument.format(**places) for argument in arguments)]
    )
    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stdout == ""


def test_the_environment_names_the_trust_data(room: Room) -> None:
    env = {"XUESHI_TRUST": room.path("trust.jwt"), "XUESHI_TRUST_ROOT": room.path("root.jwk")}
    assert RUNNER.invoke(app, [room.path("good.jwt"), *room.public()], env=env).exit_code == 0


def test_python_m_verifier_is_the_same_command(room: Room) -> None:
    command = [
        sys.executable,
        "-m",
        "verifier",
        room.path("good.jwt"),
        *room.trust(),
        *room.public(),
        "--json",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ})
    assert done.returncode == 0, done.stderr
    (report,) = json.loads(done.stdout)
    assert report["verdict"] == "genuine"
    assert report["subject"]["serial"] == f"GS2025-{INDEX:07d}-3"


def test_no_personal_data_in_errors(room: Room) -> None:
    result = room.run(room.path("broken.jwt"), *room.public())
    assert "张伟" not in result.stderr + result.stdout


def test_what_was_seen_cannot_be_kept(room: Room, tmp_path: Path) -> None:
    """The verdict stands, and the reader is told."""
    (tmp_path / f"seen-{room.authority.root().thumbprint}.lock").mkdir()
    done = room.run(room.path("good.jwt"), *room.public(), "--state", str(tmp_path))
    assert done.exit_code == 0, done.output
    assert "what was seen was not kept" in done.stderr
