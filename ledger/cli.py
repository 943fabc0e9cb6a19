"""`xueshi ledger …`: looking at the log from the command line. Exit codes: 0 it holds, 1 it does not, 2 cannot be used as given."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.witness.cli import app as witness_app

if TYPE_CHECKING:
    import sqlalchemy as sa

app = typer.Typer(
    no_args_is_help=True, help="账本：复核、审计与证明 / the ledger: re-checking, auditing, proving"
)
app.add_typer(witness_app, name="witness", help="见证方 / a witness of other logs")

Database = Annotated[str, typer.Argument(help="数据库地址 / database URL: sqlite:///path 或 postgresql://…")]
Vkey = Annotated[
    str, typer.Option(help="账本公钥：文本或 ledger.vkey 文件 / the log's verifier key, or a file with it")
]


@contextmanager
def _progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on standard error while it is a terminal; what is drawn there is no part of the answer."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(title)
        yield lambda done, total: bars.update(task, completed=done, total=total)


@contextmanager
def _usable() -> Iterator[None]:
    """Turn what makes a command unusable as given into exit code 2."""
    from sqlalchemy.exc import SQLAlchemyError

    from ledger.auditor import UnreadableError
    from ledger.errors import LedgerError

    try:
        yield
    except (LedgerError, SQLAlchemyError, UnreadableError, OSError) as error:
        typer.echo(f"无法完成 / cannot be done: {error}", err=True)
        raise typer.Exit(2) from error


def _text_of(vkey: str) -> str:
    """A verifier key, from its text (which has a `+`) or from the file that is named."""
    a_file = len(vkey) < 200 and ("+" not in vkey or Path(vkey).is_file())
    return (Path(vkey).read_text("utf-8") if a_file else vkey).strip()


def _opened(database: str) -> "sa.Engine":
    """Open a database that is there and has the tables of this program; a name mistyped makes no file."""
    from ledger.migrate import hold_current
    from ledger.store import open_engine

    file = Path(database.removeprefix("sqlite:///"))
    if database.startswith("sqlite:///") and not file.is_file():
        raise FileNotFoundError(f"没有这个文件 no such file: {file}")
    engine = open_engine(database)
    hold_current(engine)
    return engine


@app.command()
def migrate(database: Database) -> None:
    """把账本的表升级到本版程序（作为证据的数据库请先复制）。

    Brings the ledger's tables up to this program. Copy a database that is evidence first.
    """
    from ledger import migrate as migrating
    from ledger.store import open_engine

    with _usable():
        migrating.migrate(open_engine(database))


@app.command()
def fsck(
    database: Database,
    vkey: Vkey,
    high_water: Annotated[
        Path | None, typer.Option(help="高水位文件 / the checkpoint kept outside the database")
    ] = None,
) -> None:
    """独立复核整个账本数据库：条目、链、树、检查点、私有内容、待入账事件。

    Checks the whole database again, independently.
    """
    from ledger import fsck as checking
    from ledger.note import Verifier

    with _usable():
        verifier = Verifier.from_vkey(_text_of(vkey))
        with _progress("复核 / checking") as show:
            result = checking.fsck(_opened(database), verifier, high_water=high_water, progress=show)
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


@app.command()
def prove(
    database: Database,
    index: Annotated[int | None, typer.Option(help="条目序号 / the entry's index")] = None,
    digest: Annotated[
        str | None, typer.Option(help="凭证的 SHA-256（十六进制） / of the credential, hexadecimal")
    ] = None,
) -> None:
    """输出一条目的证明（C2SP tlog-proof）。

    Prints the proof of an entry.
    """
    from ledger import receipts
    from ledger.store import reading

    if (index is None) == (digest is None):
        raise typer.BadParameter("--index 或 --digest 二选一 / either --index or --digest")
    with _usable(), reading(_opened(database)).connect() as connection:
        try:
            at = (
                index
                if index is not None
                else receipts.issuance_index(connection, bytes.fromhex(digest or ""))
            )
        except ValueError as error:
            raise typer.BadParameter("--digest: 64 位十六进制 / 64 hexadecimal digits") from error
        typer.echo(receipts.prove_index(connection, at), nl=False)


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="证明文件 / a .tlog-proof file")],
    vkey: Vkey,
) -> None:
    """核对一份证明：不需要数据库，也不需要网络。

    Checks a proof against the log's key, without database or network.
    """
    from ledger import proof
    from ledger.errors import LedgerError
    from ledger.note import Verifier

    with _usable():
        verifier, data = Verifier.from_vkey(_text_of(vkey)), file.read_bytes()
    try:
        logged = proof.verify(proof.parse(data), verifier.name, [verifier])
    except LedgerError as error:
        typer.echo(f"不成立 / does not hold: {error}", err=True)
        raise typer.Exit(1) from error
    entry = logged.entry
    typer.echo(
        f"成立 / holds: {entry.index} {entry.kind} {entry.day}, 检查点 checkpoint {logged.checkpoint.size}"
    )


@app.command()
def audit(
    place: Annotated[
        str, typer.Argument(help="账本公开文件的网址或目录 / address or folder of the log's public files")
    ],
    vkey: Vkey,
    state: Annotated[
        Path,
        typer.Option(help="上次审计的记录 / what the last visit left; keep it out of the operator's reach"),
    ],
    witness: Annotated[
        list[str] | None, typer.Option(help="见证方公钥，可多次 / a witness's key, may be repeated")
    ] = None,
    quorum: Annotated[int, typer.Option(help="至少几个见证方 / how many witnesses must have signed")] = 0,
    full: Annotated[bool, typer.Option("--full", help="从头重读全部条目 / read every entry again")] = False,
    view: Annotated[
        list[str] | None,
        typer.Option(
            help="另一处：镜像或见证方的地址，可多次 / a mirror or a witness to compare with, may be repeated"
        ),
    ] = None,
    page: Annotated[
        Path | None, typer.Option(help="写出审计页（单个 HTML） / write the auditor's page, one HTML file")
    ] = None,
) -> None:
    """从公开文件审计整个账本：条目、链、树根、与上次是否一致、见证方签名。

    Audits a log from its public files: entries, chain, root, consistency with the last visit, cosignatures.
    """
    from ledger import auditing, auditor

    with _usable(), _progress("审计 / auditing") as show:
        keys = tuple(auditor.Key.read(_text_of(key)) for key in witness or [])
        trust = auditor.Trust(auditor.Key.read(_text_of(vkey)), keys, quorum)
        audited, new = auditing.audit(place, trust, state, view or [], full=full, progress=show)
        if page is not None:
            auditing.write_page(page, audited)
    for one in audited.views:
        mark = "✗" if one.outcome is auditing.Outcome.DISAGREES else "·"
        typer.echo(
            f"{mark} {one.place}: {one.outcome} {'' if one.size is None else one.size} {one.detail}".rstrip()
        )
    if audited.failure is not None:
        typer.echo(f"不成立 / does not hold: {audited.failure}", err=True)
        raise typer.Exit(1)
    head = audited.head
    typer.echo(
        f"成立 / holds: 条目 entries {head.size}, 新增 new {new}, "
        f"见证方 witnesses {', '.join(head.witnesses) or '无 none'}"
    )


@app.command("continue")
def continue_closed(
    closed: Annotated[
        str,
        typer.Argument(
            help="旧账本公开文件的网址或目录 / address or folder of the closed log's public files"
        ),
    ],
    database: Annotated[
        str, typer.Argument(help="新账本的空数据库 / database of the new log, empty or yet to be made")
    ],
    vkey: Vkey,
    restored: Annotated[
        str | None,
        typer.Option(help="旧数据库，只读 / the old database, or what is left of it; only read"),
    ] = None,
    missing: Annotated[
        Path | None,
        typer.Option(
            help="写出旧账本有而旧数据库没有的条目 / entries that the old database lacks, JSON lines"
        ),
    ] = None,
) -> None:
    """接着已关闭的旧账本开新账本：首条写明旧账本最后的检查点，旧账本没有的事件重新排队。

    Goes on as a new log after one that had to be closed (docs/recovery.md): the first entry names its last head.
    """
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from ledger import auditor, continuing
    from ledger.migrate import migrate
    from ledger.note import Verifier
    from ledger.store import open_engine
    from ledger.views import tiles_of

    with _usable(), _progress("比对 / comparing") as show:
        fetch, new = tiles_of(auditor.fetch_from(closed)), open_engine(database)
        old = None if restored is None else _opened(restored)
        last = continuing.read_closed(fetch, Verifier.from_vkey(_text_of(vkey)))
        found = continuing.compare(last, fetch, old, show)
        migrate(new)
        queued = continuing.begin(new, found, old, datetime.now(ZoneInfo("Asia/Shanghai")).date())
        if missing is not None:
            missing.write_text(found.as_lines(), "utf-8")
    typer.echo(
        f"新账本接续 the new log continues {last.head.origin} ({last.head.size}): 重新排队 queued again {queued}, "
        f"旧数据库缺 missing from the old database {len(found.missing)}"
    )


@app.command()
def link(
    place: Annotated[str, typer.Argument(help="新账本的公开文件 / public files of the new log")],
    closed: Annotated[str, typer.Argument(help="旧账本的公开文件 / public files of the closed log")],
    vkey: Vkey,
    closed_vkey: Annotated[str, typer.Option(help="旧账本公钥 / the closed log's verifier key, or a file")],
) -> None:
    """核对新账本的首条确为旧账本最后的检查点。

    Checks that a log begins with the last head of the one that it continues.
    """
    from ledger import auditor, continuing
    from ledger.errors import FormatError, NotProvedError
    from ledger.note import Verifier
    from ledger.views import tiles_of

    with _usable():
        new, old = (Verifier.from_vkey(_text_of(key)) for key in (vkey, closed_vkey))
        try:
            last = continuing.read_closed(tiles_of(auditor.fetch_from(closed)), old)
            head = continuing.check_link(tiles_of(auditor.fetch_from(place)), new, last.note)
        except (FormatError, NotProvedError) as error:
            typer.echo(f"不成立 / does not hold: {error}", err=True)
            raise typer.Exit(1) from error
    typer.echo(
        f"成立 / holds: {head.origin} ({head.size}) 接续 continues {last.head.origin} ({last.head.size})"
    )
