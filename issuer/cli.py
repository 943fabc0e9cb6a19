"""The `xueshi` command: every job from a terminal. Exit codes: 0 all good, 1 something does not hold, 2 cannot be used as given.

The base install has the verifier's and the rules' commands; those of the issuer say what to install when they are asked for.
"""

import logging
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.logging import RichHandler

import issuer.access.cli
import issuer.conformance.cli
import issuer.continuing.cli
import issuer.credentials.cli
import issuer.evidence.cli
import issuer.intake.cli
import issuer.joining.cli
import issuer.keys.cli
import issuer.transfers.cli
import ledger.cli
import rules.cli
import verifier.bundle.cli
import verifier.cli
import verifier.committee.cli
from issuer.terminal import HELD, Home, err, issuer_errors, out, print_problems, progress

if TYPE_CHECKING:
    from issuer.instance import Instance

app = typer.Typer(
    name="xueshi",
    help="学时：继续教育学时的认定、登记、证明与核验。Continuing-education hours: recognised, recorded, certified, verified.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(rules.cli.app, name="rules", help="学时认定规则 The rules of recognition")
app.add_typer(ledger.cli.app, name="ledger", help="台账 The ledger")
app.add_typer(issuer.keys.cli.app, name="keys", help="密钥 The keys")
app.add_typer(issuer.access.cli.app, name="accounts", help="账号 Accounts of the portal")
app.add_typer(issuer.transfers.cli.app, name="transfer", help="学时转移证明 Transfer certificates")
app.add_typer(issuer.evidence.cli.app, name="proofs", help="证明材料 Proofs")
app.command("import")(issuer.intake.cli.import_)
app.command("revoke")(issuer.credentials.cli.revoke)
app.command("reissue")(issuer.credentials.cli.reissue)
app.command("continue")(issuer.continuing.cli.continue_log)
app.command("verify")(verifier.cli.verify)
app.add_typer(verifier.bundle.cli.app, name="bundle")
app.add_typer(verifier.committee.cli.app, name="committee")
app.add_typer(verifier.bundle.cli.trust_app, name="trust")
verifier.bundle.cli.trust_app.command("join")(issuer.joining.cli.join)
verifier.bundle.cli.trust_app.command("new-root")(issuer.joining.cli.new_root)
serve = typer.Typer(no_args_is_help=True)
app.add_typer(serve, name="serve", help="网络服务 The web services")


serve.command("conformance")(issuer.conformance.cli.serve_conformance)


def _draw_pdf(page: str, attached: Mapping[str, bytes]) -> bytes:
    """Draw a receipt's page as a PDF; the page names no file and no address."""
    from issuer.certificates.printing import print_page  # heavy: only when a receipt is printed

    return print_page(page, attached)


if find_spec("weasyprint"):  # a committee's laptop prints the receipt's page instead
    verifier.committee.cli.draw_pdf = _draw_pdf
STEPS = {"check": "检查 check", "record": "登记签发 record", "draw": "制证 draw"}
Host = Annotated[str, typer.Option(help="监听地址 address to listen on")]
Port = Annotated[int, typer.Option(help="端口 port", min=1, max=65535)]


@app.command()
def init(
    home: Annotated[Path, typer.Argument(help="新实例的目录 folder of the new instance")],
    host: Annotated[
        str, typer.Option(help="公开网址的主机名 host of the public files")
    ] = "jxjy.example.gov.cn",
    name_zh: Annotated[str, typer.Option(help="签发机关 issuer's name")] = "甘肃省继续教育示范平台",
    name_en: Annotated[
        str, typer.Option(help="issuer's name in English")
    ] = "Gansu CE demonstration platform",
    region: Annotated[str, typer.Option(help="证书抬头的地区 region in certificates' heading")] = "甘肃省",
    serial_letters: Annotated[
        str | None, typer.Option(help="证明编号开头的两个字母 two letters of serials (甘肃省: GS)")
    ] = None,
    database: Annotated[str, typer.Option(help="数据库 database URL")] = "sqlite:///xueshi.db",
    demo: Annotated[
        bool, typer.Option("--demo", help="演示：公开的口令、样章 public passphrase, specimen seal")
    ] = False,
) -> None:
    """新建签发实例：设置、密钥、空台账。Make an instance: settings, keys, an empty ledger."""
    with issuer_errors():
        from issuer.creation import NewInstance, create
        from verifier.subjects import REGION

        new = NewInstance(
            host, name_zh, name_en, database, region=region, serial_letters=serial_letters, demo=demo
        )
        settings = create(home, new)
        out.print(f"已建立 made [bold]{home}[/]：{settings.did}")
        out.print(
            f"公开文件 public files: {settings.public}；信任根 pinned root: {settings.public / 'trust-root.jwk'}"
        )
        if settings.region != REGION:
            out.print(
                f"学时仍按随附的{REGION}办法认定；换成{settings.region}的办法，见 docs/rules.md。"
                "Hours are judged by the measure of Gansu until your own is put in: docs/rules.md."
            )


@app.command()
def issue(
    home: Home,
    file: Annotated[
        Path | None,
        typer.Argument(
            help="JSON 名册 roster of registered activities; 单个人在 /people 页录入 one person is entered on the page /people"
        ),
    ] = None,
    folder: Annotated[
        Path | None, typer.Option("--out", help="证明存放处 where PDFs go; none are drawn without it")
    ] = None,
    all_or_nothing: Annotated[
        bool,
        typer.Option(
            "--all-or-nothing/--keep-good",
            help="有一条不对就都不登记 / 登记没问题的 refuse all, or keep the good",
        ),
    ] = True,
    year: Annotated[int | None, typer.Option(help="年度 year, with --all")] = None,
    everybody: Annotated[
        bool, typer.Option("--all", help="该年度已完成的每一个人 everyone whose registered year is complete")
    ] = False,
    anew: Annotated[
        bool,
        typer.Option(
            "--anew",
            help="与 --all 同用：已签发的年度按现行规则重新认定 with --all: issued years again, by the rules in force",
        ),
    ] = False,
) -> None:
    """认定、入账、签发、制证。Decide, record, sign and draw a roster, or --year Y --all; asking again goes on."""
    if (file is None) != everybody or (year is None) == everybody:
        raise typer.BadParameter("给出名册文件，或 --year 与 --all。Give a roster, or --year with --all.")
    if file is not None:
        _issue_roster(home, file, folder, keep_good=not all_or_nothing)
    elif year is not None:
        with issuer_errors(), progress(STEPS) as tick:
            from issuer.records.cli import issue_everyone

            issue_everyone(home, year, folder, tick, anew=anew)


def _issue_roster(home: Path, file: Path, folder: Path | None, *, keep_good: bool) -> None:
    with issuer_errors(), progress(STEPS) as tick:
        from issuer.certificates.service import draw_all, look_of
        from issuer.instance import open_instance
        from issuer.registration.roster import read_roster
        from issuer.service import issue_roster

        with open_instance(home) as instance:
            if folder is not None:
                look_of(instance)  # what nothing could be drawn with is told before anything is recorded
            roster = read_roster(file.read_bytes(), str(file))
            results, problems = issue_roster(instance, roster, tick, keep_good=keep_good)
            if folder is not None:
                draw_all(
                    instance,
                    [one.issued for one in results],
                    folder,
                    lambda done, all_: tick("draw", done, all_),
                )
    fresh = sum(one.issued.fresh for one in results)
    complete = sum(one.decision.complete for one in results)
    out.print(
        f"{len(results)} 个年度 years：新签发 issued {fresh}，此前已签发 issued before {len(results) - fresh}；"
    )
    out.print(f"完成证明 completion certificates {complete}，学时明细 statements {len(results) - complete}。")
    if problems:
        err.print(f"[yellow]未登记 not recorded: {len(problems)} 处问题 problems[/]")
        print_problems([str(problem) for problem in problems], str(file))
        raise typer.Exit(HELD)


@app.command()
def publish(home: Home) -> None:
    """更新公开文件：状态列表、树头、信任列表。Renew the public files: status lists, checkpoint, trust list."""
    with issuer_errors():
        from issuer.instance import open_instance
        from issuer.publication import publish as publish_all

        with open_instance(home) as instance:
            publish_all(instance, nightly=True)
            out.print(f"已更新 renewed: {instance.settings.public}")


@app.command()
def reconcile(home: Home) -> None:
    """核对业务记录与台账是否一一对应。Compare every business row with its ledger entry, both ways; 1 if one is missing."""
    with issuer_errors():
        from issuer.instance import open_instance
        from issuer.reconciliation import reconcile_all

        with open_instance(home) as instance:
            found = reconcile_all(instance.engine)
    for one in found:
        out.print(f"✗ {one.source} {one.event_id}: {one.detail}", markup=False, highlight=False)
    out.print(
        f"不符 discrepancies: {len(found)}"
        if found
        else "一一对应 every row has its entry, every entry its row"
    )
    raise typer.Exit(HELD if found else 0)


@serve.command("issuer")
def serve_issuer(home: Home, host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """签发端：公开文件。The issuer: public files, sequencing, renewal of status lists."""
    with issuer_errors():
        from issuer.serving import issuer_service, run
        from verifier.api import server_config

        with issuer_service(home, _tell_how_to_begin) as service:
            out.print(
                f"门户 portal: http://{host}:{port}/（公开文件 public files: /trust-list.jwt …；/ready）",
                soft_wrap=True,
            )
            run(server_config(service, host, port))


def _tell_how_to_begin(instance: "Instance") -> None:
    """Nobody can sign in to an instance that nobody administers yet."""
    from issuer.access.service import has_administrator
    from ledger.store import reading

    with reading(instance.engine).connect() as connection:
        if not has_administrator(connection, instance.today()):
            out.print(
                "还没有管理员，无人能登录：停下服务，先运行 xueshi accounts first-administrator。"
                "Nobody can sign in yet: stop this, and run xueshi accounts first-administrator first."
            )


@serve.command("verifier")
def serve_verifier(host: Host = "127.0.0.1", port: Port = 8001) -> None:
    """核验端：设置取自 XUESHI_VERIFIER_*。The verifier; its settings come from XUESHI_VERIFIER_*."""
    with issuer_errors():
        from issuer.serving import run
        from verifier.api import app_from_environment, server_config

        service = app_from_environment()
        out.print(f"核验端 verifier: http://{host}:{port}/")
        run(server_config(service, host, port))


def main() -> None:
    """Run the command line."""
    logging.basicConfig(
        level=logging.WARNING, format="%(message)s", handlers=[RichHandler(console=err, show_path=False)]
    )
    app()
