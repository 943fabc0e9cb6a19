"""Packs, interpretation notes and activations as files: what is refused, and what they do once they are loaded."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from rules.engine import decide
from rules.errors import NoPackInForce, PackError
from rules.facts import parse_facts
from rules.inventory import differences, print_inventory
from rules.library import Activation, Library
from rules.packs import load_library, load_pack
from rules.schemas import FOLDER, MODELS, schema_text
from tests.rules.documents import NOTE, OVERLAY, PACK, bytes_of, written
from tests.rules.samples import SHARED, STUDY, TRAINING, changed, of

LIBRARY = load_library()
ACTIVATION = {"pack": "cn-2015-10-01@1.0.0", "document": "示例启用1号", "decided_on": "2028-04-01"}


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


def test_pack_loaded_twice(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="twice"):
        load_library(written(tmp_path, again_pack=PACK))


def test_note_changes_a_parameter_from_its_day_on(tmp_path: Path) -> None:
    noted = load_library(written(tmp_path, public_note=NOTE))
    raw = of({**TRAINING, "schedule": [{"from": "2024-05-06", "to": "2024-05-20", "unit": "full_day"}]})
    before, after = decide(parse_facts(raw), LIBRARY), decide(parse_facts(raw), noted)
    assert (before.complete, before.required.public) == (True, 0)
    assert (after.complete, after.required.public) == (False, 30)
    assert [library.note("sample-note-1@1.0.0") for library in (LIBRARY, noted)] == [None, *noted.notes]
    assert after.rules == ("gs-2023-03-31@1.0.0", "sample-note-1@1.0.0")
    (said,) = [note.zh for note in after.notes if note.code == "interpretation"]
    assert said == "依解释 示例解释1号（2024-06-20）：public_min = 30"
    earlier = {**raw, "year": 2023}
    assert decide(parse_facts(earlier), noted) == decide(parse_facts(earlier), LIBRARY)


def test_a_pack_can_be_read_as_given_notes_read_it(tmp_path: Path) -> None:
    noted = load_library(written(tmp_path, public_note=NOTE))
    pack, day = noted.in_force(2023), date(2023, 12, 31)
    assert noted.settings(pack, day).public_min == 0
    for _ in range(2):
        assert noted.settings_as(pack, day, noted.notes).public_min == 30
        assert noted.settings_as(pack, day, ()).public_min == 0


def test_the_later_note_prevails(tmp_path: Path) -> None:
    later = {**NOTE, "id": "sample-note-2", "from": "2024-12-31", "value": "20", "document": "示例解释2号"}
    noted = load_library(written(tmp_path, a_note=later, b_note=NOTE))
    assert decide(parse_facts(of(TRAINING)), noted).required.public == 20
    assert decide(parse_facts({**of(TRAINING), "year": 2025}), noted).required.public == 20


def test_two_documents_of_one_name_are_refused(tmp_path: Path) -> None:
    again = OVERLAY
    for name, document in (("x_note", {**NOTE, "value": "20"}), ("x_overlay", again)):
        with pytest.raises(PackError, match="loaded twice") as caught:
            load_library(written(tmp_path, a_note=NOTE, **{name: document}))
        assert caught.value.name == f"{document['id']}@{document['version']}"
        for file in tmp_path.iterdir():
            file.unlink()


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
        (changed(NOTE, "id", "Sample Note"), "/id"),
    ],
    ids=["unknown pack", "unknown parameter", "wrong kind", "no document", "a name no credential can carry"],
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
    more = {**expert, "id": "f"}
    assert decide(parse_facts({**raw, "activities": [expert, more]}), activated).total == 24


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
