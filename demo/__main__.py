"""The main job, from registered activities to certificates that a committee checks, on invented people.

    python -m demo [folder]

Everything is made fresh under the folder (out/ by default): an instance with demo keys, a ledger, certificates. Then the
committee, which has only files, verifies each of them three ways, and eleven ways of cheating are tried on it.
"""

import argparse
import logging
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from rich import box
from rich.cells import chop_cells
from rich.console import Console
from rich.logging import RichHandler
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from demo.cheats import CHEATS, REVOKED, Refusal, play
from demo.pictures import scan, write_thumbnails
from demo.stage import PEOPLE, Committee, Stage, audit, prepare
from issuer.certificates.service import draw_all
from issuer.credentials.service import Withdrawal
from issuer.instance import open_instance
from issuer.registration.roster import read_roster
from issuer.service import Result, issue_roster, revoke
from issuer.witnesses import demo_witnesses
from rules.decision import hours_text
from verifier.report import Report, Verdict

T = TypeVar("T")
console = Console(soft_wrap=False)
DEEMED = {
    "professional": "视同专业",
    "all": "视同完成",
    "origin": "外省结论",
    "deferred": "顺延中",
    "none": "",
}
XUESHI = os.path.relpath(Path(sys.executable).with_name("xueshi"))
"""The command as it can be typed here."""
HOURS = ("专业", "公需", "合计")
REASON = 35
"""Columns of a terminal for a reason; the whole table stays within 80."""
VERDICTS = {
    Verdict.GENUINE: "[green]真实[/]",
    Verdict.REVOKED: "[yellow]撤销[/]",
    Verdict.SUPERSEDED: "[yellow]旧版[/]",
    Verdict.UNDETERMINED: "[red]不明[/]",
    Verdict.FORGED: "[red]不实[/]",
}


def main(out: Path) -> int:
    """Run the demonstration; 0 when every genuine certificate verifies and every cheat is refused."""
    logging.basicConfig(
        level=logging.WARNING, format="%(message)s", handlers=[RichHandler(console=console, show_path=False)]
    )
    console.rule("[bold]学时演示 Xueshi demo[/]：人员、单位均为虚构 all people are invented")
    home = prepare(out)
    with demo_witnesses(out), open_instance(home) as instance, _steps() as step:
        roster = read_roster(PEOPLE.read_bytes(), PEOPLE.name)
        results, _ = issue_roster(
            instance, roster, lambda _, done, all_: step("认定、入账、签发 decide, record, sign", done, all_)
        )
        issued = [result.issued for result in results]
        draw_all(
            instance,
            issued,
            out / "certificates",
            lambda done, all_: step("制证 draw certificates", done, all_),
        )
        serial = next(result.issued.serial for result in results if result.entry.name == REVOKED)
        revoke(instance, Withdrawal(serial, "revocation", "false-evidence"))
        for name in ("trust-list.jwt", "trust-root.jwk"):
            shutil.copy(out / "public" / name, out / name)
        stage = Stage(out, instance, results, Committee.at(out))
        verdicts = [
            _three_ways(stage, result) for result in _each(results, "三种方式核验 verify three ways", step)
        ]
        refusals = [play(stage, cheat) for cheat in _each(CHEATS, "十一种造假 eleven ways of cheating", step)]
        page = write_thumbnails(stage)
        audited = audit(out)
    _show_certificates(results, verdicts)
    _show_refusals(refusals)
    good = all(_as_it_should(result, reports) for result, reports in zip(results, verdicts, strict=True))
    refused = sum(refusal.refused for refusal in refusals)
    _show_end(out, (page, audited), len(results), f"{refused}/{len(refusals)}")
    return 0 if good and refused == len(refusals) else 1


def _three_ways(stage: Stage, result: Result) -> list[Report]:
    """Verify by the attached credential, by the QR of a 150 dpi picture of the page, and by the token."""
    serial = result.issued.serial
    for folder in ("pictures", "tokens"):
        (stage.out / folder).mkdir(exist_ok=True)
    pdf, picture, token = (
        stage.out / "certificates" / f"{serial}.pdf",
        stage.out / "pictures" / f"{serial}.png",
        stage.out / "tokens" / f"{serial}.jwt",
    )
    scan(pdf, picture)
    token.write_text(result.issued.jws, "ascii")
    return [stage.committee.look_at(path) for path in (pdf, picture, token)]


def _as_it_should(result: Result, reports: list[Report]) -> bool:
    expected = Verdict.REVOKED if result.entry.name == REVOKED else Verdict.GENUINE
    return all(report.verdict is expected for report in reports)


def _show_certificates(results: list[Result], verdicts: list[list[Report]]) -> None:
    table = _table("证明 certificates")
    for column in ("姓名", "年度", "专业", "公需", "合计", "文件", "认定", "PDF", "照片", "凭证"):
        table.add_column(column, justify="right" if column in HOURS else "left", no_wrap=True)
    for result, reports in zip(results, verdicts, strict=True):
        decision = result.decision
        table.add_row(
            result.entry.name,
            str(decision.year),
            *(hours_text(hours) for hours in (decision.professional, decision.public, decision.total)),
            "证明" if decision.complete else "明细",
            DEEMED[decision.deemed],
            *(VERDICTS[report.verdict] for report in reports),
        )
    console.print(table)


def _show_refusals(refusals: list[Refusal]) -> None:
    table = _table("造假被识破 cheats refused")
    for column in ("造假 cheat", "", "理由 reason"):
        table.add_column(column, no_wrap=True)
    for refusal in refusals:
        mark = "[green]✓[/] " if refusal.refused else "[red]漏过 missed[/]"
        # Chinese breaks anywhere; rich would only break at the spaces around figures.
        reason = "\n".join(chop_cells(refusal.reason, REASON))
        table.add_row(f"{refusal.zh}\n[dim]{refusal.en}[/]", mark, reason)
    console.print(table)


def _table(title: str) -> Table:
    return Table(
        title=f"\n{title}", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False
    )


def _show_end(out: Path, written: tuple[Path, str], count: int, refused: str) -> None:
    trust = f"--trust {out}/trust-list.jwt --root {out}/trust-root.jwk --public {out}/public"
    console.print(f"\n[bold]{count} 份文件 documents，识破造假 cheats refused {refused}。[/]")
    console.print(f"缩略图 thumbnails: {written[0]}", soft_wrap=True)
    console.print(f"台账审计 the log, audited: {written[1]}", soft_wrap=True)
    console.print("接着可以 next:", style="bold")
    for command in (
        f"{XUESHI} verify {out}/certificates/*.pdf {trust}",
        f"{XUESHI} verify --json {out}/cheats/edited-page.pdf {trust}",
        f"{XUESHI} rules explain demo/people.json",
        "./dev fsck",
        "./dev serve",
    ):
        console.print(f"  {command}", highlight=False, soft_wrap=True)


@contextmanager
def _steps() -> Iterator[Callable[[str, int, int], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console) as progress:
        tasks = {}

        def step(title: str, done: int, all_: int) -> None:
            if title not in tasks:
                tasks[title] = progress.add_task(title, total=all_)
            progress.update(tasks[title], completed=done)

        yield step


def _each(items: Sequence[T], title: str, step: Callable[[str, int, int], None]) -> Iterator[T]:
    for done, item in enumerate(items, 1):
        yield item
        step(title, done, len(items))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?", default=Path("out"))
    sys.exit(main(parser.parse_args().folder))
