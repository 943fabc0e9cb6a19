"""`xueshi bundle make | show`: the one file that a room without network needs."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from verifier.errors import VerifierError
from verifier.options import BundleFile, Public, RootFile, StateFolder, TrustFile

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="资料包：供不联网的评审室使用。 Bundles for rooms without network.",
)

trust_app = typer.Typer(
    no_args_is_help=True, pretty_exceptions_enable=False, help="信任名单。 The trust list."
)


@trust_app.command()
def rules(
    folder: Annotated[
        Path, typer.Argument(help="放到哪个文件夹。 The folder that they go into.", file_okay=False)
    ],
    trust: TrustFile = None,
    root: RootFile = None,
    public: Public = None,
    bundle: BundleFile = None,
    issuer: Annotated[
        str | None,
        typer.Option("--issuer", help="只取这一个签发机关的（DID）。 Of this issuer alone (its DID)."),
    ] = None,
) -> None:
    """取签发机关公布的规则（解释、行业细则），供 --rules 使用。 Fetch what issuers have published of their rules, for --rules."""
    from verifier.opening import Places, open_places
    from verifier.rulings import fetch_rules

    now = datetime.now(UTC).replace(microsecond=0)
    try:
        ground = open_places(Places(root, trust, public, bundle), now).ground
        if ground.source is None:  # open_places has refused this
            raise typer.Exit(2)
        made = fetch_rules(ground.trust, ground.source, folder, issuer)
    except (VerifierError, OSError, ValueError) as error:
        typer.echo(f"没有取来 / not fetched: {error}", err=True)
        raise typer.Exit(2) from None
    for path in made:
        typer.echo(f"{path.relative_to(folder)}  {hashlib.sha256(path.read_bytes()).hexdigest()}")
    typer.echo(f"{folder}：新 new {len(made)}")


@trust_app.command()
def refresh(trust: TrustFile = None, root: RootFile = None, state: StateFolder = None) -> None:
    """更新：从名单自己写明的网址取新的，不接受更旧的。 Fetch the newest list from its home; an older one is refused."""
    from verifier.opening import NO_TRUST, read_pinned
    from verifier.refreshing import refresh as refresh_list
    from verifier.seen import load_seen, save_seen, state_folder
    from verifier.zone import day_of

    folder = state or state_folder()
    if trust is None:
        typer.echo(f"没有更新 / not refreshed: {NO_TRUST}", err=True)
        raise typer.Exit(2)
    try:
        pinned = read_pinned(root)
        seen = load_seen(folder, pinned.thumbprint)
        old, new = refresh_list(trust, pinned, datetime.now(UTC).replace(microsecond=0), seen)
        save_seen(folder, pinned.thumbprint, seen)
    except (VerifierError, OSError, ValueError) as error:
        typer.echo(f"没有更新 / not refreshed: {error}", err=True)
        raise typer.Exit(2) from None
    typer.echo(f"{trust}：第 {old.number} 号 → 第 {new.number} 号，到期 expires {day_of(new.expires)}")


@trust_app.command()
def thumbprint(
    root: Annotated[Path, typer.Argument(help="根公钥（JWK）。 A root key (a public JWK).")],
) -> None:
    """根公钥的指纹，供两处当面或电话核对。 The thumbprint of a root key (RFC 7638), to be compared on another way."""
    from verifier.trust import read_root

    try:
        typer.echo(read_root(root.read_bytes()).thumbprint)
    except (VerifierError, OSError) as error:
        typer.echo(f"不能用 / cannot be used: {error}", err=True)
        raise typer.Exit(2) from None


@app.command()
def make(
    out: Annotated[Path, typer.Argument(help="写到哪个文件。 Where to write it.")],
    trust: TrustFile = None,
    root: RootFile = None,
    public: Public = None,
) -> None:
    """制作：信任名单、状态表及详情、检查点、各年签发名录、规则文件。 Make one: every part is checked first."""
    from verifier.bundle.making import make_bundle
    from verifier.files import put
    from verifier.opening import Places, open_places

    now = datetime.now(UTC).replace(microsecond=0)
    try:
        opened = open_places(Places(root, trust, public), now)
        if opened.ground.source is None:  # open_places has refused this
            raise typer.Exit(2)
        signed = opened.signed
        data = make_bundle(signed.token, signed.chain, opened.pinned, opened.ground.source, now)
        put(out, data)
    except (VerifierError, OSError, ValueError) as error:
        typer.echo(f"没有做成 / not made: {error}", err=True)
        if public is None:
            typer.echo(
                "不联网时用 --public 给出公开文件的文件夹 / without network, name a folder of the public files: --public",
                err=True,
            )
        raise typer.Exit(2) from None
    typer.echo(f"{out}：{len(data)} 字节 bytes")
    _show(out, root)


@app.command()
def show(file: Annotated[Path, typer.Argument(help="资料包。 The bundle.")], root: RootFile = None) -> None:
    """查看：里面有什么，多旧了。 Say what is in it and how old it is; exit code 1 when it is too old to rely on."""
    raise typer.Exit(_show(file, root))


def _show(file: Path, root: Path | None) -> int:
    from rich.console import Console

    from verifier.bundle.describing import describe
    from verifier.bundle.reading import open_bundle
    from verifier.opening import read_pinned

    now = datetime.now(UTC).replace(microsecond=0)
    try:
        trust, bundle = open_bundle(file, file.name, read_pinned(root), now)
        lines, usable = describe(bundle, trust, now)
    except (VerifierError, OSError, ValueError) as error:
        typer.echo(f"不能用 / cannot be used: {error}", err=True)
        return 2
    console = Console(highlight=False)
    for line in lines:
        console.print(line, markup=False)
    return 0 if usable else 1
