"""What stands out, and the tables to take along: each rule at its edge. Pure."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from issuer.inspection.rules import Claim, Decided, at_two_events, hours_by_day, is_swift, too_long
from issuer.inspection.sheets import to_csv, to_xlsx

DAY = "2026-05-11"


def span(unit: str, value: float | None = None, last: str = DAY) -> dict[str, object]:
    return {"from": DAY, "to": last, "unit": unit, **({} if value is None else {"value": value})}


def claim(title: str, *spans: dict[str, object], mode: str = "offline", category: str = "training") -> Claim:
    return Claim(1, title, title, {"category": category, "mode": mode, "schedule": list(spans)})


def test_the_hours_of_a_day() -> None:
    window = {"from": DAY, "to": "2026-05-14"}
    for raw, hours in (
        ({"schedule": [span("full_day"), span("half_day")]}, [8, 4]),
        ({"schedule": [span("hours", 7.5)]}, [Decimal("7.5")]),
        ({"schedule": [span("minutes", 90)]}, [Decimal("1.5")]),
        ({"window": window, "total_hours": Decimal(20)}, [5, 5, 5, 5]),
        ({"window": window | {"attended": [DAY, "2026-05-13"]}, "total_hours": Decimal(20)}, [10, 10]),
        ({"year": 2026, "determined_hours": 40}, []),
    ):
        assert [value for _, value in hours_by_day(raw)] == hours


def test_more_than_a_day_has() -> None:
    edge = [claim("甲", span("hours", 12)), claim("乙", span("hours", 12))]
    assert list(too_long(edge, 2026)) == []
    over = [*edge, claim("丙", span("minutes", 1))]
    (found,) = too_long(over, 2026)
    assert found.what.startswith(DAY)
    assert (found.count, found.declarations) == (3, ("甲", "乙", "丙"))
    assert list(too_long(over, 2025)) == []


def test_two_events_of_one_day() -> None:
    both = [claim("甲", span("full_day")), claim("乙", span("hours", 6))]
    (found,) = at_two_events(both, 2026)
    assert found.declarations == ("甲", "乙")
    for fine in (
        [both[0], claim("甲", span("full_day"))],  # one training, declared twice: another matter
        [both[0], claim("乙", span("hours", 5.5))],
        [both[0], claim("乙", span("full_day"), mode="online")],
        [both[0], claim("乙", span("full_day"), category="self_study")],
    ):
        assert list(at_two_events(fine, 2026)) == []


def decided(*gaps: float, back: Sequence[int] = ()) -> list[Decided]:
    at, made = datetime(2026, 11, 2, 9, tzinfo=UTC), []
    for turn, gap in enumerate((0.0, *gaps)):
        at += timedelta(seconds=gap)
        made.append(Decided(at, turn not in back))
    return made


@pytest.mark.parametrize(
    ("decisions", "swift"),
    [
        (decided(*[3] * 19), True),
        (decided(*[3] * 18), False),
        (decided(*[3] * 19, back=[7]), False),
        (decided(*[5] * 19), False),
        (decided(*[0.1] * 40), False),  # a batch is one act
        (decided(*[3] * 10, *[60] * 9), True),
        (decided(*[3] * 9, *[60] * 10), False),
    ],
)
def test_seconds_each(decisions: list[Decided], swift: bool) -> None:  # noqa: FBT001 - a table
    assert is_swift(decisions) is swift


ROWS = [("=1+1", 3), ("甲\x0b乙", 4)]


def test_no_cell_is_a_formula() -> None:
    text = b"".join(to_csv(("名称", "数"), ROWS)).decode("utf-8-sig")
    assert text.splitlines()[:2] == ["名称,数", "'=1+1,3"]
    sheet = load_workbook(io.BytesIO(b"".join(to_xlsx("表", ("名称", "数"), ROWS)))).worksheets[0]
    assert [[cell.value for cell in row] for row in sheet] == [["名称", "数"], ["=1+1", 3], ["甲\ufffd乙", 4]]
    assert sheet["A2"].data_type == "s"
