"""From pydantic's findings to one FactsError: the JSON pointer, what was expected, and a sentence in two languages."""

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from rules.errors import FactsError

_SHAPES = {
    "expected": ("{expected}", "{message}"),
    "missing": ("必填字段 / a required field", "缺少字段 {field} / the field {field} is missing"),
    "extra_forbidden": ("没有这个字段 / no such field", "未知字段 {field} / unknown field {field}"),
    "enum": ("以下之一 / one of: {expected}", "不在可选值之内 / not a known value"),
    "literal_error": ("以下之一 / one of: {expected}", "不在可选值之内 / not a known value"),
    "union_tag_invalid": ("以下之一 / one of: {expected_tags}", "未知类别 / unknown category"),
    "union_tag_not_found": ("必填字段 / a required field", "缺少字段 {field} / the field {field} is missing"),
    "model_type": ("对象 / an object", "不是 JSON 对象 / not a JSON object"),
    "model_attributes_type": ("对象 / an object", "不是 JSON 对象 / not a JSON object"),
    "dict_type": ("对象 / an object", "不是 JSON 对象 / not a JSON object"),
    "tuple_type": ("数组 / an array", "不是数组 / not an array"),
    "string_type": ("文字 / a string", "不是文字 / not a string"),
    "bool_type": ("true 或 false / true or false", "不是 true 或 false / not true or false"),
    "int_type": ("整数 / a whole number", "不是整数 / not a whole number"),
    "string_too_short": ("非空文字 / text that is not empty", "为空 / empty"),
    "string_too_long": ("更短的文字 / a shorter text", "过长 / too long"),
    "string_pattern_mismatch": ("{pattern}", "形式不符 / not of this form"),
    "too_short": ("至少一项 / at least one item", "为空 / empty"),
    "too_long": ("至多 {max_length} 项 / at most {max_length} items", "项数过多 / too many items"),
    "greater_than_equal": ("至少 {ge} / at least {ge}", "太小 / too small"),
    "less_than_equal": ("至多 {le} / at most {le}", "太大 / too large"),
}


def facts_error(error: ValidationError) -> FactsError:
    """Report the first finding, in document order."""
    finding = _nearest(error.errors(include_url=False))
    place = _place(finding["loc"])
    kind = finding["type"]
    context: dict[str, Any] = dict(finding.get("ctx", {}))
    if kind.startswith("union_tag"):
        place.append("category")
    expected, message = _SHAPES.get(kind, ("见 facts 的模式 / see the schema of facts", "{msg}"))
    words = {"field": place[-1] if place else "", "msg": finding["msg"], **context}
    return FactsError(pointer_of(place), expected.format(**words), message.format(**words))


def pointer_of(place: Sequence[str | int]) -> str:
    """Write a JSON pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in place)


def _nearest(findings: list[ErrorDetails]) -> ErrorDetails:
    """An unknown field often is a misspelt required one: name what is there before what is missing."""
    return min(findings, key=lambda finding: finding["type"] == "missing")


def _place(loc: tuple[int | str, ...]) -> list[str | int]:
    """Leave out the step by which pydantic names the branch of a union: it is not in the document."""
    place = list(loc)
    if len(place) > 2 and place[0] == "activities":
        del place[2]
    if len(place) > 1 and place[0] == "overlay":
        del place[1]
    return place
