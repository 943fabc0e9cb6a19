"""`xueshi ledger …`: looking at the log from the command line."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="账本：复核与证明 / the ledger: re-checking and proving")


@contextmanager
def _progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on standard error while it is a terminal; what is drawn there is no part of the answer."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(title)
        yield lambda done, total: bars.update(task, completed=done, total=total)


@app.callback()
def ledger() -> None:
    """账本：复核与证明 / the ledger: re-checking and proving."""


@app.command()
def fsck(
    database: Annotated[
        str, typer.Argument(help="数据库地址 / database URL: sqlite:///path 或 postgresql://…")
    ],
    vkey: Annotated[
        str,
        typer.Option(help="账本公钥（ledger.vkey 的内容或文件） / the log's verifier key, or a file with it"),
    ],
    high_water: Annotated[
        Path | None, typer.Option(help="高水位文件 / the checkpoint kept outside the database")
    ] = None,
) -> None:
    """独立复核整个账本数据库：条目、链、树、检查点、私有内容、待入账事件。

    Checks the whole database again, independently. Exit code 0: clean; 1: something does not hold; 2: cannot be used as given.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from ledger import fsck as checking
    from ledger.errors import LedgerError
    from ledger.note import Verifier
    from ledger.store import open_engine

    try:
        file = Path(vkey)
        verifier = Verifier.from_vkey((file.read_text("utf-8") if file.is_file() else vkey).strip())
        engine = open_engine(database)
        with _progress("复核 / checking") as show:
            result = checking.fsck(engine, verifier, high_water=high_water, progress=show)
    except (LedgerError, SQLAlchemyError, OSError) as error:
        typer.echo(f"无法复核 / cannot be checked: {error}", err=True)
        raise typer.Exit(2) from error
    for finding in result.findings:
        where = "" if finding.index is None else f" {finding.index}"
        typer.echo(f"✗ {finding.check}{where}: {finding.detail}")
    state = (
        "账本完好 / the ledger is clean" if result.clean else f"发现 {len(result.findings)} 处问题 / findings"
    )
    typer.echo(
        f"{state}: 条目 entries {result.entries}, 检查点 checkpoints {result.checkpoints}, "
        f"待入账 pending {result.pending}, 已删除内容 erased {result.erased}"
    )
    raise typer.Exit(0 if result.clean else 1)
