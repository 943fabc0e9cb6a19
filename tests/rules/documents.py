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


def written(folder: Path, **documents: Any) -> Path:
    """A folder of rules: name_kind=document."""
    for name, document in documents.items():
        stem, _, kind = name.rpartition("_")
        text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
        (folder / f"{stem}.{kind}.yaml").write_text(text, "utf-8")
    return folder


def bytes_of(document: Any) -> bytes:
    return yaml.safe_dump(document, allow_unicode=True).encode()
