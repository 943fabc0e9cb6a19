"""`xueshi committee verify | receipt`: a batch with its table and receipt; and whether a receipt is as it was signed."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from verifier.errors import VerifierError
from verifier.options import BundleFile, Offline, Public, RootFile, RulesFolder, StateFolder, TrustFile

if TYPE_CHECKING:
    from verifier.committee.running import Draw

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="评委会：批量核验，一人一年一行，带签名回执。 A committee's batch: a row a person and year, and a signed receipt.",
)
draw_pdf: "Draw | None" = None
"""Set by an installation that has a PDF renderer."""
KEY_FILE = "committee-key.pem"

Processes = Annotated[
    int | None,
    typer.Option(
        "--processes",
        min=1,
        max=64,
        help="同时核验几份，默认每个核心一份。 How many at once; by default one a core.",
    ),
]


@app.command()
def verify(
    inputs: Annotated[list[Path], typer.Argument(help="文件、文件夹、ZIP。 Files, folders, ZIPs.")],
    out: Annotated[Path, typer.Option("--out", help="结果写到这个文件夹。 Folder for the results.")],
    candidates: Annotated[
        Path | None,
        typer.Option("--list", help="申报人员名单 XLSX/CSV：姓名、证件号、年度。 The candidates."),
    ] = None,
    years: Annotated[str, typer.Option("--years", help="要看的年度，如 2021-2025。 Years wanted.")] = "",
    trust: TrustFile = None,
    root: RootFile = None,
    public: Public = None,
    bundle: BundleFile = None,
    state: StateFolder = None,
    offline: Offline = False,
    rules: RulesFolder = None,
    key: Annotated[
        Path | None,
        typer.Option("--key", help="评委会密钥，首次使用时生成。 The committee's key, made on first use."),
    ] = None,
    processes: Processes = None,
) -> None:
    """批量核验。 Verify a batch; exit code 0 when every row counts, 1 when something must be looked at."""
    from verifier.committee.running import Job, run
    from verifier.opening import Places
    from verifier.seen import state_folder

    folder = state or state_folder()
    job = Job(
        inputs,
        out,
        candidates,
        years,
        Places(root, trust, public, bundle, folder, offline, rules),
        key or folder / KEY_FILE,
        processes,
    )
    try:
        result = run(job, datetime.now(UTC).replace(microsecond=0), draw_pdf)
    except (VerifierError, OSError, ValueError) as error:
        typer.echo(f"不能核验 / cannot verify: {error}", err=True)
        raise typer.Exit(2) from None
    typer.echo("，".join(f"{name} {count}" for name, count in result.table.total.items()))
    if result.number > 1:
        typer.echo(
            f"这个文件夹里以前的结果都还在，这是第 {result.number} 份。 Earlier results in this folder are kept; this is number {result.number}."
        )
    for path in result.files:
        typer.echo(str(path))
    typer.echo(f"评委会密钥指纹，请抄入会议记录 the committee's key, for the minutes: {result.thumbprint}")
    raise typer.Exit(0 if all(row.counts for row in result.table.rows) and not result.table.unusable else 1)


@app.command()
def receipt(
    file: Annotated[
        Path,
        typer.Argument(help="回执 .jwt，或附有它的 .pdf。 The receipt, or the PDF that has it attached."),
    ],
    key: Annotated[
        str | None, typer.Option("--key", help="会议记录里的密钥指纹。 The thumbprint in the minutes.")
    ] = None,
) -> None:
    """核对回执是否被改动。 Say whether a receipt is as it was signed, and what it says."""
    from verifier.committee.receipt import open_receipt, read_receipt

    try:
        found = open_receipt(read_receipt(file.read_bytes()), key)
    except (VerifierError, OSError, ValueError) as error:
        typer.echo(f"{error}", err=True)
        raise typer.Exit(1) from None
    typer.echo(json.dumps(found.content, ensure_ascii=False, indent=2))
    typer.echo(f"签名成立 the signature holds: {found.key.thumbprint}", err=True)
