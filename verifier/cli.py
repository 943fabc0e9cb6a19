"""`xueshi verify` and `python -m verifier`: one verdict a file, and every check with its reason.

Exit codes: 0 all genuine, 1 something does not hold or cannot be decided, 2 cannot be used as given.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from verifier.errors import VerifierError
from verifier.options import BundleFile, Offline, Public, RootFile, RulesFolder, StateFolder, TrustFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from verifier.inputs import Found, Given
    from verifier.opening import Places

GENUINE, DOES_NOT_HOLD, UNUSABLE = 0, 1, 2
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
        code = batch.run(files, as_json=as_json, xlsx=xlsx)
    except (VerifierError, OSError, ValueError) as error:
        typer.echo(f"不能核验 / cannot verify: {error}", err=True)
        raise typer.Exit(UNUSABLE) from None
    raise typer.Exit(code)


class _Batch:
    """One run over many inputs with the same trust data; a bad input never stops the others."""

    def __init__(self, places: "Places") -> None:
        from verifier.inputs import Inputs
        from verifier.opening import open_places

        self._opened = open_places(places, datetime.now(UTC).replace(microsecond=0))
        self._pool = Inputs(places, self._opened.ground.now)

    def run(self, files: list[str], *, as_json: bool, xlsx: Path | None = None) -> int:
        from rich.console import Console

        from verifier.committee.answers import Answer, of_report
        from verifier.committee.export import to_xlsx
        from verifier.committee.receipt import about
        from verifier.committee.rows import tabulate
        from verifier.files import put
        from verifier.inputs import Given, Refused
        from verifier.report import Verdict
        from verifier.terminal import show

        console, answers, code = Console(), [], GENUINE
        rows: list[Answer] = []
        given = [Given.of(name) for name in files]
        for found in self._found(given):
            answers.append(found.to_json())
            if isinstance(found, Refused):
                code = UNUSABLE
                rows.append(Answer(found.file, "", "unusable", str(found)))
                typer.echo(f"不能核验 / cannot use: {found}", err=True)
                continue
            if found.verdict is not Verdict.GENUINE:
                code = max(code, DOES_NOT_HOLD)
            rows.append(of_report(found, ""))
            if not as_json:
                show(found, console)
        try:
            self._keep()
        except (VerifierError, OSError) as error:
            # The verdicts stand; the next run knows less of what is old.
            typer.echo(f"没有记住见过的数据 / what was seen was not kept: {error}", err=True)
        if as_json:
            typer.echo(json.dumps(answers, ensure_ascii=False, indent=2))
        try:
            if xlsx:
                put(xlsx, to_xlsx(tabulate(rows), about(self._opened)))
        except OSError as error:
            typer.echo(f"没有写成表格 / the workbook was not written: {error}", err=True)
            return UNUSABLE
        return code

    def _found(self, given: "Sequence[Given]") -> "Iterator[Found]":
        from verifier.inputs import MANY

        if len(given) >= MANY:
            return self._pool.in_order(given)
        return (self._pool.work(one, self._opened.ground) for one in given)

    def _keep(self) -> None:
        ground = self._opened.ground
        seen = ground.seen and ground.seen.joined(self._pool.seen)
        replace(self._opened, ground=replace(ground, seen=seen)).keep()
