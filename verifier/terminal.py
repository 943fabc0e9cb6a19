"""A report on a terminal: the verdict first, the next step, then every check (rich)."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from verifier.bundle.describing import age_text
from verifier.report import CHECKS, Check, Outcome, Report, Verdict
from verifier.sentences import headline, next_step, summary, tally
from verifier.zone import SHANGHAI, day_of

STYLES = {
    Verdict.GENUINE: "bold green",
    Verdict.SUPERSEDED: "bold yellow",
    Verdict.REVOKED: "bold red",
    Verdict.FORGED: "bold red",
    Verdict.UNDETERMINED: "bold yellow",
}
MARKS = {
    Outcome.PASSED: "[green]✓ 通过[/]",
    Outcome.FAILED: "[red]✗ 未通过[/]",
    Outcome.NOT_DONE: "[yellow]– 未做[/]",
    Outcome.NOT_APPLICABLE: "[dim]□ 不适用[/]",
}


def show(report: Report, console: Console) -> None:
    """Print one report."""
    head, step = headline(report), next_step(report)
    console.print()
    console.print(f"[dim]{escape(report.file)}（{report.input.zh} {report.input.value}）[/]")
    console.print(f"[{STYLES[report.verdict]}]{head.zh}[/]  {head.en}")
    if report.credential and report.check(4).outcome is Outcome.PASSED:
        subject = report.credential.credential_subject
        told = summary(subject)
        console.print(f"{escape(told.zh)} {escape(told.en)}")
        console.print(f"证件号 {subject.identifier}  单位 {escape(subject.employer)}  编号 {subject.serial}")
    if report.issuer:
        console.print(f"签发机关 {escape(report.issuer.zh)} [dim]{escape(report.issuer.en)}[/]")
    console.print(f"[bold]下一步[/] {escape(step.zh)} [dim]{escape(step.en)}[/]")
    for warning in report.warnings:
        console.print(f"[yellow]! {escape(warning.says.zh)}[/] [dim]{escape(warning.says.en)}[/]")
    console.print(_table(report))
    trust = report.trust
    age = f"，{age_text(report.checked_at - trust.as_of)}前的数据" if trust.as_of else ""
    console.print(
        f"[dim]信任名单第 {trust.number} 号，{day_of(trust.issued)} 发布，{day_of(trust.expires)} 到期；"
        f"资料来自 {escape(trust.source) or '无（离线 offline）'}{age}；"
        f"核验于 {report.checked_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}（北京时间 UTC+8）[/]"
    )


def _table(report: Report) -> Table:
    counts = tally(report)
    table = Table(
        title=f"逐项核验：{counts.zh}", caption=counts.en, title_justify="left", caption_justify="left"
    )
    table.add_column("号", justify="right")
    table.add_column("核验什么 Check")
    table.add_column("结果 Outcome", no_wrap=True)
    table.add_column("查到什么 Found", overflow="fold")
    for check in report.checks:
        name = CHECKS[check.number][1]
        found = f"{escape(check.detail.zh)} [dim]{escape(check.detail.en)}[/]{_measured(check)}"
        table.add_row(str(check.number), f"{name.zh} [dim]{name.en}[/]", MARKS[check.outcome], found)
    return table


def _measured(check: Check) -> str:
    """Return a line that says against what, in both languages where it has words."""
    words = check.measured
    english = f" [dim]{escape(words.en)}[/]" if words.en != words.zh else ""
    return f"\n[dim]对照 against[/] {escape(words.zh)}{english}" if words.zh else ""
