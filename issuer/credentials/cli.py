"""`xueshi revoke` and `xueshi reissue`. Revoking takes two people, each signed in as themselves."""

from typing import Annotated

import typer

from issuer.terminal import Home, err, issuer_errors, out

Serial = Annotated[str, typer.Argument(help="证明编号 serial of the certificate")]
TWO = (
    "撤销须两人：一人以 --login 提出，另一人以 --confirm --login 确认。"
    "Revoking takes two people: one proposes with --login, another confirms with --confirm --login."
)


def revoke(
    serial: Serial,
    home: Home,
    reason: Annotated[
        str, typer.Option(help="false-evidence | issued-in-error | key-compromised | other")
    ] = "",
    login: Annotated[str, typer.Option(help="办理人的登录名 login of who acts")] = "",
    confirm: Annotated[
        bool, typer.Option("--confirm", help="确认他人的提议 confirm what another proposed")
    ] = False,
    document: Annotated[str, typer.Option(help="文号 number of the document it stands on")] = "",
    why: Annotated[str, typer.Option(help="理由 the reason in words")] = "",
) -> None:
    """撤销一份不真实的证明：一人提出，另一人确认。Revoke a certificate that is false: one proposes, another confirms."""
    with issuer_errors():
        from issuer.access.asking import ask_who
        from issuer.credentials.service import Withdrawal, reason_code
        from issuer.instance import open_instance
        from issuer.service import Proposal, confirm_revocation, propose_revocation
        from issuer.service import revoke as revoke_in_a_demo

        code = "other" if confirm else reason_code(reason)
        with open_instance(home) as instance:
            if not login:
                if confirm or not instance.settings.demo:
                    err.print(TWO, style="red", markup=False)
                    raise typer.Exit(2)
                revoke_in_a_demo(instance, Withdrawal(serial, "revocation", code))
            elif confirm:
                confirm_revocation(instance, ask_who(instance, login), serial)
            else:
                propose_revocation(instance, ask_who(instance, login), Proposal(serial, code, document, why))
    if login and not confirm:
        out.print(f"已提出，等待另一人确认 proposed, waits for another person: {serial}")
    else:
        out.print(f"已撤销 revoked: {serial}")


def reissue(
    serial: Serial,
    home: Home,
    reason: Annotated[str, typer.Option(help="key-compromised | issued-in-error | other")],
) -> None:
    """内容不变，重新签发；旧版由新版取代。Issue a certificate again, its facts unchanged; the old one is superseded."""
    with issuer_errors():
        from issuer.credentials.service import reason_code
        from issuer.instance import open_instance
        from issuer.service import reissue_one

        code = reason_code(reason)
        with open_instance(home) as instance:
            issued = reissue_one(instance, serial, code)
    out.print(f"已重新签发 issued again: {issued.serial}")
