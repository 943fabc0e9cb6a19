"""`xueshi transfer`: what a professional takes along to another province."""

from pathlib import Path
from typing import Annotated

import typer

from issuer.terminal import Home, issuer_errors, out

app = typer.Typer(no_args_is_help=True)


@app.callback()
def transfer() -> None:
    """学时转移证明。Transfer certificates."""


@app.command()
def issue(
    serial: Annotated[
        str, typer.Argument(help="此人任一证明的编号 serial of any certificate of that person")
    ],
    home: Home,
    year: Annotated[
        list[int] | None,
        typer.Option(help="年度，可多次给出；不给即最近十个 years; the latest ten without it"),
    ] = None,
    folder: Annotated[
        Path | None, typer.Option("--out", help="证明存放处 where the PDF goes; none is drawn without it")
    ] = None,
) -> None:
    """为调离的人签发转移证明，每年一行；内容不变，再要还是同一份。One row a year; asked again, the same bytes."""
    with issuer_errors():
        from issuer.certificates.service import draw_all, look_of
        from issuer.instance import open_instance
        from issuer.transfers.service import issue_to_holder

        with open_instance(home) as instance:
            if folder is not None:
                look_of(instance)
            issued = issue_to_holder(instance, serial, year or ())
            if folder is not None:
                draw_all(instance, [issued], folder, lambda _done, _all: None)
    said = "新签发 issued" if issued.fresh else "此前已签发 issued before"
    out.print(f"{said}: {issued.serial}")
