"""Reading JSON and YAML texts: exact numbers, no duplicated keys, and the place of what is wrong."""

import json
from decimal import Decimal
from typing import Any, NoReturn

import yaml

from rules.errors import InputError
from rules.json_place import first_refusal

_AS_TEXT = {"tag:yaml.org,2002:float", "tag:yaml.org,2002:timestamp"}


def load_json(data: bytes, name: str) -> object:
    """Read a JSON text (UTF-8); fractions become Decimal, never float.

    Raises:
        InputError: not UTF-8, not JSON, a key twice in one object, NaN or Infinity, or nested beyond reason.
    """
    text = _decoded(data, name).removeprefix("\ufeff")
    try:
        answer: object = json.loads(
            text,
            parse_float=Decimal,
            parse_constant=_constant,
            object_pairs_hook=_once,
        )
    except json.JSONDecodeError as error:
        raise InputError(name, error.lineno, error.colno, f"不是 JSON / not JSON: {error.msg}") from None
    except (ValueError, RecursionError):
        raise _refused(text, name) from None
    return answer


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    answer = dict(pairs)
    if len(answer) != len(pairs):
        raise ValueError  # what, and where, is looked for in the text
    return answer


def _constant(_: str) -> NoReturn:
    raise ValueError


def _refused(text: str, name: str) -> InputError:
    """Say where the text has what `json` reads without telling places: a key twice, NaN, too many digits or levels."""
    refusal = first_refusal(text)
    if refusal is None:  # this Python's own limits are set lower than usual
        return InputError(name, 0, 0, "数字过长或嵌套过深 / a number too long, or nested too deep")
    before = text[: refusal.offset]
    column = refusal.offset - before.rfind("\n")
    place = f" ({refusal.pointer})" if refusal.pointer else ""
    return InputError(name, before.count("\n") + 1, column, refusal.message + place)


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError(name, line, 0, f"不是 UTF-8 / not UTF-8 (byte {error.start})") from None


class _StrictLoader(yaml.CSafeLoader):
    """YAML as data: every key once, numbers and days as text until a model reads them."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002  the base's signature
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                mark = key_node.start_mark
                raise yaml.MarkedYAMLError(
                    problem=f"键重复：{key} / the key {key} stands twice", problem_mark=mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


_StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _AS_TEXT]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def load_yaml(data: bytes, name: str) -> object:
    """Read a YAML text (UTF-8); figures with a fraction and days stay text, so that nothing becomes a float.

    Raises:
        InputError: not UTF-8, not YAML, or a key twice in one mapping.
    """
    try:
        return yaml.load(_decoded(data, name), _StrictLoader)  # noqa: S506  a SafeLoader, made stricter
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        raise InputError(name, line, column, f"不是 YAML / not YAML: {error.problem}") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise InputError(name, 0, 0, f"不是 YAML / not YAML: {error}") from None
