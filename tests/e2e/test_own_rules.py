"""An authority's own rules from end to end: issued under a note and an overlay of its own; verified by what is published, with its folder, and without either."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from issuer.cli import app
from issuer.config import FILE
from issuer.creation import NewInstance, create
from issuer.instance import open_instance
from issuer.publication import publish
from issuer.registration.roster import read_roster
from issuer.service import Result, issue_roster
from tests.rules.documents import FLOOR
from tests.verifier_web.serving import serving
from verifier.api import create_app
from verifier.config import read_settings

ROOT = Path(__file__).parents[2]
NEW = NewInstance(host="jxjy.example.gov.cn", name_zh="示例签发机关", name_en="Specimen issuer", demo=True)
OVERLAY = "sample-sector@1.0.0"


def overlay() -> dict[str, Any]:
    """The sample for accountants as an authority would put it in force: its own name, its basis compared."""
    raw: dict[str, Any] = yaml.safe_load((ROOT / "rules/overlays/sample-accounting.yaml").read_text("utf-8"))
    basis = [{**each, "checked": True} for each in raw["basis"]]
    return raw | {"id": "sample-sector", "version": "1.0.0", "status": "in_force", "basis": basis}


class Authority:
    """An instance with a folder of its own rules, and what it issued."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "instance"
        create(self.home, NEW)
        self.rules = self.home / "rules"
        self.rules.mkdir()
        self.write("public-floor.note.yaml", FLOOR)
        self.write("sector.overlay.yaml", overlay())
        with (self.home / FILE).open("a", encoding="utf-8") as settings:
            settings.write('rules = "rules"\n')

    def write(self, name: str, document: object) -> None:
        (self.rules / name).write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")

    def issue(self, people: list[dict[str, Any]]) -> list[Result]:
        roster = read_roster(json.dumps(people, ensure_ascii=False).encode(), "people.json")
        with open_instance(self.home) as instance:
            results, _ = issue_roster(instance, roster, lambda *_: None)
            publish(instance)
        for result in results:
            (self.folder / f"{result.issued.serial}.jwt").write_text(result.issued.jws, "ascii")
        return results

    @property
    def silent(self) -> Path:
        """Its public files without the rules that it publishes."""
        copied = self.folder / "silent"
        if not copied.exists():
            shutil.copytree(self.home / "public", copied, ignore=shutil.ignore_patterns("rules"))
        return copied

    def verified(self, serial: str, public: Path, *options: str) -> tuple[str, dict[str, Any]]:
        """What the command line says of a certificate: verdict, and check 9."""
        trust = ["--trust", f"{public}/trust-list.jwt", "--root", f"{public}/trust-root.jwk"]
        arguments = ["verify", str(self.folder / f"{serial}.jwt"), *trust, "--public", str(public), "--json"]
        (report,) = json.loads(CliRunner().invoke(app, [*arguments, *options]).stdout)
        return _told(report)


def _told(report: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    return report["verdict"], next(check for check in report["checks"] if check["number"] == 9)


def person(number: int, public: int, facts: dict[str, Any]) -> dict[str, Any]:
    """One of the demonstration's people with another year: its public hours, and what `facts` says."""
    people = json.loads((ROOT / "demo/people.json").read_text("utf-8"))
    online = {
        "id": f"public-{number}",
        "category": "public_online",
        "channel": "base_platform",
        "status": "registered",
        "total_hours": public,
        "completed_on": "2025-06-30",
        "exam_passed": True,
        "registered_at": "2025-07-01T09:00:00+08:00",
    }
    raw: dict[str, Any] = people[number]
    year = {"year": 2025, "as_of": "2026-03-31"}
    return raw | {"facts": year | facts | {"activities": [online, *facts.get("activities", ())]}}


def training(days: int) -> dict[str, Any]:
    return {
        "id": "training",
        "category": "training",
        "channel": "declared",
        "status": "registered",
        "mode": "offline",
        "schedule": [{"from": "2025-05-06", "to": f"2025-05-{5 + days:02}", "unit": "full_day"}],
        "registered_at": "2025-07-01T09:00:00+08:00",
    }


BOOK = {
    "id": "book",
    "category": "achievement",
    "channel": "declared",
    "status": "registered",
    "kind": "book",
    "achieved_on": "2025-04-01",
    "determined_hours": 40,
    "event_key": "isbn:978-7-000-00000-0",
    "registered_at": "2025-07-01T09:00:00+08:00",
}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def issued(authority: Authority) -> dict[str, Result]:
    people = [
        person(0, 30, {"activities": [training(8)]}),
        person(1, 28, {"activities": [training(8)]}),
        person(2, 30, {"activities": [BOOK], "overlay": OVERLAY}),
    ]
    return dict(zip(("enough", "short", "sector"), authority.issue(people), strict=True))


def test_the_note_and_the_overlay_decide_and_are_signed(issued: dict[str, Result]) -> None:
    decisions = {name: result.decision for name, result in issued.items()}
    assert {name: decision.complete for name, decision in decisions.items()} == {
        "enough": True,
        "short": False,  # 64 + 28 is complete under the pack alone; the note asks for 30 public hours
        "sector": True,  # the overlay values the book with 90, beyond the measure's 40
    }
    assert decisions["enough"].rules == ("gs-2023-03-31@1.0.0", "sample-public-floor@1.0.0")
    assert OVERLAY in decisions["sector"].rules


@pytest.mark.parametrize("name", ["enough", "sector"])
def test_genuine_with_what_is_published_or_a_folder_and_cannot_say_without(
    authority: Authority, issued: dict[str, Result], name: str
) -> None:
    serial = issued[name].issued.serial
    verdict, figures = authority.verified(serial, authority.home / "public")
    assert (verdict, figures["outcome"]) == ("genuine", "passed"), "by what is published"
    verdict, figures = authority.verified(serial, authority.silent, "--rules", str(authority.rules))
    assert (verdict, figures["outcome"]) == ("genuine", "passed")
    verdict, figures = authority.verified(serial, authority.silent)
    assert (verdict, figures["outcome"]) == ("undetermined", "not_done")
    for missing in issued[name].decision.rules[1:]:
        assert missing in figures["detail"]["zh"], "the sentence names the text that is missing"
        assert missing in figures["detail"]["en"]


def test_the_web_service_too(authority: Authority, issued: dict[str, Result]) -> None:
    public = authority.silent
    places = {"trust": public / "trust-list.jwt", "root": public / "trust-root.jwk", "public": str(public)}
    found = []
    for more in ({}, {"rules": authority.rules}):
        settings = read_settings(state=authority.folder / "seen", **places, **more)
        with serving(create_app(settings, lambda: datetime.now(UTC))) as client:
            answer = client.post("/verifications", json={"token": issued["enough"].issued.jws})
            found.append(_told(answer.json())[0])
    assert found == ["undetermined", "genuine"]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        (
            "no-such-parameter.note.yaml",
            yaml.safe_dump(FLOOR | {"id": "x", "parameter": "weekly_cap"}),
            "/parameter",
        ),
        ("other.note.yaml", "id: [", "other.note.yaml:"),
        ("figures.csv.yaml", "a: 1", "figures.csv.yaml"),
    ],
)
def test_rules_that_do_not_hold_together_open_no_instance(
    tmp_path: Path, name: str, text: str, words: str
) -> None:
    own = Authority(tmp_path)
    (own.rules / name).write_text(text, "utf-8")
    refused = CliRunner().invoke(app, ["publish", "--home", str(own.home)])
    assert refused.exit_code == 2
    assert words in "".join(refused.stderr.split())


def test_a_folder_that_is_not_there_is_not_an_empty_one(tmp_path: Path) -> None:
    own = Authority(tmp_path)
    own.rules.rename(tmp_path / "elsewhere")
    refused = CliRunner().invoke(app, ["publish", "--home", str(own.home)])
    assert refused.exit_code == 2
    assert "不是文件夹" in "".join(refused.stderr.split())
