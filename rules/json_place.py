"""Where in a JSON text stands what `json` refuses without telling the place. Asked only after a refusal.

Up to that place the text is well-formed, so its tokens can be walked without reading their values.
"""

import json
import re
from dataclasses import dataclass, field
from typing import NamedTuple

_TOKEN = re.compile(
    r'(?P<key>"(?:[^"\\]|\\.)*")(?=[ \t\r\n]*:)|"(?:[^"\\]|\\.)*"'
    r"|(?P<constant>-?Infinity|NaN)|(?P<long>[0-9]{4301,})|[\[\]{},]",
    re.DOTALL,
)
DEEPEST = 200
"""Levels of nesting that no document of ours comes near; Python gives up not far below a thousand."""


class Refusal(NamedTuple):
    """What is wrong: where in the text (from 0), under which JSON pointer, and in words."""

    offset: int
    pointer: str
    message: str


@dataclass(slots=True)
class _Level:
    """An object or array that is open."""

    step: str | int
    """The key or the index that is being read."""
    keys: set[str] = field(default_factory=set)

    def next(self) -> None:
        if isinstance(self.step, int):
            self.step += 1


def first_refusal(text: str) -> Refusal | None:
    """Return the first key that stands twice, NaN, Infinity, number of more digits than Python reads, or level too deep."""
    levels: list[_Level] = []
    for token in _TOKEN.finditer(text):
        match token[0]:
            case "{" | "[" as opening:
                levels.append(_Level(0 if opening == "[" else ""))
                if len(levels) > DEEPEST:
                    return Refusal(token.start(), "", "嵌套过深 / nested too deep")
                continue
            case "}" | "]":
                levels.pop()
                continue
            case ",":
                levels[-1].next()
                continue
            case _ if token["key"]:
                message = _take_key(json.loads(token["key"]), levels[-1])
            case constant if token["constant"]:
                message = f"{constant} 不是 JSON 数字 / {constant} is not a JSON number"
            case _:
                message = "数字过长 / a number too long" if token["long"] else ""
        if message:
            return Refusal(token.start(), _pointer(levels), message)
    return None


def _take_key(key: str, level: _Level) -> str:
    """Note a key of the object that is open; return what is wrong with it, if something is."""
    level.step = key
    if key in level.keys:
        return f"键重复：{key} / the key {key} stands twice in one object"
    level.keys.add(key)
    return ""


def _pointer(levels: list[_Level]) -> str:
    """Return the RFC 6901 pointer of what is being read."""
    return "".join("/" + str(level.step).replace("~", "~0").replace("/", "~1") for level in levels)
