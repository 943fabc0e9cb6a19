"""The test of a year, by itself: what a verifier asks."""

from decimal import Decimal

import pytest

from rules.completion import Required, is_complete
from rules.decision import hours_text

NEED = Required(Decimal(60), Decimal(0), Decimal(90))
FLOOR = Required(Decimal(60), Decimal(30), Decimal(90))
CASES = [
    ("60", "30", NEED, "none", True),
    ("59.99", "30.01", NEED, "none", False),
    ("60", "29.99", NEED, "none", False),
    ("90", "0", NEED, "none", True),
    ("90", "0", FLOOR, "none", False),
    ("61", "29.99", FLOOR, "none", False),
    ("60", "30", FLOOR, "none", True),
    ("0", "30", NEED, "professional", True),
    ("0", "29.99", NEED, "professional", False),
    ("75", "15", NEED, "professional", True),
    ("75", "14.99", NEED, "professional", False),
    ("90", "29.99", FLOOR, "professional", False),
    ("0", "0", NEED, "all", True),
    ("0", "0", NEED, "origin", True),
    ("90", "90", NEED, "deferred", False),
]


@pytest.mark.parametrize(("professional", "public", "required", "deemed", "complete"), CASES)
def test_is_complete(
    professional: str, public: str, required: Required, deemed: str, *, complete: bool
) -> None:
    hours = Decimal(professional), Decimal(public)
    assert is_complete(*hours, sum(hours), required, deemed) is complete


@pytest.mark.parametrize("deemed", ["", "everything"])
def test_an_unknown_word_is_an_error(deemed: str) -> None:
    with pytest.raises(ValueError, match="is not a valid"):
        is_complete(Decimal(90), Decimal(0), Decimal(90), NEED, deemed)


@pytest.mark.parametrize(
    ("hours", "text"),
    [
        ("62", "62"),
        ("19.50", "19.5"),
        ("0.00", "0"),
        ("-0", "0"),
        ("1E+2", "100"),
        ("33.33", "33.33"),
        ("90.0", "90"),
    ],
)
def test_hours_text(hours: str, text: str) -> None:
    assert hours_text(Decimal(hours)) == text
