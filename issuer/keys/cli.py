"""`xueshi keys`: which keys there are, and what happens to them."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from issuer.terminal import HELD, Home, issuer_errors, out, progress

app = typer.Typer(no_args_is_help=True)
Kid = Annotated[str, typer.Argument(help="密钥名 name of the key, as `xueshi keys list` shows it")]
STEPS = {"reseal": "重新加密 reseal"}
ENDINGS = {"retired": "已停用 retired", "compromised": "已失控 compromised"}


@app.command("list")
def list_keys(home: Home) -> None:
    """列出全部密钥，含已停用的。List every key, past ones too."""
    with issuer_errors():
        from issuer.instance import open_instance
        from issuer.keys.certificates import ends_of
        from issuer.sealed import sealed_by
        from ledger.store import reading

        with open_instance(home) as instance, reading(instance.engine).connect() as connection:
            infos, now = instance.keys.infos(), instance.now()
            ends, sealed = ends_of(instance), sealed_by(connection)
    for info in infos:
        state = ENDINGS.get(info.ending or "", "使用 in use" if info.begins <= now else "待启用 announced")
        cut = "" if info.cut is None else f"（台账 ledger {info.log or ''} < {info.cut}）"
        until = "" if info.until is None else f" — {info.until}"
        out.print(f"[bold]{escape(info.kid)}[/]", highlight=False, soft_wrap=True)
        out.print(
            f"  {info.use} · {info.alg} · {info.place} · {state}{cut} · {info.since}{until}",
            highlight=False,
            soft_wrap=True,
        )
        if info.kid in ends:
            out.print(f"  证书有效期至 certificate until {ends[info.kid]:%Y-%m-%d}", highlight=False)
        if info.use in {"vault", "person-key"}:
            count = sealed.get(info.name if info.use == "vault" else "", 0)
            out.print(f"  密文 sealed texts: {count}", highlight=False)


@app.command()
def rotate(
    use: Annotated[str, typer.Argument(help="credential | status | pdf | vault")],
    home: Home,
    after: Annotated[
        float | None,
        typer.Option(help="几天后启用，默认 7；vault 默认 0 days until it begins: 7, for vault 0", min=0),
    ] = None,
) -> None:
    """新建下一把密钥：先公布，到时启用，旧的照常有效。The next key: announced now, signs later; the old one still counts."""
    with issuer_errors():
        from issuer.instance import open_instance
        from issuer.keys.ring import Use
        from issuer.keys.service import new_vault_key
        from issuer.keys.service import rotate as rotate_key

        seals = use == Use.VAULT
        days = timedelta(days=after if after is not None else 0 if seals else 7)
        if seals:
            made = new_vault_key(home, days)
        else:
            with open_instance(home) as instance:
                made = rotate_key(instance, Use(use), days)
    out.print(f"新密钥 new key: {made.kid}（{made.place}），启用 begins {made.since}", soft_wrap=True)
    if seals and not days:
        _reseal(home, beside_service=True)


@app.command()
def reseal(home: Home) -> None:
    """把旧密钥加密的号码、动态口令和留存答复换到最新的 vault 密钥；中断后再运行即继续。Seal anew under the newest vault key; run again to go on."""
    _reseal(home, beside_service=False)


def _reseal(home: Path, *, beside_service: bool) -> None:
    with issuer_errors(), progress(STEPS) as tick:
        from issuer.errors import DatabaseHeld
        from issuer.instance import open_instance
        from issuer.resealing import reseal as seal_anew

        try:
            with open_instance(home) as instance:
                done = seal_anew(instance, tick)
                newest = instance.vault.newest
        except DatabaseHeld:
            if not beside_service:
                raise
            out.print(
                "服务正在运行，由它分批重新加密。The running service seals anew under it, a portion a second."
            )
            return
    out.print(f"已换到 now under {newest or 'person-key'}: {done.done - done.broken}", highlight=False)
    if done.broken:
        out.print(f"打不开，原样保留（见日志）do not open and stay as they are: {done.broken}", style="red")
        raise typer.Exit(HELD)


@app.command()
def retire(kid: Kid, home: Home) -> None:
    """停用旧密钥：此前签的照常有效，此后的一概不认。Retire a key: what it signed counts, nothing after."""
    with issuer_errors():
        from issuer.instance import open_instance
        from issuer.keys.service import retire as retire_key

        with open_instance(home) as instance:
            info = retire_key(instance, kid)
    out.print(f"已停用 retired: {info.kid}" + ("" if info.cut is None else f"，台账 ledger < {info.cut}"))
    if info.use == "vault":
        out.print(
            f"keys/{info.name}.pem 可移出；停用前的数据库备份仍需要它。Its file may be taken away; backups from before still need it.",
            highlight=False,
            soft_wrap=True,
        )


@app.command()
def compromise(
    kid: Kid,
    home: Home,
    below: Annotated[
        int | None,
        typer.Option(help="失窃前的台账大小 size of the log before the theft (keys of credentials and PDFs)"),
    ] = None,
    log: Annotated[
        str | None, typer.Option(help="哪个台账，默认现在的 which log; the one that grows by default")
    ] = None,
) -> None:
    """密钥失窃：台账该位置之后的签名一概不认。A stolen key: what the log has from that place on is not believed."""
    with issuer_errors():
        from issuer.instance import open_instance
        from issuer.keys.service import compromise as end_key

        with open_instance(home) as instance:
            damage = end_key(instance, kid, below, log)
    out.print(f"已失控 compromised: {kid}")
    if damage.serials:
        out.print(
            f"须重新签发 to be issued again: {len(damage.serials)}（xueshi reissue SERIAL --reason key-compromised）"
        )
        for serial in damage.serials:
            out.print(f"  {serial}", highlight=False)


@app.command()
def certificate(
    kid: Kid,
    home: Home,
    chain: Annotated[
        Path | None, typer.Option(help="证书机构发来的证书链 what the authority sent: a chain in PEM")
    ] = None,
    request: Annotated[
        Path | None, typer.Option(help="把证书申请写到这里 write a request for an authority here (PKCS #10)")
    ] = None,
    days: Annotated[int, typer.Option(help="自签证书的天数 days of a self-signed one", min=1)] = 1830,
) -> None:
    """PDF 签名密钥的证书：换上证书机构的，或写出申请，或重新自签。The certificate of a key for PDFs."""
    with issuer_errors():
        from issuer.instance import open_instance
        from issuer.keys.certificates import certificate_request, certify, take_certificate

        with open_instance(home) as instance:
            if request is not None:
                request.write_bytes(certificate_request(instance, kid))
                out.print(f"已写出申请 the request: {request}", markup=False)
                return
            given = None if chain is None else chain.read_bytes()
            made = certify(instance, kid, days) if given is None else take_certificate(instance, kid, given)
    ends = made.not_valid_after_utc
    out.print(f"{made.subject.rfc4514_string()}，有效期至 valid until {ends:%Y-%m-%d}", markup=False)


@app.command("move-root")
def move_root(
    folder: Annotated[
        Path, typer.Argument(help="实例之外的目录 a folder outside the instance, on a medium of its own")
    ],
    home: Home,
) -> None:
    """把信任根移出实例：此后信任名单由根的保管人另行签署。Keep the root apart: trust lists are then signed elsewhere."""
    with issuer_errors():
        from issuer.instance import open_instance
        from issuer.keys.service import move_root_out
        from issuer.publication import publish

        with open_instance(home) as instance:
            target = move_root_out(instance, folder)
            publish(instance)
            out.print(f"信任根已移到 the root is now {target}；待签 to sign: {home / 'trust-proposal.json'}")


@app.command("sign-trust")
def sign_trust(
    proposal: Annotated[Path, typer.Argument(help="trust-proposal.json")],
    root: Annotated[Path, typer.Option(help="信任根密钥文件 the root's key file")],
    target: Annotated[Path, typer.Option("--out", help="签好的名单 the signed list")] = Path(
        "trust-list.jwt"
    ),
) -> None:
    """在实例之外签署信任名单；口令取自 XUESHI_PASSPHRASE 或 XUESHI_PASSPHRASE_FILE。Sign a trust list away from the instance."""
    with issuer_errors():
        from issuer.config import passphrase_away
        from issuer.credentials.trusting import sign_proposal
        from ledger.files import replace_file

        token, trust = sign_proposal(proposal.read_bytes(), root.parent, root.stem, passphrase_away())
        replace_file(target, token.encode())
    for issuer in trust.issuers:
        out.print(f"{issuer.name.zh} {issuer.name.en}（{issuer.did}）", markup=False, highlight=False)
    out.print(f"已签署 signed: {target}，{trust.expires:%Y-%m-%d} 到期 expires", markup=False)


@app.command("accept-trust")
def accept_trust(file: Annotated[Path, typer.Argument(help="trust-list.jwt")], home: Home) -> None:
    """公布在实例之外签好的信任名单。Publish a trust list that was signed elsewhere."""
    with issuer_errors():
        from issuer.credentials.trusting import accept
        from issuer.instance import open_instance

        with open_instance(home) as instance:
            trust = accept(instance, file.read_text("ascii"))
    out.print(f"已公布 published: 第 {trust.number} 号，{trust.expires:%Y-%m-%d} 到期 expires")
