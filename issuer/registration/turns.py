"""The turn that a form was opened at."""

from collections.abc import Mapping


def turn_of(values: Mapping[str, str]) -> int:
    """Read it; one that is none was never seen, so that nothing is done on it."""
    text = values.get("turn", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else -1
