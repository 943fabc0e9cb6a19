"""Which rules are loaded, for the terminal: packs, overlays, notes, activations, and what differs between two packs."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console, RenderableType
from rich.markup import escape
from rich.padding import Padding

from rules.library import Library
from rules.pack import Bilingual, Pack
from rules.packs import read_folder
from rules.policy import Policy

STATUS = {"in_force": "有效 / in force", "confirm_before_use": "使用前请核实 / confirm before use"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One parameter that two packs do not share; None where a pack lacks it."""

    parameter: str
    before: str | None
    after: str | None
    figure: bool
    """Whether a figure differs, not only its day, strength or place in the law."""


def differences(before: Pack, after: Pack) -> Iterator[Difference]:
    """Give what differs between the dated figures of two packs, by parameter: those with other figures first."""
    found = []
    for name in sorted(before.parameters.keys() | after.parameters.keys()):
        texts = [_dated(pack, name) for pack in (before, after)]
        if texts[0] != texts[1]:
            figures = [_figures(pack, name) for pack in (before, after)]
            found.append(Difference(name, texts[0], texts[1], figures[0] != figures[1]))
    yield from sorted(found, key=lambda each: not each.figure)


def _figures(pack: Pack, name: str) -> list[str]:
    parameter = pack.parameters.get(name)
    return [] if parameter is None else [plain(value.value) for value in parameter.values]


def _dated(pack: Pack, name: str) -> str | None:
    parameter = pack.parameters.get(name)
    if parameter is None:
        return None
    return "; ".join(
        f"{plain(value.value)}, {value.since} 起 ({value.strength}, {value.text()})"
        for value in parameter.values
    )


def plain(value: object) -> str:
    """Write a value so that the order of a mapping's keys makes no difference."""
    if isinstance(value, dict):
        return ", ".join(f"{key}: {value[key]}" for key in sorted(value))
    if isinstance(value, list):
        return "/".join(map(str, value))
    return "无 none" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def print_differences(before: Pack, after: Pack, console: Console | None = None) -> None:
    """Print what differs between two packs: both figures under the parameter's name; then what only stands elsewhere in the law."""
    out = console or Console(highlight=False)
    out.print(f"[red]− {before.key}[/]  {escape(before.title.zh)}")
    out.print(f"[green]+ {after.key}[/]  {escape(after.title.zh)}\n")
    found = list(differences(before, after))
    for each in found:
        if each.figure:
            out.print(f"[bold]{each.parameter}[/]")
            for mark, text in (("[red]−[/]", each.before), ("[green]+[/]", each.after)):
                out.print(_indented(f"{mark} {escape(text or '无此参数 no such parameter')}"))
    others = [each.parameter for each in found if not each.figure]
    if others:
        out.print("数值相同，仅日期、强度或条款不同 / same figure, other date, strength or article:")
        out.print(_indented(", ".join(others)))
    if not found:
        out.print("没有差别 / nothing differs")


def print_inventory(library: Library, console: Console | None = None) -> None:
    """Print each document with its days and its state."""
    out = console or Console(highlight=False)
    activated = {activation.pack: activation for activation in library.activations}
    out.print("[bold]规则集 / packs[/]")
    for pack in library.packs:
        document = f"，{activated[pack.key].document}" if pack.key in activated else ""
        status = STATUS[pack.status] + document if pack in library.judging else "未启用 / not activated"
        _print_entry(out, pack.key, pack.valid, status, pack.title)
    out.print("[bold]行业细则 / overlays[/]")
    for overlay in library.overlays.values():
        _print_entry(out, overlay.key, overlay.valid, STATUS[overlay.status], overlay.title)
    if library.notes:
        out.print("[bold]解释 / interpretations[/]")
    for note in library.notes:
        status = f"{note.pack}: {note.parameter} = {plain(note.value)}"
        _print_entry(out, note.key, (note.since, None), status, note.text)
        out.print(_indented(f"{escape(note.document)} ({note.decided_on})", 4))
    if library.endings:
        out.print("[bold]终止 / endings[/]")
    for ending in library.endings:
        out.print(_indented(f"{escape(ending.ends)}  至 / until {ending.last}  {escape(ending.document)}"))


def _print_entry(
    out: Console, key: str, valid: tuple[object, object | None], status: str, title: Bilingual
) -> None:
    days = f"{valid[0]} – {valid[1]}" if valid[1] else f"{valid[0]} 起"
    out.print(_indented(f"{escape(key)}  {days}  {escape(status)}"))
    out.print(_indented(f"{escape(title.zh)}\n[dim]{escape(title.en)}[/]", 4))


def print_readings(pack: Pack, console: Console | None = None) -> None:
    """Print where the text can be read in more ways than one: the question, the reading taken, why, and what to compare it with."""
    out = console or Console(highlight=False)
    out.print(f"[bold]{pack.key}[/]  {escape(pack.title.zh)}")
    for key, ambiguity in pack.ambiguities.items():
        ask = "  [magenta]拟请示 / to be asked[/]" if ambiguity.ask else ""
        out.print(f"\n[bold]{key}[/]  {ambiguity.article.text()}{ask}")
        out.print(_indented(f"{escape(ambiguity.question.zh)}\n[dim]{escape(ambiguity.question.en)}[/]", 4))
        out.print(_indented(f"[green]{escape(ambiguity.default)}[/]  {escape(ambiguity.reason.zh)}", 4))
        out.print(_indented(f"[dim]{escape(ambiguity.reason.en)}[/]", 4))
        for other in ambiguity.options:
            if ambiguity.parameter in Policy.model_fields and other != ambiguity.default:
                out.print(_indented(f"--compare {ambiguity.parameter}={escape(other)}", 4))


def print_digests(folder: Path, console: Console | None = None) -> None:
    """Print the SHA-256 of each document that an authority keeps, so that two copies can be compared."""
    out = console or Console(highlight=False)
    out.print("[bold]文件 / documents, SHA-256[/]")
    for name, data in read_folder(folder):
        out.print(_indented(f"{escape(name)}\n  {hashlib.sha256(data).hexdigest()}"))


def _indented(text: str, indent: int = 2) -> RenderableType:
    return Padding(text, (0, 0, 0, indent), expand=False)
