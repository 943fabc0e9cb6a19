"""The demonstration's services side by side, on this computer only: issuer with its portal, witnesses, verifier.

    python -m demo.serving [folder] [--port N]

Prints an account for every duty, with passwords drawn anew at each start.
"""

import logging
from pathlib import Path
from typing import Annotated

import typer
from rich.logging import RichHandler

from demo.town import specimens
from issuer.instance import Instance
from issuer.serving import issuer_service, run
from issuer.terminal import err, issuer_errors, out
from issuer.witnesses import demo_witnesses
from verifier.api import create_app, server_config
from verifier.config import read_settings

HERE = "127.0.0.1"


def main(
    folder: Annotated[Path, typer.Argument(help="演示的目录 the demo's folder")] = Path("out"),
    port: Annotated[
        int,
        typer.Option(
            min=1, max=65534, help="门户的端口，核验端用下一个 the portal's port; the verifier has the next"
        ),
    ] = 8000,
) -> None:
    """演示：签发端、见证方和核验端一起。The demo's issuer, witnesses and verifier side by side, on this computer only."""
    logging.basicConfig(
        level=logging.WARNING, format="%(message)s", handlers=[RichHandler(console=err, show_path=False)]
    )
    settings = read_settings(
        trust=folder / "trust-list.jwt",
        root=folder / "trust-root.jwk",
        public=str(folder / "public"),
        state=folder / "seen",
        demo=True,
    )
    with (
        issuer_errors(),
        demo_witnesses(folder),
        issuer_service(folder / "instance", tell_accounts) as service,
    ):
        out.print(f"门户 portal:     http://{HERE}:{port}/（公开文件 public files: /checkpoint …；/ready）")
        out.print(f"核验端 verifier: http://{HERE}:{port + 1}/")
        run(server_config(service, HERE, port), server_config(create_app(settings), HERE, port + 1))


def tell_accounts(instance: Instance) -> None:
    """Print the accounts to try."""
    out.print("演示账号，口令每次启动重新生成 the demo's accounts, passwords drawn anew at each start:")
    for one in specimens(instance):
        code = f"  动态码密钥 TOTP secret {one.secret}" if one.secret else ""
        out.print(f"  {one.login}  {one.password}{code}", highlight=False, markup=False, soft_wrap=True)


if __name__ == "__main__":
    typer.run(main)
