"""`xueshi ledger witness …`: running a witness of other people's logs."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True)
PASSPHRASE = "XUESHI_WITNESS_PASSPHRASE"  # noqa: S105 the name of the variable, not its value
KeyFile = Annotated[
    Path,
    typer.Option(help=f"私钥文件，口令取自环境变量 {PASSPHRASE} / private key, its passphrase from there"),
]


@app.command()
def init(
    name: Annotated[str, typer.Option(help="见证方名称，如 witness.example.org/a / the witness's name")],
    key: KeyFile,
) -> None:
    """生成见证方密钥并打印公钥。

    Makes a witness's key and prints its verifier key.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from ledger.cosignature import Cosigner

    private = Ed25519PrivateKey.generate()
    vkey = Cosigner(name, private).verifier().vkey()
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(_passphrase()),
    )
    try:
        with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
    except OSError as error:
        typer.echo(f"无法写入 / cannot be written: {error}", err=True)
        raise typer.Exit(2) from error
    typer.echo(vkey)


@app.command()
def serve(
    name: Annotated[str, typer.Option(help="见证方名称 / the witness's name")],
    key: KeyFile,
    database: Annotated[
        str, typer.Option(help="记录已签检查点的数据库 / where it remembers what it has signed")
    ],
    log: Annotated[
        list[str], typer.Option(help="所见证账本的公钥，可多次 / verifier key of a log, may be repeated")
    ],
    listen: Annotated[
        str, typer.Option(help="监听地址与端口，0 为任选 / host:port, 0 for a free one")
    ] = "127.0.0.1:8030",
) -> None:
    """启动见证服务（C2SP tlog-witness）：只签与上次一致的检查点。

    Serves a witness: it signs only heads that continue the last one it signed.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    from ledger.cosignature import Cosigner
    from ledger.errors import LedgerError
    from ledger.note import Verifier
    from ledger.store import open_engine
    from ledger.witness.answering import Witness
    from ledger.witness.server import make_server

    try:
        private = load_pem_private_key(key.read_bytes(), _passphrase())
        if not isinstance(private, Ed25519PrivateKey):
            raise typer.BadParameter("不是 Ed25519 私钥 / not an Ed25519 key")
        logs = [Verifier.from_vkey(item.strip()) for item in log]
        witness = Witness(open_engine(database), Cosigner(name, private), logs, lambda: datetime.now(UTC))
        host, _, port = listen.rpartition(":")
        server = make_server(witness, host, int(port))
    except (LedgerError, OSError, ValueError) as error:
        typer.echo(f"无法启动 / cannot start: {error}", err=True)
        raise typer.Exit(2) from error
    typer.echo(f"{Cosigner(name, private).verifier().vkey()} http://{host}:{server.server_port}")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


def _passphrase() -> bytes:
    """Return the passphrase; it has no default, and a key without one is not made."""
    value = os.environ.get(PASSPHRASE, "")
    if not value:
        raise typer.BadParameter(f"请设置环境变量 {PASSPHRASE} / set the environment variable {PASSPHRASE}")
    return value.encode("utf-8")
