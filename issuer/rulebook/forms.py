"""The forms of a note and of an ending: their fields into the text of a document. Pure."""

from collections.abc import Mapping
from typing import Any

from issuer.rulebook.documents import refused, write_yaml
from rules.errors import InputError
from rules.reading import load_yaml


def note_text(sent: Mapping[str, str]) -> bytes:
    """Write an interpretation note of a form's fields.

    Raises:
        RuleRefused: the value is missing or cannot be read.
    """
    return write_yaml(
        {
            "id": sent.get("id", ""),
            "version": sent.get("version", ""),
            "pack": sent.get("pack", ""),
            "parameter": sent.get("parameter", ""),
            "from": sent.get("from", ""),
            "value": _value(sent.get("value", "")),
            "document": sent.get("document_no", ""),
            "decided_on": sent.get("decided_on", ""),
            "authority": sent.get("authority", ""),
            "text": _words(sent),
        }
    )


def ending_text(sent: Mapping[str, str]) -> bytes:
    """Write an ending of a form's fields."""
    return write_yaml(
        {
            "ends": sent.get("ends", ""),
            "last": sent.get("last", ""),
            "document": sent.get("document_no", ""),
            "decided_on": sent.get("decided_on", ""),
            "text": _words(sent),
        }
    )


def _words(sent: Mapping[str, str]) -> dict[str, str]:
    return {name: " ".join(sent.get(name, "").split()) for name in ("zh", "en")}


def _value(text: str) -> Any:
    """A value as a pack writes it: a figure or a code word as text, true or false, null for no limit, a list in brackets."""
    if not text.strip():
        raise refused("请填写新的值 / the new value is needed", "/value")
    try:
        value = load_yaml(text.encode(), "value")
    except InputError:
        raise refused("新的值读不懂 / the new value cannot be read", "/value") from None
    return value
