"""`xueshi trust join` and `xueshi trust new-root`: one signed list of several issuers, for whoever keeps it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from issuer.terminal import issuer_errors, out


def join(
    members: Annotated[
        list[Path],
        typer.Argument(
            help="各签发机关的目录，内有 trust-list.jwt 和核对过的 trust-root.jwk a folder an issuer: its list, and its root as compared",
            file_okay=False,
        ),
    ],
    root: Annotated[
        Path, typer.Option("--root", help="将签署它的根公钥 public key of the root that will sign it (JWK)")
    ],
    home: Annotated[str, typer.Option("--at", help="在哪里公布 https address below which it will be served")],
    witnesses: Annotated[
        int | None,
        typer.Option(
            help="要求几个见证；各名单相同时可不写 how many witnesses; may be left out where all lists agree",
            min=0,
        ),
    ] = None,
    target: Annotated[Path, typer.Option("--out", help="待签的名单 the list to be signed")] = Path(
        "trust-proposal.json"
    ),
) -> None:
    """把几个签发机关的信任名单合成一份，待签。One trust list of several issuers, to be signed by `xueshi keys sign-trust`."""
    with issuer_errors():
        from issuer.joining.service import join as join_lists
        from issuer.joining.service import read_member
        from ledger.files import replace_file
        from verifier.trust import read_root

        now = datetime.now(UTC).replace(microsecond=0)
        found = [read_member(folder, now) for folder in members]
        made = join_lists(found, read_root(root.read_bytes()), home, witnesses, now)
        replace_file(target, made.model_dump_json(by_alias=True, indent=1).encode())
    for one in found:
        out.print(f"根 root {one.root}：", markup=False, highlight=False, soft_wrap=True)
        for issuer in one.trust.issuers:
            out.print(
                f"  {issuer.name.zh} {issuer.name.en}（{issuer.did}），密钥 keys {len(issuer.keys)}",
                markup=False,
                highlight=False,
                soft_wrap=True,
            )
    out.print(
        f"待签 to sign: {target}，第 {made.trust.number} 号，{made.trust.expires:%Y-%m-%d} 到期 expires",
        markup=False,
        highlight=False,
    )


def new_root(
    folder: Annotated[
        Path,
        typer.Argument(help="新根的目录，应在另外的介质上 folder of the new root, on a medium of its own"),
    ],
    after: Annotated[
        Path | None, typer.Option(help="旧根的密钥文件，其后接新根 key file of the root that it follows")
    ] = None,
    chain: Annotated[Path, typer.Option(help="接续各根的文件 the root chain, which gets the link")] = Path(
        "trust-roots.txt"
    ),
) -> None:
    """新建签署信任名单的根密钥；口令取自 XUESHI_PASSPHRASE 或 XUESHI_PASSPHRASE_FILE。A root key for a trust list; --after links it to the one before."""
    with issuer_errors():
        from issuer.config import passphrase_away
        from issuer.joining.service import make_next_root, make_root

        now, passphrase = datetime.now(UTC).replace(microsecond=0), passphrase_away()
        if after is None:
            made = make_root(folder, passphrase)
        else:
            made = make_next_root(folder, after, chain, passphrase, now)
    out.print(f"新根 new root {made.thumbprint}：{folder}", markup=False, highlight=False, soft_wrap=True)
