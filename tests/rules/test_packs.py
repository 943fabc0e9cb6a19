"""Packs, overlays, notes and activations as files: what is refused, and what they do once they are loaded."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from rich.console import Console

from rules.decision import Decision
from rules.engine import decide
from rules.errors import FactsError, NoPackInForce, PackError
from rules.facts import parse_facts
from rules.inventory import differences, print_inventory
from rules.library import Activation, Library
from rules.lint import lint
from rules.packs import load_library, load_overlay, load_pack
from rules.reading import load_yaml
from rules.schemas import FOLDER, MODELS, schema_text
from tests.rules.test_facts import EXCEPTION, SHARED, STUDY, TRAINING, changed, of

RULES = Path(__file__).parents[2] / "rules"
LIBRARY = load_library()
NOTE = {
    "pack": "gs-2023-03-31",
    "parameter": "public_min",
    "from": "2024-07-01",
    "value": "30",
    "document": "示例解释1号",
    "decided_on": "2024-06-20",
    "authority": "示例解释机关",
    "text": {"zh": "公需科目不少于30学时", "en": "at least 30 public hours"},
}
ACTIVATION = {"pack": "cn-2015-10-01@1.0.0", "document": "示例启用1号", "decided_on": "2028-04-01"}


def shipped(name: str) -> Any:
    return load_yaml((RULES / name).read_bytes(), name)


PACK = shipped("packs/gansu.yaml")
OVERLAY = shipped("overlays/sample-medical.yaml")


def written(folder: Path, **documents: Any) -> Path:
    """A folder of rules: name_kind=document."""
    for name, document in documents.items():
        stem, _, kind = name.rpartition("_")
        text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
        (folder / f"{stem}.{kind}.yaml").write_text(text, "utf-8")
    return folder


def bytes_of(document: Any) -> bytes:
    return yaml.safe_dump(document, allow_unicode=True).encode()


BAD_PACKS = [
    ("unknown key", changed(PACK, "titel", "x"), "/titel"),
    ("missing key", changed(PACK, "parameters/daily_cap", None), "/parameters/daily_cap"),
    (
        "unknown parameter",
        changed(PACK, "parameters/weekly_cap", PACK["parameters"]["daily_cap"]),
        "/parameters/weekly_cap",
    ),
    (
        "wrong kind of figure",
        changed(PACK, "parameters/daily_cap/values/0/value", "eight"),
        "/parameters/daily_cap",
    ),
    (
        "a gap at the start",
        changed(PACK, "parameters/daily_cap/values/0/from", "2023-04-01"),
        "/parameters/daily_cap/values/0/from",
    ),
    (
        "the same date twice",
        changed(PACK, "parameters/daily_cap/values", PACK["parameters"]["daily_cap"]["values"] * 2),
        "/parameters/daily_cap/values",
    ),
    (
        "a figure after the last day",
        changed(
            PACK,
            "parameters/daily_cap/values",
            [
                *PACK["parameters"]["daily_cap"]["values"],
                {**PACK["parameters"]["daily_cap"]["values"][0], "from": "2028-04-01"},
            ],
        ),
        "/parameters/daily_cap/values/1/from",
    ),
    ("backwards", changed(PACK, "valid", ["2023-03-31", "2022-03-31"]), "/valid"),
    (
        "no strength",
        changed(PACK, "parameters/daily_cap/values/0/strength", "perhaps"),
        "/parameters/daily_cap/values/0/strength",
    ),
    (
        "unknown ambiguity",
        changed(PACK, "parameters/daily_cap/ambiguity", "A99"),
        "/parameters/daily_cap/ambiguity",
    ),
    ("default no option", changed(PACK, "ambiguities/A01/default", "x"), "/ambiguities/A01"),
]


@pytest.mark.parametrize(("document", "place"), [pytest.param(*bad[1:], id=bad[0]) for bad in BAD_PACKS])
def test_pack_refused(document: Any, place: str) -> None:
    with pytest.raises(PackError) as caught:
        load_pack(bytes_of(document), "x.yaml")
    assert (caught.value.name, caught.value.place) == ("x.yaml", place)


BAD_OVERLAYS = [
    ("no examples", changed(OVERLAY, "examples", []), "/examples"),
    ("minima beyond recognition", changed(OVERLAY, "scope", ["recognition", "cycle"]), "/scope"),
    ("a cycle beyond scope", changed(OVERLAY, "scope", ["recognition", "requirement"]), "/scope"),
    ("in force unchecked", changed(OVERLAY, "status", "in_force"), "/basis"),
    ("unknown key", changed(OVERLAY, "tabel", []), "/tabel"),
]


@pytest.mark.parametrize(("document", "place"), [pytest.param(*bad[1:], id=bad[0]) for bad in BAD_OVERLAYS])
def test_overlay_refused(document: Any, place: str) -> None:
    with pytest.raises(PackError) as caught:
        load_overlay(bytes_of(document), "x.yaml")
    assert caught.value.place == place


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("examples/0/expected/professional", "76"),
        ("examples/0/facts/year", 2022),
        ("examples/0/facts/as_of", "2024-02-30"),
    ],
    ids=["another answer", "a year without rules", "facts that cannot be"],
)
def test_overlay_with_a_failing_example_does_not_load(path: str, value: Any, tmp_path: Path) -> None:
    document = changed({**OVERLAY, "id": "own"}, path, value)
    with pytest.raises(PackError) as caught:
        load_library(written(tmp_path, own_overlay=document))
    assert (caught.value.name, caught.value.place) == ("own@0.1.0", "/examples/0")


def test_pack_loaded_twice(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="twice"):
        load_library(written(tmp_path, again_pack=PACK))


def test_note_changes_a_parameter_from_its_day_on(tmp_path: Path) -> None:
    noted = load_library(written(tmp_path, public_note=NOTE))
    raw = of({**TRAINING, "schedule": [{"from": "2024-05-06", "to": "2024-05-20", "unit": "full_day"}]})
    before, after = decide(parse_facts(raw), LIBRARY), decide(parse_facts(raw), noted)
    assert (before.complete, before.required.public) == (True, 0)
    assert (after.complete, after.required.public) == (False, 30)
    (said,) = [note.zh for note in after.notes if note.code == "interpretation"]
    assert said == "依解释 示例解释1号（2024-06-20）：public_min = 30"
    earlier = {**raw, "year": 2023}
    assert decide(parse_facts(earlier), noted) == decide(parse_facts(earlier), LIBRARY)


def test_the_later_note_prevails(tmp_path: Path) -> None:
    later = {**NOTE, "from": "2024-12-31", "value": "20", "document": "示例解释2号"}
    noted = load_library(written(tmp_path, a_note=later, b_note=NOTE))
    assert decide(parse_facts(of(TRAINING)), noted).required.public == 20
    assert decide(parse_facts({**of(TRAINING), "year": 2025}), noted).required.public == 20


def test_a_note_speaks_for_its_own_pack_only(tmp_path: Path) -> None:
    library = load_library(written(tmp_path, a_note=NOTE, b_activation=ACTIVATION))
    decision = decide(parse_facts({**of(TRAINING), "year": 2028}), library)
    assert (decision.rules, decision.required.public) == (("cn-2015-10-01@1.0.0",), 0)


@pytest.mark.parametrize(
    ("note", "place"),
    [
        ({**NOTE, "pack": "gs-1999-01-01"}, "/pack"),
        ({**NOTE, "parameter": "weekly_cap"}, "/parameter"),
        ({**NOTE, "value": "many"}, "/public_min"),
        (changed(NOTE, "document", ""), "/document"),
    ],
    ids=["unknown pack", "unknown parameter", "wrong kind", "no document"],
)
def test_note_refused(note: Any, place: str, tmp_path: Path) -> None:
    with pytest.raises(PackError) as caught:
        load_library(written(tmp_path, x_note=note))
    assert caught.value.place == place


def test_fallback_judges_only_when_activated(tmp_path: Path) -> None:
    raw = {
        "year": 2028,
        "as_of": "2029-03-31",
        "activities": [{**SHARED, **STUDY, "year": 2028, "determined_hours": 90}],
    }
    assert not decide(parse_facts(raw), LIBRARY).complete
    with pytest.raises(NoPackInForce):
        LIBRARY.in_force(2028)
    activated = load_library(written(tmp_path, fallback_activation=ACTIVATION))
    decision = decide(parse_facts(raw), activated)
    assert (decision.rules, decision.total, decision.complete) == (("cn-2015-10-01@1.0.0",), 90, True)
    assert activated.in_force(2024).id == "gs-2023-03-31"


def test_fallback_has_no_daily_cap(tmp_path: Path) -> None:
    activated = load_library(written(tmp_path, fallback_activation=ACTIVATION))
    stretch = {"from": "2022-05-06", "to": "2022-05-06", "unit": "hours", "value": 20}
    online = {
        **SHARED,
        "id": "o",
        "category": "training",
        "mode": "online",
        "window": {"from": "2022-05-06", "to": "2022-05-06"},
        "total_hours": 20,
        "completed_on": "2022-05-06",
        "exam_passed": True,
    }
    expert = {**SHARED, "id": "e", "category": "expert_service", "invited": True, "schedule": [stretch]}
    raw = {"year": 2022, "as_of": "2023-03-31", "activities": [expert, online]}
    assert decide(parse_facts(raw), activated).total == 40


def test_activation_of_what_is_not_loaded(tmp_path: Path) -> None:
    with pytest.raises(PackError):
        load_library(written(tmp_path, x_activation={**ACTIVATION, "pack": "cn-1999-01-01@1.0.0"}))


def test_the_newer_version_judges() -> None:
    newer = load_pack(
        bytes_of(changed(changed(PACK, "version", "1.10.0"), "parameters/public_min/values/0/value", "30")),
        "x",
    )
    library = Library([newer, *LIBRARY.packs])
    assert library.in_force(2024).version == "1.10.0"
    assert library.find("gs-2023-03-31@1.0.0") is not None
    assert library.find("gs-2023-03-31@1.2.0") is None
    (found,) = differences(LIBRARY.in_force(2024), newer)
    assert found.parameter == "public_min"


def test_differences_name_what_one_pack_lacks() -> None:
    gansu = LIBRARY.in_force(2024)
    fewer = gansu.model_copy(
        update={"parameters": {k: v for k, v in gansu.parameters.items() if k != "rounding"}}
    )
    (found,) = differences(gansu, fewer)
    assert (found.parameter, found.after) == ("rounding", None)


def test_inventory_shows_activations_and_notes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    library = load_library(written(tmp_path, a_activation=ACTIVATION, b_note=NOTE))
    print_inventory(library, Console(width=200))
    said = capsys.readouterr().out
    assert "示例解释1号" in said
    assert "示例启用1号" in said


# exceptions, overlays in facts, deferrals: what only the rules can refuse


def refused(raw: dict[str, Any], library: Library = LIBRARY, *, study: bool = False) -> FactsError:
    facts = parse_facts(raw, study=study)
    with pytest.raises(FactsError) as caught:
        decide(facts, library)
    return caught.value


@pytest.mark.parametrize(
    "exception",
    [
        {**EXCEPTION, "category": "contest"},
        changed({**EXCEPTION, "category": "academic", "daily_cap": 9}, "cap", None),
    ],
    ids=["可 is no 原则上", "第（三）项 has no 原则上"],
)
def test_no_exception_where_the_text_leaves_none(exception: dict[str, Any]) -> None:
    exception = {key: value for key, value in exception.items() if value is not None}
    assert refused(of(TRAINING, exceptions=[exception])).pointer == "/exceptions/0/category"


@pytest.mark.parametrize(
    ("category", "name", "figure"),
    [("self_study", "cap", 40), ("training", "daily_cap", 8), ("professional", "minimum", 60)],
)
def test_exception_no_wider_than_the_general_figure(category: str, name: str, figure: int) -> None:
    shared = {key: value for key, value in EXCEPTION.items() if key != "cap"}
    exception = {**shared, "category": category, name: figure}
    assert refused(of(TRAINING, exceptions=[exception])).pointer == f"/exceptions/0/{name}"


def test_exception_is_named_with_its_document() -> None:
    decision = decide(parse_facts(of({**STUDY, "determined_hours": 52}, exceptions=[EXCEPTION])), LIBRARY)
    assert decision.rules == ("gs-2023-03-31@1.0.0", "exception:示例1号")
    (said,) = [note for note in decision.notes if note.code == "exception"]
    assert (said.article, said.zh) == (
        "第六条第（二）项",
        "适用例外认定 示例1号（—）：自学 按 52 学时，理由：示例",
    )
    assert decision.professional == 52


@pytest.mark.parametrize(
    ("overlay", "year", "study"),
    [
        ("sample-medical@9.9.9", 2024, True),
        ("sample-medical@0.1.0", 2024, False),
        ("sample-medical@0.1.0", 2023, False),
    ],
    ids=["not installed", "a sample outside study", "a sample outside study, earlier"],
)
def test_overlay_in_facts_refused(overlay: str, year: int, *, study: bool) -> None:
    assert refused({**of(TRAINING, overlay=overlay), "year": year}, study=study).pointer == "/overlay"


def in_force(folder: Path, **changes: Any) -> Library:
    document = {**OVERLAY, "id": "own", "status": "in_force", **changes}
    return load_library(written(folder, own_overlay=changed(document, "basis/0/checked", True)))


def test_overlay_in_force_needs_no_study(tmp_path: Path) -> None:
    credit = {
        **SHARED,
        "category": "credits",
        "subject": "professional",
        "year": 2024,
        "class": "II",
        "credits": 20,
    }
    library = in_force(tmp_path)
    decision = decide(parse_facts(of(credit, overlay="own@0.1.0")), library)
    assert (decision.rules, decision.professional, decision.hypothetical) == (
        ("gs-2023-03-31@1.0.0", "own@0.1.0"),
        60,
        False,
    )
    codes = [note.code for note in decision.notes]
    assert {"overlay", "cycle_unchecked", "minimum_met", "minimum_missing"} <= set(codes)


def test_overlay_speaks_only_for_its_years(tmp_path: Path) -> None:
    library = in_force(
        tmp_path, applies_to={"series": ["卫生"], "from_year": 2024}, valid=["2023-03-31", "2025-12-30"]
    )
    for year in (2023, 2025):
        assert refused({**of(TRAINING, overlay="own@0.1.0"), "year": year}, library).pointer == "/overlay"
    assert decide(parse_facts(of(TRAINING, overlay="own@0.1.0")), library).total == 16


WORK = {
    **SHARED,
    "category": "achievement",
    "kind": "paper",
    "achieved_on": "2024-05-06",
    "determined_hours": 1,
}
ROW = {"match": {"category": "achievement", "kind": "paper"}, "value": "20", "cap": "30"}


def decided_with_row(folder: Path, activities: list[dict[str, Any]], **changes: Any) -> Decision:
    library = in_force(folder, replaces=["achievement"], table=[ROW], **changes)
    raw = {"year": 2024, "as_of": "2025-03-31", "activities": activities, "overlay": "own@0.1.0"}
    return decide(parse_facts(raw), library)


def test_overlay_row_has_its_own_cap_and_unit(tmp_path: Path) -> None:
    works = [{**WORK, "id": f"w{number}"} for number in range(3)]
    decision = decided_with_row(tmp_path, works)
    assert [line.recognised for line in decision.lines] == [60, 30, 0]
    assert decision.lines[1].cuts[0].zh == "行业细则规定不超过90，减30学时"


def test_overlay_can_ask_for_a_key(tmp_path: Path) -> None:
    works = [{**WORK, "id": "a"}, {**WORK, "id": "b", "event_key": "doi:1"}]
    decision = decided_with_row(tmp_path, works, once=["event_key"])
    assert [(line.recognised, [cut.rule for cut in line.cuts]) for line in decision.lines] == [
        (0, ["no_event_key"]),
        (60, []),
    ]


def test_deferral_longer_than_the_rules_allow() -> None:
    deferral = {
        "year": 2023,
        "reason_code": "health",
        "employer_certificate": True,
        "approved": True,
        "due": "2025-01-01",
    }
    assert refused(of(TRAINING, deferrals=[deferral])).pointer == "/deferrals/0/due"


# lint


BREAK: list[tuple[str, Callable[[Any], Any], str]] = [
    (
        "a quote that is not there",
        lambda p: changed(p, "parameters/daily_cap/values/0/quote", "每天认定最多不超过9学时"),
        "/parameters/daily_cap/values/0/quote",
    ),
    (
        "an article that is not there",
        lambda p: changed(p, "provisions/training/article", 18),
        "/provisions/training",
    ),
    (
        "a default that is not the figure",
        lambda p: changed(p, "ambiguities/A11/options", ["5"]) | {},
        "/ambiguities/A11/default",
    ),
    (
        "a parameter that is not there",
        lambda p: changed(p, "ambiguities/A11/parameter", "third_day"),
        "/ambiguities/A11/parameter",
    ),
]


@pytest.mark.parametrize(("harm", "place"), [pytest.param(*b[1:], id=b[0]) for b in BREAK])
def test_lint_finds(harm: Callable[[Any], Any], place: str, tmp_path: Path) -> None:
    document = harm({**PACK, "version": "1.0.1"})
    if place.endswith("default"):
        document = changed(document, "ambiguities/A11/default", "5")
    (finding,) = lint(written(tmp_path, next_pack=document))
    assert (finding.name, finding.place) == ("gs-2023-03-31@1.0.1", place)


@pytest.mark.parametrize(
    ("start", "said"),
    [("2028-03-31", "overlaps"), ("2028-04-01", ""), ("2028-04-02", "a gap")],
    ids=["overlap", "the day after", "gap"],
)
def test_lint_reads_the_calendar(start: str, said: str, tmp_path: Path) -> None:
    document = {**PACK, "id": "gs-2028", "valid": [start, None]}
    for parameter in document["parameters"]:
        document = changed(document, f"parameters/{parameter}/values/0/from", start)
    findings = [finding.message for finding in lint(written(tmp_path, next_pack=document))]
    assert [said in message for message in findings] == ([True] if said else [])


def test_lint_reads_an_authoritys_own_law(tmp_path: Path) -> None:
    (tmp_path / "law").mkdir()
    (tmp_path / "law" / "gs-2023-03-31-art-18.md").write_text(
        "---\narticle: 18\n---\n第十八条 按实际学时认定\n", "utf-8"
    )
    document = changed(
        {**PACK, "version": "1.0.1"}, "provisions/training", {"article": 18, "quote": "按实际学时认定"}
    )
    assert lint(written(tmp_path, next_pack=document)) == []


def test_lint_says_where_yaml_breaks(tmp_path: Path) -> None:
    (tmp_path / "x.pack.yaml").write_text("a: 1\na: 2\n")
    (finding,) = lint(tmp_path)
    assert (finding.name, finding.place) == ("x.pack.yaml", "2:1")


# schemas


@pytest.mark.parametrize("name", MODELS)
def test_published_schema_is_the_models(name: str) -> None:
    assert (FOLDER / f"{name}.schema.json").read_text("utf-8") == schema_text(name)


def test_library_of_today() -> None:
    assert [pack.key for pack in LIBRARY.packs] == ["cn-2015-10-01@1.0.0", "gs-2023-03-31@1.0.0"]
    assert LIBRARY.on(date(2023, 3, 30)) is None
    assert (
        LIBRARY.on(date(2023, 3, 31)) is LIBRARY.on(date(2028, 3, 31)) is LIBRARY.find("gs-2023-03-31@1.0.0")
    )
    assert LIBRARY.on(date(2028, 4, 1)) is None
    assert Activation.model_validate(ACTIVATION).pack == "cn-2015-10-01@1.0.0"
