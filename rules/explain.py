"""A decision for the terminal: bars, lines, and the reason of every cut."""

from decimal import Decimal

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from rules import words
from rules.decision import Decision, hours_text
from rules.errors import FactsError
from rules.outlook import Outlook
from rules.quantity import ZERO

BAR = 30
"""Characters of a full bar."""
DEEMED = {
    "none": "",
    "professional": "专业科目视同完成 / professional subject deemed complete",
    "all": "全年视同完成 / the year is deemed complete",
    "origin": "承认流出地结论 / the origin's conclusion is honoured",
    "deferred": "顺延中 / postponed",
}


def print_decision(name: str | None, decision: Decision, console: Console | None = None) -> None:
    """Print one decision; `console` is where, standard output when left out."""
    out = console or Console(highlight=False, soft_wrap=False)
    verdict = "[green]完成 / complete[/]" if decision.complete else "[yellow]未完成 / not complete[/]"
    title = f"{escape(name)} · " if name else ""
    out.print(f"\n[bold]{title}{decision.year}[/]  {verdict}  {DEEMED[decision.deemed]}")
    if decision.hypothetical:
        out.print(
            "[magenta]假设：研究模式，不作认定依据 / hypothetical: for study, no ground for a certificate[/]"
        )
    out.print(f"规则 / rules: {escape(', '.join(decision.rules))}")
    need = decision.required
    for label, have, wanted in (
        ("专业 / professional", decision.professional, need.professional),
        ("公需 / public      ", decision.public, need.public),
        ("合计 / total       ", decision.total, need.total),
    ):
        out.print(f"  {label}  {bar(have, wanted)}  {hours_text(have)} / {hours_text(wanted)}")
    out.print(_lines(decision))
    for note in decision.notes:
        out.print(f"  · {escape(note.zh)} [dim]{escape(note.en)} ({note.article})[/]")


def print_outlook(decision: Decision, outlook: Outlook, console: Console | None = None) -> None:
    """Print what a year still lacks and which categories still have room."""
    out = console or Console(highlight=False)
    if decision.complete:
        out.print("  还缺 / missing: 无 / nothing")
    else:
        out.print(
            f"  还缺 / missing: 合计 / total {hours_text(outlook.total)}，"
            f"其中专业 / of which professional {hours_text(outlook.professional)}，"
            f"公需 / public {hours_text(outlook.public)}"
        )
    for room in outlook.rooms:
        zh, en = words.CATEGORIES[room.category]
        left = (
            "无年度上限 / no cap on the year"
            if room.hours is None
            else f"还可 / room for {hours_text(room.hours)}"
        )
        out.print(f"    {zh} / {en}: {left}")


def print_comparison(reading: str, normal: Decision, other: Decision, console: Console | None = None) -> None:
    """Print how another reading of a parameter changes the result."""
    out = console or Console(highlight=False)
    out.print(f"  [bold]假如 / if {escape(reading)}[/]: {_verdict(normal)} → {_verdict(other)}")
    for before, after in zip(normal.lines, other.lines, strict=True):
        if (before.recognised, before.cuts) != (after.recognised, after.cuts):
            change = f"{hours_text(before.recognised)} → {hours_text(after.recognised)}"
            out.print(
                f"    {escape(before.activity)}: {change}  {escape('；'.join(cut.zh for cut in after.cuts))}"
            )


def _verdict(decision: Decision) -> str:
    state = "完成 / complete" if decision.complete else "未完成 / not complete"
    hours = "+".join(hours_text(part) for part in (decision.professional, decision.public))
    return f"{hours}={hours_text(decision.total)} {state}"


def print_refusal(name: str | None, error: FactsError, console: Console | None = None) -> None:
    out = console or Console(highlight=False)
    out.print(f"\n[bold]{escape(name or '')}[/] [red]不能判断 / cannot be judged[/]: {escape(str(error))}")
    out.print(f"  应为 / expected: {escape(error.expected)}")


def bar(have: Decimal, wanted: Decimal) -> str:
    """Draw how much of `wanted` there is."""
    filled = BAR if have >= wanted else int(have * BAR / wanted)
    return "█" * filled + "░" * (BAR - filled)


def _lines(decision: Decision) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("记录", "类别 / category", "申报", "认定", "条款", "为何 / why"):
        table.add_column(heading, overflow="fold")
    for line in decision.lines:
        why = "\n".join(f"{cut.zh}〔{cut.article}〕\n{cut.en}" for cut in line.cuts)
        zh, en = words.CATEGORIES[line.category]
        style = "" if line.recognised or line.claimed == ZERO else "dim"
        cells = (
            line.activity,
            f"{zh}\n{en}",
            hours_text(line.claimed),
            hours_text(line.recognised),
            line.article,
            why,
        )
        table.add_row(*(escape(cell) for cell in cells), style=style)
    return table
