"""`xueshi serve conformance`: what the W3C's test suites are pointed at."""

from pathlib import Path
from typing import Annotated

import typer

from issuer.terminal import err, issuer_errors, out


def serve_conformance(
    host: Annotated[str, typer.Option(help="监听地址 address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口 port", min=1, max=65535)] = 8443,
    certificate: Annotated[
        Path | None, typer.Option(help="TLS 证书 PEM，与 --key 一起 the server's certificate, with --key")
    ] = None,
    key: Annotated[Path | None, typer.Option(help="TLS 私钥 PEM its private key")] = None,
) -> None:
    """供 W3C 测试套件用：一次性密钥，签什么都不作数。For the W3C's test suites: a throw-away key signs whatever is posted."""
    if (certificate is None) != (key is None):
        raise typer.BadParameter("--certificate 与 --key 须一起给出。Give both, or neither.")
    with issuer_errors():
        from issuer.conformance.routes import create_app
        from issuer.conformance.service import Throwaway
        from issuer.serving import run
        from verifier.api import server_config

        throwaway = Throwaway.make()
        config = server_config(create_app(throwaway), host, port)
        config.ssl_certfile, config.ssl_keyfile = certificate, key
        err.print(
            "[yellow]测试用，谁都能让它签；不要对外开放。For tests: it signs whatever anybody posts.[/]"
        )
        out.print(f"{'https' if key else 'http'}://{host}:{port}/credentials/issue", highlight=False)
        out.print(throwaway.signer.did, highlight=False, soft_wrap=True)
        run(config)
