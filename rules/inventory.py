"""Which rules are loaded, for the terminal: packs, overlays, notes, activations, and what differs between two packs."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from rules.library import Library
from rules.pack import Pack

STATUS = {"in_force": "有效 / in force", "confirm_before_use": "使用前请核实 / confirm before use"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One parameter that two packs do not share; None where a pack lacks it."""

    parameter: str
    before: str | None
    after: str | None


def differences(before: Pack, after: Pack) -> Iterator[Difference]:
    """Give what differs between the dated figures of two packs, by parameter."""
    for name in sorted(before.parameters.keys() | after.parameters.keys()):
        texts = [_dated(pack, name) for pack in (before, after)]
        if texts[0] != texts[1]:
            yield Difference(name, *texts)


def _dated(pack: Pack, name: str) -> str | None:
    parameter = pack.parameters.get(name)
    if parameter is None:
        return None
    return "; ".join(
        f"{value.since}: {_plain(value.value)} ({value.strength}, {value.text()})"
        for value in parameter.values
    )


def _plain(value: object) -> str:
    """Write a value so that the order of a mapping's keys makes no difference."""
    if isinstance(value, dict):
        return ", ".join(f"{key}: {value[key]}" for key in sorted(value))
    return str(value)


def print_differences(before: Pack, after: Pack, console: Console | None = None) -> None:
    out = console or Console(highlight=False)
    table = Table("参数 / parameter", before.key, after.key, box=None)
    for found in differences(before, after):
        table.add_row(found.parameter, *(escape(text or "—") for text in (found.before, found.after)))
    out.print(table)


def print_inventory(library: Library, console: Console | None = None) -> None:
    out = console or Console(highlight=False)
    activated = {activation.pack: activation for activation in library.activations}
    packs = Table("规则集 / pack", "名称 / title", "有效期 / in force", "状态 / status", box=None)
    for pack in library.packs:
        judging = pack.level == "provincial" or pack.key in activated
        document = f"，{activated[pack.key].document}" if pack.key in activated else ""
        status = STATUS[pack.status] + document if judging else "未启用 / not activated"
        packs.add_row(
            pack.key, escape(f"{pack.title.zh}\n{pack.title.en}"), _span(pack.valid), escape(status)
        )
    out.print(packs)
    overlays = Table("行业细则 / overlay", "名称 / title", "有效期 / in force", "状态 / status", box=None)
    for overlay in library.overlays.values():
        title = escape(f"{overlay.title.zh}\n{overlay.title.en}")
        overlays.add_row(overlay.key, title, _span(overlay.valid), STATUS[overlay.status])
    out.print(overlays)
    for note in library.notes:
        out.print(
            f"解释 / interpretation {note.key} {escape(note.document)} ({note.decided_on}): "
            f"{note.pack} {note.parameter} = {note.value}, {note.since} 起"
        )


def print_digests(folder: Path, console: Console | None = None) -> None:
    """Print the SHA-256 of each document that an authority keeps, so that two copies can be compared."""
    out = console or Console(highlight=False)
    for path in sorted(folder.glob("*.yaml")):
        out.print(f"SHA-256 {escape(path.name)}\n  {hashlib.sha256(path.read_bytes()).hexdigest()}")


def _span(valid: tuple[object, object | None]) -> str:
    return f"{valid[0]} – {valid[1] or ''}"
