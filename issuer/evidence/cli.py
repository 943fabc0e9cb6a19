"""`xueshi proofs`: the store of proofs, at the server's terminal."""

import typer

from issuer.terminal import Home, issuer_errors, out

app = typer.Typer(no_args_is_help=True)


@app.callback()
def proofs() -> None:
    """证明材料的存放处。The store of proofs."""


@app.command()
def sweep(home: Home) -> None:
    """清理没有申报引用、已满一天的文件（中断的上传）。Take away files that no declaration names and that are a day old."""
    with issuer_errors():
        from issuer.evidence.service import sweep as sweep_proofs
        from issuer.instance import open_instance

        with open_instance(home) as instance:
            gone = sweep_proofs(instance)
    out.print(f"已清理 swept: {gone}")
