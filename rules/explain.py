"""A decision for the terminal: bars, then each record with the reason of every cut under it, over the whole width."""

from collections.abc import Sequence
from decimal import Decimal

from rich.cells import cell_len, set_cell_size
from rich.console import Console, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from rules import words
from rules.cycles import CycleStanding
from rules.decision import Cut, Decision, Line, hours_text
from rules.errors import FactsError
from rules.outlook import Outlook
from rules.quantity import ZERO

BAR = 30
"""Characters of a full bar."""
LONG_ID = 12
"""Cells of an id above which it stands on a line of its own."""
HEADINGS = ("记录", "类别 category", "申报", "认定", "条款")
DEEMED = {
    "none": "",
    "professional": "专业科目视同完成 / professional subject deemed complete",
    "all": "全年视同完成 / the year is deemed complete",
    "origin": "承认流出地结论 / the origin's conclusion is honoured",
    "deferred": "顺延中 / postponed",
}


def print_decision(name: str | None, decision: Decision, console: Console | None = None) -> None:
    """Print one decision; `console` is where, standard output when left out."""
    out = console or Console(highlight=False)
    verdict = "[green]完成 / complete[/]" if decision.complete else "[yellow]未完成 / not complete[/]"
    title = f"{escape(name)} · " if name else ""
    out.print(f"\n[bold]{title}{decision.year}[/]  {verdict}  {DEEMED[decision.deemed]}".rstrip())
    if decision.hypothetical:
        out.print(
            "[magenta]假设：研究模式，不作认定依据 / hypothetical: for study, no ground for a certificate[/]"
        )
    out.print(f"规则 / rules: {escape(', '.join(decision.rules))}\n")
    need = decision.required
    for label, have, wanted in (
        ("专业 / professional", decision.professional, need.professional),
        ("公需 / public      ", decision.public, need.public),
        ("合计 / total       ", decision.total, need.total),
    ):
        shown = f"{bar(have, wanted)}  {hours_text(have)} / {hours_text(wanted)}"
        out.print(f"  {label}  {shown if wanted else f'{hours_text(have)}（无下限 / no floor）'}")
    _print_lines(decision.lines, out)
    if decision.notes:
        out.print()
    for note in decision.notes:
        out.print(_hanging("·", f"{escape(note.zh)}〔{note.article}〕\n[dim]{escape(note.en)}[/]", indent=2))


def _print_lines(lines: Sequence[Line], out: Console) -> None:
    """Print a row for each record, as wide as they need; where that is too much, its English stands below the Chinese."""
    if not lines:
        out.print("\n没有记录 / no records")
        return
    rows = [
        (line.activity, " ".join(words.CATEGORIES[line.category]), hours_text(line.claimed),
         hours_text(line.recognised), line.article)
        for line in lines
    ]  # fmt: skip
    widths = [max(map(cell_len, column)) for column in zip(HEADINGS, *rows, strict=True)]
    above = widths[0] > LONG_ID
    if above:
        widths[0] = cell_len(HEADINGS[0])
    narrow = sum(widths) + 2 * len(widths) > out.width
    if narrow:
        widths[1] = max(cell_len(words.CATEGORIES[line.category][0]) for line in lines)
    out.print()
    out.print(_row([HEADINGS[0], HEADINGS[1].split()[0], *HEADINGS[2:]], widths), style="bold")
    for line, (name, category, *rest) in zip(lines, rows, strict=True):
        style = "" if line.recognised or line.claimed == ZERO else "dim"
        zh, en = words.CATEGORIES[line.category]
        if above:
            out.print(escape(name), style=style, soft_wrap=True)
        out.print(_row(["" if above else name, zh if narrow else category, *rest], widths), style=style)
        if narrow:
            out.print(Padding(f"[dim]{en}[/]", (0, 0, 0, widths[0] + 2), expand=False))
        for cut in line.cuts:
            out.print(_reason(cut))


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Lay out one row: hours to the right of their columns, words to the left."""
    padded = [
        " " * (width - cell_len(cell)) + cell if column in {2, 3} else set_cell_size(cell, width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return escape("  ".join(padded).rstrip())


def _reason(cut: Cut) -> RenderableType:
    amount = f"−{hours_text(cut.amount)}" if cut.amount else "×"
    parameter = f" ({cut.parameter} = {cut.value})" if cut.parameter and cut.value else ""
    said = f"{escape(cut.zh)}〔{cut.article}〕\n[dim]{escape(cut.en + parameter)}[/]"
    return _hanging(f"[yellow]{amount}[/]", said, indent=4)


def _hanging(mark: str, text: str, *, indent: int) -> RenderableType:
    """A text whose lines all start right of its mark."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True, justify="right", min_width=1 if indent < 4 else 5)
    grid.add_column(overflow="fold")
    grid.add_row(mark, text)
    return Padding(grid, (0, 0, 0, indent), expand=False)


def print_outlook(decision: Decision, outlook: Outlook, console: Console | None = None) -> None:
    """Print what a year still lacks and which categories still have room."""
    out = console or Console(highlight=False)
    out.print()
    if decision.complete:
        out.print("[bold]还缺 / missing[/]  无 / nothing")
    else:
        out.print(
            f"[bold]还缺 / missing[/]  合计 total {hours_text(outlook.total)}，"
            f"其中专业 professional {hours_text(outlook.professional)}，公需 public {hours_text(outlook.public)}"
        )
    out.print("[bold]还有余地的类别 / where there is room[/]")
    rooms = Table.grid(padding=(0, 2))
    for room in outlook.rooms:
        left = (
            "无年度上限 / no yearly cap"
            if room.hours is None
            else f"还可 / room for {hours_text(room.hours)}"
        )
        rooms.add_row(" ".join(words.CATEGORIES[room.category]), left)
    out.print(Padding(rooms, (0, 0, 0, 2), expand=False))


def print_comparison(reading: str, normal: Decision, other: Decision, console: Console | None = None) -> None:
    """Print how another reading of a parameter changes the result."""
    out = console or Console(highlight=False)
    out.print(f"\n[bold]假如 / if {escape(reading)}[/]")
    sums = Table.grid(padding=(0, 2))
    for label, decision in (("现行 / now", normal), ("改读 / then", other)):
        sums.add_row(label, *_verdict(decision))
    out.print(Padding(sums, (0, 0, 0, 2), expand=False))
    changed = [
        (before, after)
        for before, after in zip(normal.lines, other.lines, strict=True)
        if (before.recognised, before.cuts) != (after.recognised, after.cuts)
    ]
    for before, after in changed:
        hours = f"{hours_text(before.recognised)} → {hours_text(after.recognised)}"
        out.print(f"  {escape(after.activity)}: {hours}")
        for cut in after.cuts:
            out.print(_reason(cut))
    if not changed and _verdict(normal) == _verdict(other):
        out.print("  结果不变 / nothing changes")


def _verdict(decision: Decision) -> tuple[str, str, str]:
    need = decision.required
    hours = "+".join(hours_text(part) for part in (decision.professional, decision.public))
    asked = "/".join(hours_text(part) for part in (need.professional, need.public, need.total))
    state = "[green]完成 / complete[/]" if decision.complete else "[yellow]未完成 / not complete[/]"
    return f"{hours}={hours_text(decision.total)}", f"要求 / needs {asked}", state


def print_cycle(standing: CycleStanding, console: Console | None = None) -> None:
    """Print what the years of a cycle bring and what it asks, in the sector's unit."""
    out = console or Console(highlight=False)
    overlay, first, last = standing.overlay, standing.years[0], standing.years[-1]
    unit = "学分 / credits" if overlay.unit == "credit" else "学时 / hours"
    out.print(f"\n[bold]{overlay.key}[/]  {escape(overlay.title.zh)}")
    if overlay.status == "confirm_before_use":
        out.print("[magenta]样例，使用前请核实 / a sample: confirm before use[/]")
    out.print(f"周期 / cycle {first}–{last}，{unit}\n")
    for year in standing.years:
        out.print(
            f"  {year}  {hours_text(standing.have[year]) if year in standing.have else '未提供 / not given'}"
        )
    out.print(
        f"  {bar(standing.total, standing.need)}  {hours_text(standing.total)} / {hours_text(standing.need)}"
    )
    if standing.met:
        out.print("  [green]已满足 / met[/]")
    else:
        out.print(f"  [yellow]还缺 / missing {hours_text(standing.need - standing.total)}[/]")


def print_refusal(name: str | None, error: FactsError, console: Console | None = None) -> None:
    out = console or Console(highlight=False)
    out.print(f"\n[bold]{escape(name or '')}[/] [red]不能判断 / cannot be judged[/]: {escape(str(error))}")
    out.print(f"  应为 / expected: {escape(error.expected)}")


def bar(have: Decimal, wanted: Decimal) -> str:
    """Draw how much of `wanted` there is."""
    filled = BAR if have >= wanted else int(have * BAR / wanted)
    return "█" * filled + "░" * (BAR - filled)
