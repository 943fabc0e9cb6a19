"""JSON and YAML texts: exact numbers, keys once, and the place of what is wrong."""

from decimal import Decimal

import pytest

from rules.errors import InputError
from rules.reading import load_json, load_yaml


def test_fractions_are_exact() -> None:
    assert load_json(b'[89.5, 1e2, 7, "x"]', "x") == [Decimal("89.5"), Decimal(100), 7, "x"]


def test_a_byte_order_mark_is_passed_over() -> None:
    assert load_json(b"\xef\xbb\xbf[1]", "x") == [1]


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [
        (b'{\n "a": 1,\n}', 3, 1),
        (b'{"a": 1}\n{"b": 2}', 2, 1),
        (b'["a",\n"\xff"]', 2, 0),
        (b'{"a": {"b": 1, "b": 2}}', 0, 0),
        (b"[Infinity]", 0, 0),
        (b"[" + b"9" * 5000 + b"]", 0, 0),
        (b"", 1, 1),
    ],
    ids=["comma", "two documents", "not UTF-8", "key twice", "infinity", "a number of 5,000 digits", "empty"],
)
def test_json_refused(data: bytes, line: int, column: int) -> None:
    with pytest.raises(InputError) as caught:
        load_json(data, "x.json")
    assert (caught.value.name, caught.value.line, caught.value.column) == ("x.json", line, column)


def test_yaml_makes_no_floats_and_no_dates() -> None:
    assert load_yaml(b"a: 0.5\nb: 2024-01-01\nc: 90\nd: null", "x") == {
        "a": "0.5",
        "b": "2024-01-01",
        "c": 90,
        "d": None,
    }


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"a: 1\nb: 2\na: 3", 3),
        (b"a: [1", 2),
        (b"a: \xff", 0),
        (b"a: !!python/object:os.system x", 1),
        (b"a: \x00", 0),
    ],
    ids=["key twice", "not closed", "not UTF-8", "an object of Python", "a control character"],
)
def test_yaml_refused(data: bytes, line: int) -> None:
    with pytest.raises(InputError) as caught:
        load_yaml(data, "x.yaml")
    assert caught.value.line == line
