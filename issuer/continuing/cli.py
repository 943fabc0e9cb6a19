"""`xueshi continue`: close the log and go on as a new one. Without --apply it only says what would happen."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from issuer.terminal import Home, err, issuer_errors, out

if TYPE_CHECKING:
    from issuer.continuing.service import Plan, Tick

STEPS = {"compare": "比对旧账本 compare", "ledger": "台账 ledger", "business": "业务数据 business"}


def continue_log(
    closing: Annotated[str, typer.Argument(help="要关闭的台账名 name of the log to close")],
    home: Home,
    database: Annotated[
        str | None,
        typer.Option(
            help="新账本的空数据库 URL of the new log's empty database (SQLite: made beside the old)"
        ),
    ] = None,
    stolen: Annotated[
        bool, typer.Option("--stolen", help="旧密钥已失控 the old log's key is compromised")
    ] = False,
    missing: Annotated[
        Path | None,
        typer.Option(help="写出旧账本有而数据库没有的条目 write what the database lacks, JSON lines"),
    ] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="真正执行；否则只预演 do it; otherwise nothing is written")
    ] = False,
) -> None:
    """关闭现在的台账，接着开新账本，整个实例随之迁移；中断后再运行一次即可继续。

    Close the log and move the instance to a new one that continues it (docs/recovery.md); asking again goes on.
    """
    with issuer_errors():
        from issuer.continuing.service import Move, carry_out, plan

        move = Move(closing, database, "compromised" if stolen else "retired")
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())

        def tell(done: "Plan") -> None:
            if missing is not None:
                missing.write_text(done.missing_lines(), "utf-8")
            _tell(done, applied=apply)

        with Progress(*columns, console=err, transient=True) as progress:
            tick = _ticking(progress)
            if not apply:
                tell(plan(home, move, tick))
                return
            done = carry_out(home, move, tick, lambda: datetime.now(UTC), tell)
        if done is None:
            out.print(
                f"{closing} 此前已关闭；公开文件已更新。It was closed before; the public files are renewed."
            )


def _ticking(progress: Progress) -> "Tick":
    tasks = {}

    def tick(step: str, done: int, every: int) -> None:
        if step not in tasks:
            tasks[step] = progress.add_task(STEPS[step], total=every)
        progress.update(tasks[step], completed=done)

    return tick


def _tell(done: "Plan", *, applied: bool) -> None:
    from sqlalchemy import make_url

    head, after = done.closed.head, done.successor
    database = make_url(after.database).render_as_string()  # without the password
    lines = [
        f"关闭 closes {head.origin}：{head.size} 条 entries",
        f"新账本 new log {after.log_origin}，公开目录 folder {after.log_path}，数据库 database {database}",
        f"位置保留 places kept: {done.kept}；重新排队 queued again: {done.queued}",
    ]
    lines += [f"数据库缺 the database lacks: {kind} {count}" for kind, count in done.lost.items()]
    if done.withdrawals:
        lines.append(
            f"公布过而数据库缺的取代或撤销 withdrawals published that the database lacks: {len(done.withdrawals)}"
        )
    if after.first_status_list != 1:
        lines.append(
            f"新证明的状态列表从第 {after.first_status_list} 号起 new certificates use status lists from there on"
        )
    if after.witnesses is not None:
        lines.append(
            "把新账本的公钥告诉见证方，此前新树头不会公布 tell the witnesses the new log's key; until then its heads are not shown"
        )
    lines.append(
        "已迁移，随即公布 moved; now it is published"
        if applied
        else "以上只是预演，加 --apply 执行 nothing was written; --apply does it"
    )
    for line in lines:
        out.print(line, markup=False, highlight=False, soft_wrap=True)
