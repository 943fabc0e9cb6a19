"""`xueshi import`: a file of another registration system into the ledger."""

import csv
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from issuer.terminal import HELD, Home, err, issuer_errors, out, print_problems

if TYPE_CHECKING:
    from issuer.intake.asked import Asked
    from issuer.intake.profiles import Profile
    from issuer.intake.service import Report


def import_(
    home: Home,
    file: Annotated[Path, typer.Argument(help="CSV（UTF-8、GB18030）、XLSX 或 JSON lines")],
    profile: Annotated[
        str, typer.Option(help="对照表：样例的编号或 YAML 文件 mapping profile: a sample's id, or a file")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只检查，不登记 check only, write nothing")
    ] = False,
    rows: Annotated[
        int | None, typer.Option(help="来源报送的行数 rows that the sender announces", min=0)
    ] = None,
    hours: Annotated[
        str | None, typer.Option(help="来源报送的学时（学分）合计 hours or credits that the sender announces")
    ] = None,
    as_of: Annotated[
        str, typer.Option(help="数据截止日 YYYY-MM-DD，记录无更新时间时以此为序 the day that the data is of")
    ] = "",
    all_or_nothing: Annotated[
        bool,
        typer.Option(
            "--all-or-nothing/--keep-good",
            help="有一行不对就都不登记 / 登记没问题的 refuse all, or keep the good",
        ),
    ] = False,
    receipt: Annotated[Path | None, typer.Option(help="签名回执存放处 where the signed receipt goes")] = None,
    faults: Annotated[
        Path | None, typer.Option(help="有误行清单（CSV）存放处 where the list of refused rows goes")
    ] = None,
) -> None:
    """导入其他登记系统的学时；中断后再运行一次即继续，重复运行不重复登记。Import; run again, it goes on, and counts nothing twice."""
    with issuer_errors():
        from issuer.intake.asked import Asked

        asked = Asked(_day(as_of), rows, _figure(hours), all_or_nothing)
        report = _run(_Job(home, file, profile, dry_run, faults), asked)
    _tell(report, str(file), dry_run=dry_run)
    if receipt is not None and report.receipt is not None:
        receipt.write_text(report.receipt + "\n", encoding="ascii")
    if report.totals.faults:
        raise typer.Exit(HELD)


@dataclass(frozen=True)
class _Job:
    home: Path
    file: Path
    profile: str
    dry_run: bool
    faults: Path | None


def _run(job: _Job, asked: "Asked") -> "Report":
    from issuer.errors import DatabaseHeld
    from issuer.instance import open_instance
    from issuer.intake.ahead import WORTH
    from issuer.intake.profiles import find_profile
    from issuer.intake.service import import_file, read_faults, rehearse

    mapping = find_profile(job.profile)
    if mapping.written.sample:
        err.print("[yellow]对照表是样例，使用前请核实。The profile is a sample: confirm before use.[/]")
    try:
        with open_instance(job.home) as instance, _progress() as tick:
            todo = rehearse if job.dry_run else import_file
            report = todo(instance, job.file, mapping, replace(asked, apart_from=WORTH), tick)
            if job.faults is not None:
                _write_faults(job.faults, read_faults(instance.engine, report))
    except DatabaseHeld:
        report = _by_the_service(job, mapping, asked)
    return report


def _by_the_service(job: _Job, mapping: "Profile", asked: "Asked") -> "Report":
    """Give the file to the service that holds the instance, and watch it; leaving does not stop it."""
    from issuer.config import read_settings
    from issuer.intake.following import follow, hand_over
    from issuer.intake.service import read_faults
    from ledger.store import open_engine

    settings = read_settings(job.home)
    one = hand_over(settings, job.file, mapping, asked, dry_run=job.dry_run)
    err.print(
        "服务正在运行，由它办理；现在离开不影响。The service is running and does it; leaving now stops nothing."
    )
    engine = open_engine(settings.database_url)
    with _progress() as tick:
        report = follow(engine, one, tick)
    if job.faults is not None:
        _write_faults(job.faults, read_faults(engine, report))
    engine.dispose()
    return report


def _tell(report: "Report", file: str, *, dry_run: bool) -> None:
    from issuer.intake.report import NAMES

    if report.before:
        out.print("此前已导入过这个文件，没有再登记。This file had been imported; nothing was done.")
    for outcome, name in NAMES.items():
        if count := report.totals.rows[outcome]:
            hours = report.totals.hours.get(outcome)
            out.print(f"{count:>9,}  {name}" + (f"  {hours:f}" if hours is not None else ""), highlight=False)
    out.print(f"{report.totals.said:>9,}  行 rows  {report.totals.hours_said:f}", highlight=False)
    if report.unused:
        out.print(f"未使用的列 columns not used: {'、'.join(report.unused)}", markup=False, highlight=False)
    if report.faults:
        told = [f"第 {one.number} 行 {column}: {one.message}" for one, column in report.faults]
        print_problems(told, file)
    if dry_run:
        out.print("[bold]只检查，没有登记。Checked only, nothing was recorded.[/]")
    elif report.receipt is None:
        err.print("[bold]有误，没有登记任何内容。Nothing was recorded.[/]")
    else:
        out.print(f"批次 batch {report.batch_id}", highlight=False)


def _write_faults(path: Path, faults: Iterator[tuple[int, str, str, str]]) -> None:
    with path.open(
        "w", encoding="utf-8-sig", newline=""
    ) as file:  # the mark lets spreadsheets see the encoding
        writer = csv.writer(file)
        writer.writerow(["行", "列", "代码", "说明"])
        writer.writerows(faults)


def _day(text: str) -> str:
    if text and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise typer.BadParameter("应为 YYYY-MM-DD", param_hint="--as-of")
    return f"d{text.replace('-', '')}" if text else ""


def _figure(text: str | None) -> Decimal | None:
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation:
        raise typer.BadParameter("应为数字 a number", param_hint="--hours") from None


@contextmanager
def _progress() -> Iterator[Callable[[float, int], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=not sys.stderr.isatty()) as progress:
        task = progress.add_task("读取 reading", total=1.0)

        def tick(share: float, row: int) -> None:
            progress.update(task, completed=share, description=f"第 {row:,} 行 row")

        yield tick
