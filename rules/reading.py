"""Reading JSON and YAML texts: exact numbers, no duplicated keys, and the place of what is wrong."""

import json
from decimal import Decimal
from typing import Any, NoReturn

import yaml

from rules.errors import InputError
from rules.json_place import first_refusal

_AS_TEXT = {"tag:yaml.org,2002:float", "tag:yaml.org,2002:timestamp"}
NODES_MOST, DEPTH_MOST = 50_000, 50
"""Values in a YAML text, those counted again that an alias repeats, and levels of nesting."""


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


def _hold_size(text: str) -> None:
    """Count what a text will become, before anything is made of it.

    Raises:
        yaml.YAMLError: not YAML, or too much.
    """
    known: dict[str | None, int] = {}
    open_nodes: list[tuple[str | None, int]] = []
    total = 0
    for event in yaml.parse(text, yaml.CSafeLoader):
        size = 0
        match event:
            case yaml.CollectionStartEvent():
                open_nodes.append((event.anchor, total))
            case yaml.CollectionEndEvent():
                anchor, before = open_nodes.pop()
                known[anchor] = total - before + 1
                size = 1
            case yaml.ScalarEvent():
                known[event.anchor] = 1
                size = 1
            case yaml.AliasEvent():
                within = any(anchor == event.anchor for anchor, _ in open_nodes)  # it would never end
                size = NODES_MOST if within else known.get(event.anchor, 0)
        total += size
        if total > NODES_MOST or len(open_nodes) > DEPTH_MOST:
            raise yaml.MarkedYAMLError(
                problem="展开后内容过多，或嵌套过深 / too much once repeated parts are written out, or nested too deep",
                problem_mark=event.start_mark,  # type: ignore[arg-type]  # the C parser's own kind of mark
            )


def load_yaml(data: bytes, name: str) -> object:
    """Read a YAML text (UTF-8); figures with a fraction and days stay text, so that nothing becomes a float.

    Raises:
        InputError: not UTF-8, not YAML, a key twice in one mapping, or far more than it looks: nested or repeated beyond reason.
    """
    text = _decoded(data, name)
    try:
        _hold_size(text)
        return yaml.load(text, _StrictLoader)  # noqa: S506  a SafeLoader, made stricter
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        raise InputError(name, line, column, f"不是 YAML / not YAML: {error.problem}") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise InputError(name, 0, 0, f"不是 YAML / not YAML: {error}") from None
