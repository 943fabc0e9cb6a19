"""JSON as signed formats need it: one reading for one text."""

import json

_WRITE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def load(data: bytes) -> object:
    """Read JSON, refusing whatever two readers could read differently.

    Raises:
        ValueError: not UTF-8, not JSON, a key twice in one object, a number that is not an integer, or nested too deep.
    """
    try:
        text = data.decode("utf-8")
        value: object = json.loads(
            text, object_pairs_hook=_unique, parse_float=_refuse_number, parse_constant=_refuse_number
        )
        # A lone surrogate can be escaped in JSON text but has no UTF-8, so it could not be compared or signed.
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except RecursionError:
        raise ValueError("nested too deep") from None
    return value


def dump(value: object) -> bytes:
    """Write JSON without spaces, in the order given, Chinese as it is."""
    return _WRITE(value).encode("utf-8")


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return result


def _refuse_number(text: str) -> object:
    raise ValueError(f"{text}: only integers; amounts are strings")
