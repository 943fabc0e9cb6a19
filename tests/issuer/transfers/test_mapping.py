"""One row of an origin's certificate, mapped: a table of cases, most of them about whose hours they were."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.transfers.errors import ProfileRefused, TransferRefused
from issuer.transfers.mapping import Amount, Known, LeftOut, YearIn, map_year
from issuer.transfers.origins import Profile, load_origins
from rules.decision import hours_text
from tests.issuer.transfers.provinces import THERE, profile, write_yaml
from verifier.subjects import YearFigures

OTHER = Profile.model_validate(profile(THERE))


def row(categories: dict[str, str], professional: str, public: str, **changes: Any) -> YearFigures:
    total = hours_text(Decimal(professional) + Decimal(public))
    raw = {
        "year": 2025,
        "hours": {"professional": professional, "public": public, "total": total},
        "required": {"professional": "60", "public": "0", "total": "90"},
        "categories": categories,
        "deemed": (),
        "conclusion": "complete",
        "rules": ("sample@1.0.0",),
    }
    return YearFigures.model_validate(raw | changes)


def amount(professional: int, public: int) -> Amount:
    return Amount(Decimal(professional), Decimal(public))


PLAIN = row({"training": "40", "self_study": "20", "public_online": "30"}, "60", "30")
CARRIED = row({"training": "40", "public_online": "10", "transfer_in": "50"}, "70", "30")


@pytest.mark.parametrize(
    ("of", "known", "blocks", "missing"),
    [
        pytest.param(
            PLAIN,
            Known(),
            [("professional", 20, "self_study"), ("professional", 40, None), ("public", 30, None)],
            [],
            id="the origin's own hours, those under a cap apart",
        ),
        pytest.param(
            PLAIN,
            Known((amount(8, 0),)),
            [("professional", 20, "self_study"), ("professional", 40, None), ("public", 30, None)],
            [],
            id="hours of both in one year: none of the origin's were ours",
        ),
        pytest.param(
            CARRIED,
            Known(),
            [("professional", 70, None), ("public", 30, None)],
            [],
            id="taken over from a third place that is unknown here",
        ),
        pytest.param(
            CARRIED,
            Known((amount(30, 20),)),
            [("professional", 40, None), ("public", 10, None)],
            [],
            id="what it took over is what we certified",
        ),
        pytest.param(
            CARRIED,
            Known((amount(30, 20), amount(90, 0))),
            [("professional", 40, None), ("public", 10, None)],
            [],
            id="one of our versions is",
        ),
        pytest.param(CARRIED, Known((amount(40, 0),)), None, ["carried"], id="it took over something else"),
        pytest.param(
            CARRIED,
            Known((amount(30, 20), amount(50, 0))),
            None,
            ["carried"],
            id="either of two: people decide",
        ),
        pytest.param(
            CARRIED, Known((amount(0, 50),)), None, ["carried"], id="less than nothing would be left"
        ),
        pytest.param(PLAIN, Known(unclear=True), None, ["carried"], id="another's row may hold these hours"),
        pytest.param(row({}, "0", "0"), Known(), [], [], id="a year deemed complete without hours"),
    ],
)
def test_a_year(
    of: YearFigures, known: Known, blocks: list[tuple[str, int, str | None]] | None, missing: list[str]
) -> None:
    found, lacking = map_year(of, OTHER, known)
    assert isinstance(found, YearIn)
    assert [one.code for one in lacking] == missing
    if blocks is not None:
        assert [(one.kind, one.hours, one.category) for one in found.blocks] == blocks


def own_of(found: YearIn | LeftOut) -> Amount:
    """What is taken in of a year, by subject."""
    by_kind = {"professional": Decimal(0), "public": Decimal(0)}
    for one in found.blocks if isinstance(found, YearIn) else ():
        by_kind[one.kind] += one.hours
    return Amount(by_kind["professional"], by_kind["public"])


def certified(own: Amount, carried: Amount) -> YearFigures:
    """The row of whoever registered `own` hours and took in others."""
    by_category = {"training": own.professional, "public_online": own.public, "transfer_in": carried.total}
    return row(
        {name: hours_text(hours) for name, hours in by_category.items() if hours},
        hours_text(own.professional + carried.professional),
        hours_text(own.public + carried.public),
    )


HOURS = st.integers(0, 240).map(lambda halves: Decimal(halves) / 2)
AMOUNTS = st.builds(Amount, HOURS, HOURS)


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_there_and_back_and_there_again(here: Amount, there: Amount, more: Amount) -> None:
    """Whatever was learned where in one year: each side ends with its own hours and the other's, once."""
    nothing = Amount(Decimal(0), Decimal(0))
    first, missing = map_year(certified(here, nothing), OTHER, Known())
    assert (own_of(first), missing) == (here, ())
    back, missing = map_year(certified(there, here), OTHER, Known(tuple({here} - {nothing})))
    assert (own_of(back), missing) == (there, ())
    both = Amount(here.professional + there.professional, here.public + there.public)
    later = Amount(here.professional + more.professional, here.public + more.public)
    again, missing = map_year(certified(later, there), OTHER, Known(tuple({both, there} - {nothing})))
    if not missing:
        assert own_of(again) == later
    else:  # two of our own versions fit: people decide, the machine guesses nothing
        assert (both.total, missing[0].code) == (there.total, "carried")


@pytest.mark.parametrize(
    ("of", "known"),
    [
        pytest.param(PLAIN, Known(taken=True), id="taken in before"),
        pytest.param(
            row({"transfer_in": "90"}, "60", "30"), Known((amount(60, 30),)), id="all of it was ours"
        ),
    ],
)
def test_a_year_that_is_left_out(of: YearFigures, known: Known) -> None:
    found, _ = map_year(of, OTHER, known)
    assert isinstance(found, LeftOut)


@pytest.mark.parametrize(
    "of",
    [
        pytest.param(row({"training": "40"}, "60", "0"), id="categories"),
        pytest.param(
            row({"training": "60"}, "60", "0", hours={"professional": "60", "public": "1", "total": "60"}),
            id="subjects",
        ),
    ],
)
def test_sums_that_do_not_hold(of: YearFigures) -> None:
    with pytest.raises(TransferRefused, match="do not add up"):
        map_year(of, OTHER, Known())


def test_kinds_are_the_profiles() -> None:
    kinds = [
        {"id": "professional", "zh": "专业", "en": "professional", "kind": "elective"},
        {"id": "public", "zh": "公需", "en": "public", "kind": "sector_public"},
    ]
    found, _ = map_year(PLAIN, Profile.model_validate(profile(THERE, kinds=kinds)), Known())
    assert isinstance(found, YearIn)
    assert [(one.kind, one.category) for one in found.blocks] == [("elective", None), ("sector_public", None)]


def test_shipped_profiles_are_dated_and_say_that_nobody_confirmed_them() -> None:
    origins = load_origins(None)
    assert {one.status for one in origins.profiles} == {"confirm_before_use"}
    guangdong = origins.of_region("440000", 2023)
    assert [one.kind for one in guangdong.kinds] == ["public", "professional", "elective"]
    assert origins.of_region("440000", 2020).id == "elsewhere"
    with pytest.raises(ProfileRefused, match="2010"):
        origins.of_region("440000", 2010)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"region": "44"}, "/region"),
        ({"status": "yes"}, "/status"),
        ({"kinds": [{"id": "public", "zh": "公需", "en": "public", "kind": "public"}]}, "professional"),
        ({"region": None}, "region"),
        ({"units": [{"id": "h", "zh": "学时", "en": "hours", "hours": "0"}]}, "/units/0/hours"),
        ({"more": 1}, "/more"),
    ],
)
def test_a_profile_that_cannot_be_used(tmp_path: Any, changes: dict[str, Any], words: str) -> None:
    write_yaml(tmp_path / "own/bad.yaml", profile(THERE, **changes))
    with pytest.raises(ProfileRefused, match=r"bad\.yaml") as refused:
        load_origins(tmp_path / "own")
    assert words in str(refused.value)
