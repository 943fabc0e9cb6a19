"""Rows at fault put together for people: each stands once, in the words of what is wrong with it."""

from hypothesis import given
from hypothesis import strategies as st

from issuer.intake.report import Alike, alike
from issuer.intake.rows import Fault

PLACES = st.sampled_from(
    [("K（课程学时）", "是学分"), ("K（课程学时）", "不是数字"), ("A（姓名）", "是空的")]
)


def test_what_is_wrong_alike_stands_once() -> None:
    rows = {3: "a", 4: "a", 5: "b", 6: "a", 9: "a"}
    found = alike([(Fault(number, "hours", "code", message), "K") for number, message in rows.items()])
    assert found == [Alike("3–4、6、9", 4, "K", "a"), Alike("5", 1, "K", "b")]


@given(st.dictionaries(st.integers(1, 60), PLACES, max_size=30))
def test_no_row_is_lost_or_told_twice(rows: dict[int, tuple[str, str]]) -> None:
    faults = [(Fault(number, "", "code", rows[number][1]), rows[number][0]) for number in sorted(rows)]
    told = {}
    for one in alike(faults):
        spans = (span.partition("–") for span in one.rows.split("、"))
        numbers = [n for first, _, last in spans for n in range(int(first), int(last or first) + 1)]
        assert len(numbers) == one.count
        assert not told.keys() & set(numbers)
        told |= dict.fromkeys(numbers, (one.column, one.message))
    assert told == rows
