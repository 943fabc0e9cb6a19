"""The command line's contract: standard output, exit codes, and what is said of what cannot be used."""

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from rules.cli import app
from rules.errors import PackError
from rules.packs import load_library
from tests.rules.documents import written
from tests.rules.samples import EXAM, FACTS, TRAINING, of
from tests.rules.test_packs import NOTE

WORKED = Path(__file__).parent / "cases" / "worked_examples.json"
Write = Callable[[Any], str]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200", "TERM": "dumb"})


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def _write(value: Any) -> str:
        path = tmp_path / "facts.json"
        path.write_text(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False), "utf-8")
        return str(path)

    return _write


def test_decide_takes_the_worked_examples_as_they_are() -> None:
    cases = json.loads(WORKED.read_text("utf-8"))
    done = run("decide", str(WORKED))
    assert done.exit_code == 0
    assert done.stderr == ""
    answers = json.loads(done.stdout)
    assert [answer["id"] for answer in answers] == [case["id"] for case in cases]
    for case, answer in zip(cases, answers, strict=True):
        assert {"professional", "public", "total", "complete", "deemed", "lines"} <= answer.keys()
        assert all(isinstance(answer[name], str) for name in ("professional", "public", "total"))
        expected = case["expected"]
        assert {name: float(answer[name]) for name in ("professional", "public", "total")} == {
            name: expected[name] for name in ("professional", "public", "total")
        }
        assert (answer["complete"], answer["deemed"]) == (expected["complete"], expected["deemed"])
        study = bool(case["facts"]["policy"]) or "overlay" in case["facts"]
        assert answer.get("hypothetical", False) is study


def test_decide_one_object(write: Write) -> None:
    done = run("decide", write(FACTS))
    assert done.exit_code == 0
    (answer,) = json.loads(done.stdout)
    assert (answer["id"], answer["professional"]) == (None, "16")
    (line,) = answer["lines"]
    assert line["article"] == "第六条第（一）项"


def test_decide_one_object_with_its_id(write: Write) -> None:
    (answer,) = json.loads(run("decide", write({"id": "one", "facts": FACTS})).stdout)
    assert (answer["id"], answer["professional"]) == ("one", "16")


def test_decide_answers_the_good_and_names_the_bad(write: Write) -> None:
    records = [
        {"id": "good", "facts": FACTS, "note": "示例"},
        {"id": "bad", "facts": {**FACTS, "year": "2024"}},
        {"id": "no facts"},
        {"id": 7, "facts": FACTS},
        {"id": "no rules", "facts": {**FACTS, "year": 2029}},
        5,
    ]
    done = run("decide", write(records))
    assert done.exit_code == 2
    answers = json.loads(done.stdout)
    assert [answer["id"] for answer in answers] == ["good", "bad", "no facts", None, "no rules", None]
    pointers = [answer["error"]["pointer"] if "error" in answer else "" for answer in answers]
    assert pointers == ["", "/year", "/facts", "", "/year", ""]
    assert "gs-2023-03-31@1.0.0" in answers[4]["error"]["expected"]
    assert "cn-2015" not in answers[4]["error"]["expected"], "not activated: it judges nobody"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"year": 2024,}', "facts.json:1:15"),
        ('{"year": 1, "year": 2}', "facts.json:1:13"),
        ('{"year": NaN}', "facts.json:1:10"),
        ("[" * 100_000, "facts.json:1:201"),
    ],
    ids=["not JSON", "a key twice", "not a number", "nested too deep"],
)
@pytest.mark.parametrize("command", ["decide", "explain"])
def test_a_file_that_is_not_json(command: str, text: str, said: str, write: Write) -> None:
    done = run(command, write(text))
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    done = run("decide", str(tmp_path / "nowhere.json"))
    assert (done.exit_code, done.stdout) == (2, "")
    assert "nowhere.json" in done.stderr


def test_explain_says_why(write: Write) -> None:
    training = {
        **TRAINING,
        "schedule": [{"from": "2024-05-06", "to": "2024-05-06", "unit": "hours", "value": 12}],
    }
    done = run("explain", write([{"id": "甲", "facts": of(training)}]))
    assert done.exit_code == 0
    for said in (
        "甲",
        "2024",
        "未完成",
        "每天认定不超过8学时，减4学时",
        "at most 8 hours a day: less 4",
        "第六条第（一）项",
    ):
        assert said in done.stdout


def test_explain_marks_study(write: Write) -> None:
    done = run("explain", write({**FACTS, "policy": {"public_min": 30}}))
    assert "假设" in done.stdout
    assert "public_min = 30（现行口径：0）" in done.stdout


def test_explain_names_the_bad(write: Write) -> None:
    done = run("explain", write({**FACTS, "year": None}))
    assert done.exit_code == 2
    assert "/year" in done.stdout


def test_what_if(write: Write) -> None:
    done = run("explain", "--what-if", write(of(TRAINING)))
    assert "合计 total 74，其中专业 professional 44" in done.stdout
    assert re.search("自学 self-study +还可 / room for 40", done.stdout)


def test_what_if_of_a_complete_year(write: Write) -> None:
    long = {**TRAINING, "schedule": [{"from": "2024-05-06", "to": "2024-05-20", "unit": "full_day"}]}
    done = run("explain", "--what-if", write(of(long)))
    assert "无 / nothing" in done.stdout


def test_compare(write: Write) -> None:
    online = {
        **{key: EXAM[key] for key in ("id", "channel", "status", "registered_at")},
        "category": "public_online",
        "total_hours": 30,
        "completed_on": "2024-05-06",
        "exam_passed": True,
    }
    long = {
        **TRAINING,
        "id": "t",
        "schedule": [{"from": "2024-05-06", "to": "2024-05-13", "unit": "full_day"}],
    }
    path = write({**FACTS, "activities": [online, long]})
    done = run("explain", "--compare", "public_min=40", "--compare", "daily_cap=6", path)
    assert re.search(
        "if public_min = 40.*64\\+30=94 .*60/0/90 .*完成.*64\\+30=94 .*60/40/90 .*未完成",
        done.stdout,
        re.DOTALL,
    )
    assert re.search("if daily_cap = 6\n.*64\\+30=94 .*\n.*48\\+30=78 .*未完成", done.stdout)
    assert "t: 64 → 48" in done.stdout


@pytest.mark.parametrize(
    ("reading", "said"),
    [
        ("nope=1", "ratio_basis"),
        ("ratio_basis=other", "/policy/ratio_basis"),
        ("self_study_cap=null", "as the pack says"),
    ],
)
def test_compare_with_what_there_is_not(reading: str, said: str, write: Write) -> None:
    done = run("explain", "--compare", reading, write(FACTS))
    assert done.exit_code == 2
    assert said in done.stdout + done.stderr


def test_two_readings_of_one_parameter(write: Write) -> None:
    done = run("explain", "--compare", "daily_cap=6", "--compare", "daily_cap=8", write(FACTS))
    assert "if daily_cap = 6\n" in done.stdout
    assert done.stdout.endswith("结果不变 / nothing changes\n")


def test_compare_without_a_value(write: Write) -> None:
    done = run("explain", "--compare", "ratio_basis", write(FACTS))
    assert done.exit_code == 2
    assert "parameter=value" in done.stderr


def test_packs() -> None:
    done = run("packs")
    assert done.exit_code == 0
    for said in ("gs-2023-03-31@1.0.0", "2028-03-31", "未启用 / not activated", "使用前请核实"):
        assert said in done.stdout


def test_packs_of_an_authority_show_their_digests(tmp_path: Path) -> None:
    written(tmp_path, sample_note=NOTE)
    done = run("packs", "--rules", str(tmp_path))
    assert done.exit_code == 0
    assert re.search("sample-note-1@1.0.0.*public_min = 30.*示例解释1号", done.stdout, re.DOTALL)
    digest = hashlib.sha256((tmp_path / "sample.note.yaml").read_bytes()).hexdigest()
    assert re.search(f"sample.note.yaml *\n +{digest}\n", done.stdout)


def test_readings_of_a_pack() -> None:
    done = run("packs", "--readings", "gs-2023-03-31@1.0.0")
    assert done.exit_code == 0
    assert "--compare exam_deemed_credit=waive_total" in done.stdout
    assert run("packs", "--readings", "nope@1.0.0").exit_code == 2


def test_own_rules_that_are_not_a_folder() -> None:
    with pytest.raises(PackError, match="not a folder"):
        load_library(Path("nowhere"))


def test_packs_diff() -> None:
    done = run("packs", "--diff", "gs-2023-03-31@1.0.0", "cn-2015-10-01@1.0.0")
    assert done.exit_code == 0
    assert "self_study_cap" in done.stdout
    assert "第六条第（二）项" in done.stdout


def test_packs_diff_of_the_unknown() -> None:
    done = run("packs", "--diff", "gs-2023-03-31@1.0.0", "gs-2099-01-01@1.0.0")
    assert done.exit_code == 2
    assert "gs-2099-01-01@1.0.0" in done.stderr


def test_lint() -> None:
    done = run("lint")
    assert (done.exit_code, done.stderr) == (0, "")


def test_lint_finds(tmp_path: Path) -> None:
    (tmp_path / "x.note.yaml").write_text("pack: gs-2023-03-31\nparametre: x\n")
    done = run("lint", "--rules", str(tmp_path))
    assert done.exit_code == 1
    assert "x.note.yaml#/parametre" in done.stdout


def test_decide_with_rules_that_do_not_hold(tmp_path: Path, write: Write) -> None:
    path = write(FACTS)
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "x.yaml").write_text("{}")
    done = run("decide", path, "--rules", str(folder))
    assert (done.exit_code, done.stdout) == (2, "")
    assert "x.yaml" in done.stderr


def test_schema() -> None:
    done = run("schema", "facts")
    assert json.loads(done.stdout)["title"] == "Facts"


def test_schema_unknown() -> None:
    done = run("schema", "fact")
    assert done.exit_code == 2
    assert "facts" in done.stderr
