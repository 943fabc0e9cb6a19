"""Invented years for the properties: records of every category, crowded on few days so that they collide."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

YEAR = 2024
FIRST = date(YEAR, 5, 1)
HALVES = st.integers(0, 160).map(lambda n: Decimal(n) / 2)
CENTS = st.integers(0, 9000).map(lambda n: Decimal(n) / 100)


def day(offset: int) -> str:
    return str(FIRST + timedelta(days=offset))


@st.composite
def stretches(draw: st.DrawFn, days: int = 8) -> dict[str, Any]:
    start = draw(st.integers(0, days - 1))
    end = draw(st.integers(start, days - 1))
    unit = draw(st.sampled_from(["full_day", "half_day", "hours", "minutes"]))
    stretch: dict[str, Any] = {"from": day(start), "to": day(end), "unit": unit}
    if unit == "hours":
        stretch["value"] = Decimal(draw(st.integers(0, 24))) / 2
    if unit == "minutes":
        stretch["value"] = draw(st.integers(0, 600))
    return stretch


@st.composite
def pooled(draw: st.DrawFn, days: int = 8) -> dict[str, Any]:
    category = draw(st.sampled_from(["training", "academic", "expert_service", "public_offline"]))
    record: dict[str, Any] = {"category": category, "schedule": [draw(stretches(days))]}
    if category == "training":
        record["mode"] = "offline"
    if category == "expert_service":
        record["invited"] = draw(st.sampled_from([True, True, True, False]))
    return record


def fixed(category: str, **fields: Any) -> st.SearchStrategy[dict[str, Any]]:
    strategies = {
        name: value if isinstance(value, st.SearchStrategy) else st.just(value)
        for name, value in fields.items()
    }
    return st.fixed_dictionaries({"category": st.just(category), **strategies})


MOSTLY = st.sampled_from([True, True, True, False])
BLOCKS = st.lists(
    st.one_of(
        st.fixed_dictionaries(
            {"kind": st.sampled_from(["public", "elective", "sector_public", "professional"]), "hours": CENTS}
        ),
        st.fixed_dictionaries(
            {
                "kind": st.just("professional"),
                "hours": HALVES,
                "category": st.sampled_from(["self_study", "achievement", "expert_service", "contest"]),
            }
        ),
    ),
    max_size=3,
)
OUTSIDE = st.one_of(
    fixed(
        "self_study", kind="unit", year=st.sampled_from([2023, YEAR]), determined_hours=CENTS, archive=MOSTLY
    ),
    fixed("achievement", kind="paper", achieved_on=f"{YEAR}-02-29", determined_hours=CENTS),
    fixed("contest", held_on=f"{YEAR}-12-31", determined_hours=HALVES, recognised_by_authority=MOSTLY),
    fixed("public_online", total_hours=CENTS, completed_on=f"{YEAR}-01-01", exam_passed=MOSTLY),
    fixed(
        "exam",
        approved_on=f"{YEAR}-06-01",
        issued_on=f"{YEAR}-07-01",
        listed=MOSTLY,
        all_subjects_passed=MOSTLY,
    ),
    fixed(
        "major_assignment",
        start=f"{YEAR}-01-01",
        end=f"{YEAR}-12-31",
        employer_certificate=MOSTLY,
        provincial_filing=MOSTLY,
        filed_years=st.sampled_from([(), (YEAR,)]),
    ),
    fixed(
        "transfer_in",
        year=YEAR,
        origin_region="440000",
        blocks=BLOCKS,
        moved_on=st.sampled_from([f"{YEAR}-03-01", f"{YEAR + 1}-03-01"]),
        origin_verified=MOSTLY,
        origin_complete=st.booleans(),
    ),
    fixed(
        "training",
        mode="online",
        window={"from": f"{YEAR}-12-30", "to": f"{YEAR}-12-31"},
        total_hours=st.integers(0, 48),
        completed_on=f"{YEAR}-12-31",
        exam_passed=MOSTLY,
    ),
)
RECORDS = st.one_of(pooled(), pooled(), OUTSIDE)


def facts(records: list[dict[str, Any]], year: int = YEAR, **more: Any) -> dict[str, Any]:
    """Facts of registered records, in the order given; a record's id is its place in the alphabet of the draw."""
    shared = {
        "channel": "declared",
        "status": "registered",
        "registered_at": f"{YEAR + 1}-01-10T09:00:00+08:00",
    }
    activities = [{"id": f"r{number}", **shared, **record} for number, record in enumerate(records)]
    return {"year": year, "as_of": f"{YEAR + 1}-03-31", "activities": activities, **more}
