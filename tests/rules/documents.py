"""The shipped rule files as documents, to be harmed and written to a folder."""

from pathlib import Path
from typing import Any

import yaml

from rules.reading import load_yaml

RULES = Path(__file__).parents[2] / "rules"


def shipped(name: str) -> Any:
    return load_yaml((RULES / name).read_bytes(), name)


PACK = shipped("packs/gansu.yaml")
OVERLAY = shipped("overlays/sample-medical.yaml")
NOTE = {
    "id": "sample-note-1",
    "version": "1.0.0",
    "pack": "gs-2023-03-31",
    "parameter": "public_min",
    "from": "2024-07-01",
    "value": "30",
    "document": "示例解释1号",
    "decided_on": "2024-06-20",
    "authority": "示例解释机关",
    "text": {"zh": "公需科目不少于30学时", "en": "at least 30 public hours"},
}
"""An interpretation that the shipped rules do not have: a floor of public hours."""
FLOOR = NOTE | {"id": "sample-public-floor", "from": "2025-01-01", "decided_on": "2024-12-20"}
"""The same from 2025 on, as an authority's own rule."""


def written(folder: Path, **documents: Any) -> Path:
    """A folder of rules: name_kind=document."""
    for name, document in documents.items():
        stem, _, kind = name.rpartition("_")
        text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
        (folder / f"{stem}.{kind}.yaml").write_text(text, "utf-8")
    return folder


def bytes_of(document: Any) -> bytes:
    return yaml.safe_dump(document, allow_unicode=True).encode()
