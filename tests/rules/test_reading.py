"""JSON and YAML texts: exact numbers, keys once, and the place of what is wrong."""

import sys
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
        (b"", 1, 1),
    ],
    ids=["comma", "two documents", "not UTF-8", "empty"],
)
def test_json_refused(data: bytes, line: int, column: int) -> None:
    with pytest.raises(InputError) as caught:
        load_json(data, "x.json")
    assert (caught.value.name, caught.value.line, caught.value.column) == ("x.json", line, column)


TWICE = """{"year": 2024,
 "activities": [{"id": "a, \\"id\\": b", "of": [1, [2]]},
  {"id": "x", "note/~": {}, "year": 1,
   "id" : "y"}]}"""


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        (TWICE, (4, 4), "键重复：id / the key id stands twice in one object (/activities/1/id)"),
        ('{"a": {"b": 1, "\\u0062": 2}}', (1, 16), "the key b stands twice in one object (/a/b)"),
        ('\ufeff{"": 1, "": 2}', (1, 9), "the key  stands twice in one object (/)"),
        ('{"a/~": [1, {"b": NaN}]}', (1, 19), "NaN is not a JSON number (/a~1~0/1/b)"),
        ("[0,\n-Infinity]", (2, 1), "-Infinity is not a JSON number (/1)"),
        ('["Infinity", NaN]', (1, 14), "NaN is not a JSON number (/1)"),
        ("NaN", (1, 1), "NaN is not a JSON number"),
        ("[" + "9" * 5000 + "]", (1, 2), "数字过长 / a number too long (/0)"),
        ("[" * 5000, (1, 201), "嵌套过深 / nested too deep"),
    ],
    ids=[
        "key twice",
        "key twice in other letters",
        "an empty key twice",
        "not a number",
        "infinity",
        "the word in a string",
        "nothing else",
        "a number of 5,000 digits",
        "5,000 levels",
    ],
)
def test_json_refused_at_its_place(text: str, place: tuple[int, int], said: str) -> None:
    with pytest.raises(InputError) as caught:
        load_json(text.encode(), "x.json")
    assert (caught.value.line, caught.value.column) == place
    assert caught.value.message.endswith(said)


def test_json_refused_by_a_limit_set_lower() -> None:
    usual = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(640)
    try:
        with pytest.raises(InputError, match="too long, or nested too deep"):
            load_json(b"9" * 1000, "x.json")
    finally:
        sys.set_int_max_str_digits(usual)


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
        (b"a: 1\nb: \xff", 2),
        (b"a: !!python/object:os.system x", 1),
        (b"a: \x00", 0),
    ],
    ids=["key twice", "not closed", "not UTF-8", "an object of Python", "a control character"],
)
def test_yaml_refused(data: bytes, line: int) -> None:
    with pytest.raises(InputError) as caught:
        load_yaml(data, "x.yaml")
    assert caught.value.line == line


def test_a_yaml_text_that_unfolds_without_end_is_refused_before_it_does() -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)
    )
    for text in (bomb, "a: &a [*a]", "[" * 100_000, "{a: " * 2000):
        with pytest.raises(InputError, match="not YAML"):
            load_yaml(text.encode(), "x")
    assert load_yaml(b"a: &a [1, 2]\nb: *a", "x") == {"a": [1, 2], "b": [1, 2]}
