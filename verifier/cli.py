"""`xueshi verify` and `python -m verifier`: one verdict a file, and every check with its reason.

Exit codes: 0 all genuine, 1 something does not hold or cannot be decided, 2 cannot be used as given.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from verifier.errors import InputError, VerifierError
from verifier.options import BundleFile, Offline, Public, RootFile, RulesFolder, StateFolder, TrustFile

if TYPE_CHECKING:
    from verifier.opening import Places
    from verifier.report import Report

GENUINE, DOES_NOT_HOLD, UNUSABLE = 0, 1, 2
LONGEST_NAME = 255
"""Bytes of a file name; a longer argument of a token's shape is the token."""
app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)

Files = Annotated[
    list[str],
    typer.Argument(
        metavar="FILES…",
        help="PDF、图片、凭证文件，或二维码网址、凭证文字；“-”为标准输入。 PDFs, pictures, token files, a QR's text or a token; “-” is standard input.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON 列表。 Print a JSON list of reports.")]


@app.command()
def verify(
    files: Files,
    trust: TrustFile = None,
    root: RootFile = None,
    public: Public = None,
    bundle: BundleFile = None,
    state: StateFolder = None,
    offline: Offline = False,
    rules: RulesFolder = None,
    as_json: AsJson = False,
    xlsx: Annotated[
        Path | None,
        typer.Option(
            "--xlsx", help="另存为表格，一人一年一行。 Also write a workbook, a row a person and year."
        ),
    ] = None,
) -> None:
    """核验证明。 Verify certificates: PDFs, pictures of them, tokens."""
    from verifier.opening import Places
    from verifier.seen import state_folder

    try:
        batch = _Batch(Places(root, trust, public, bundle, state or state_folder(), offline, rules))
    except (VerifierError, OSError, ValueError) as error:
        typer.echo(f"不能核验 / cannot verify: {error}", err=True)
        raise typer.Exit(UNUSABLE) from None
    raise typer.Exit(batch.run(files, as_json=as_json, xlsx=xlsx))


class _Batch:
    """One run over many inputs with the same trust data; a bad input never stops the others."""

    def __init__(self, places: "Places") -> None:
        from verifier.opening import open_places

        self._opened = open_places(places, datetime.now(UTC).replace(microsecond=0))

    def run(self, files: list[str], *, as_json: bool, xlsx: Path | None = None) -> int:
        from rich.console import Console

        from verifier.committee.answers import Answer, of_report
        from verifier.committee.export import to_xlsx
        from verifier.committee.receipt import about
        from verifier.committee.rows import tabulate
        from verifier.report import Verdict
        from verifier.terminal import show

        console, answers, code = Console(), [], GENUINE
        rows: list[Answer] = []
        for name in files:
            try:
                report = self._one(name)
            except (InputError, OSError) as error:
                code = UNUSABLE
                answers.append(_refused(name, error))
                rows.append(Answer(name, "", "unusable", str(error)))
                typer.echo(f"不能核验 / cannot use: {error}", err=True)
                continue
            if report.verdict is not Verdict.GENUINE:
                code = max(code, DOES_NOT_HOLD)
            answers.append(report.to_json())
            rows.append(of_report(report, ""))
            if not as_json:
                show(report, console)
        try:
            self._opened.keep()
        except (VerifierError, OSError) as error:
            # The verdicts stand; the next run knows less of what is old.
            typer.echo(f"没有记住见过的数据 / what was seen was not kept: {error}", err=True)
        if as_json:
            typer.echo(json.dumps(answers, ensure_ascii=False, indent=2))
        try:
            if xlsx:
                xlsx.write_bytes(to_xlsx(tabulate(rows), about(self._opened)))
        except OSError as error:
            typer.echo(f"没有写成表格 / the workbook was not written: {error}", err=True)
            return UNUSABLE
        return code

    def _one(self, name: str) -> "Report":
        from verifier.evidence import read_evidence
        from verifier.verify import verify_on

        data, label = _read(name)
        return verify_on(read_evidence(data, label), self._opened.ground)


def _read(name: str) -> tuple[bytes, str]:
    """Return an input's bytes and what to call it: a file, standard input, or the argument itself when it is text."""
    from verifier.committee.documents import readable
    from verifier.evidence import EXPECTED, MAX_INPUT, TOKEN
    from verifier.transport import looks_like_qr

    if name == "-":
        return sys.stdin.buffer.read(MAX_INPUT + 1), "-"
    if looks_like_qr(name) or (TOKEN.fullmatch(name) and len(name) > LONGEST_NAME):
        return name.encode("ascii"), "text"
    path, shown = Path(name), readable(name)
    if path.is_dir():
        said = "是文件夹：请用 xueshi committee verify / a folder: use xueshi committee verify"
        raise InputError(shown, EXPECTED, said)
    if not path.exists():
        raise InputError(shown, EXPECTED, "没有这个文件 / no such file")
    with path.open("rb") as file:
        return file.read(MAX_INPUT + 1), shown


def _refused(name: str, error: InputError | OSError) -> dict[str, object]:
    """Return the answer of an input that could not be verified, where the others have their report."""
    if isinstance(error, InputError):
        return {"file": error.name, "error": {"expected": error.expected, "message": error.message}}
    return {
        "file": name,
        "error": {"expected": "a readable file", "message": error.strerror or "cannot be read"},
    }
