"""`xueshi transfer`: what a professional takes along to another province, and brings from there."""

from datetime import datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from issuer.terminal import HELD, Home, issuer_errors, out

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


Number = Annotated[
    str,
    typer.Option(
        prompt="本人证件号码 number of the person's document",
        hide_input=True,
        help="本人居民身份证号码，不显示 the person's resident number, not shown",
    ),
]


@app.command()
def receive(
    file: Annotated[Path, typer.Argument(help="PDF、图片或凭证文字 a PDF, a picture or a token file")],
    home: Home,
    number: Number,
    moved_on: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="调入日期，默认为现隶属的起始日 day of the move; by default the affiliation's first",
        ),
    ] = None,
    on_paper: Annotated[
        bool,
        typer.Option(
            "--on-paper",
            help="有的项目没有查成时，改由单位和主管部门核对 where checks are missing, let people check it",
        ),
    ] = False,
) -> None:
    """凭流出地的证明转入学时，等主管部门确认。Take in an origin's certificate; it waits for the authority's confirmation."""
    with issuer_errors():
        from issuer.errors import NotFound
        from issuer.instance import open_instance
        from issuer.people.identifier import IdType, read_identifier
        from issuer.people.registry import find
        from issuer.transfers.bringing import Upload
        from issuer.transfers.service import receive as take_in

        identifier = read_identifier(IdType.RESIDENT_ID, number)
        with open_instance(home) as instance:
            with instance.engine.connect() as connection:
                person = find(connection, identifier.person_key(instance.person_secret))
            if person is None:
                raise NotFound("没有登记过这个人 this person is not registered here")
            day = None if moved_on is None else moved_on.date()
            done = take_in(instance, person, Upload(file.read_bytes(), day, on_paper))
    out.print(f"{done.origin}：{done.id} {done.state}", markup=False)
    for year in done.years:
        told = "结论为完成 complete there" if year.complete else "结论为未完成 not complete there"
        out.print(f"  {year.year}  {year.hours} 学时 hours，{told}", markup=False)
    for left in done.left_out:
        out.print(f"  {left.year}  未转入 left out：{left.zh} {left.en}", markup=False)
    for one in done.overlaps:
        out.print(
            f"  注意 note：{one.first} 至 to {one.last}「{one.title}」在调入之前的日子里，两地可能重复 lies before the move",
            markup=False,
        )


@app.command()
def origins(home: Home) -> None:
    """凭证书转入时信任谁：名单、对照表、能否读到。有一处不齐，退出码 1。

    Whose certificates are taken in: the pinned list, the mapping profiles, whether public files can be read; 1 where something is missing.
    """
    with issuer_errors():
        from issuer.instance import open_instance
        from issuer.transfers.trusted import list_trouble, trusted_origins

        with open_instance(home) as instance:
            trust, found = trusted_origins(instance)
            trouble = list_trouble(instance)
    out.print(f"第 {trust.number} 号名单 list，{trust.expires:%Y-%m-%d} 到期 expires", markup=False)
    if trouble:
        out.print(f"✗ {trouble}", markup=False)
    for one in found:
        name = one.issuer.name
        out.print(f"{'✓' if one.whole else '✗'} {name.zh} {name.en}（{one.issuer.did}）", markup=False)
        mapped = one.profile or "没有，只能书面办理 none: on paper only"
        unsure = (
            "，未经确认，须由人核对 not confirmed: people look at it"
            if one.profile and not one.confirmed
            else ""
        )
        out.print(f"    对照表 profile：{mapped}{unsure}", markup=False)
        if one.silent:
            out.print(f"    状态表不能用 its status list cannot be used：{one.silent}", markup=False)
    raise typer.Exit(0 if found and not trouble and all(one.whole for one in found) else HELD)


@app.command()
def recheck(
    home: Home,
    transfer: Annotated[
        UUID | None, typer.Argument(help="只核对这一次转入 ask about this transfer alone")
    ] = None,
) -> None:
    """向流出地核对：已登记的转入是否仍然有效。有撤销、更新或没有核对成的，退出码 1。

    Ask origins whether what is registered still stands there; 1 where one does not, or could not be asked.
    """
    with issuer_errors():
        from issuer.errors import NotFound
        from issuer.instance import open_instance
        from issuer.transfers.rechecking import ask_again

        with open_instance(home) as instance:
            asked = ask_again(instance, one=transfer)
        if transfer is not None and not asked.count:
            raise NotFound("没有这次凭证书登记的转入 no transfer of that id is registered by a certificate")
    for one, answer in asked.gone:
        out.print(f"✗ {one} {answer.there}：{answer.zh} {answer.en}", markup=False)
        if answer.there == "superseded":
            wanted = answer.successor or "流出地还没有开具的新版 a version that it has yet to make"
            out.print(f"  下一步 next：向流出地索取 ask the origin for {wanted}", markup=False)
    for unanswered in asked.unanswered:
        out.print(f"? {unanswered} 没有核对成 could not be asked", markup=False)
    gone, unknown = len(asked.gone), len(asked.unanswered)
    out.print(
        f"{asked.count} 次转入 transfers：有效 stand {asked.count - gone - unknown}，"
        f"已撤销或更新 gone {gone}，没有核对成 not answered {unknown}"
    )
    raise typer.Exit(HELD if gone or unknown else 0)


@app.command()
def confirm(
    transfer: Annotated[UUID, typer.Argument(help="转入编号 id of the transfer")],
    home: Home,
    login: Annotated[str, typer.Option(help="办理人的登录名 login of who acts")],
    words: Annotated[str, typer.Option(help="说明 words")] = "",
) -> None:
    """确认机器已核验的转入：登记之前再核验一次。Confirm what the machine verified; it is verified once more before."""
    with issuer_errors():
        from issuer.access.asking import ask_who
        from issuer.instance import open_instance
        from issuer.registration.procedure import Step
        from issuer.transfers.service import decide
        from issuer.transfers.stepping import How, Taken, row_of

        with open_instance(home) as instance:
            actor = ask_who(instance, login)
            with instance.engine.connect() as connection:
                turn = row_of(connection, transfer).turn
            state = decide(instance, actor, transfer, Taken(Step.REGISTER, turn, How.MACHINE, words=words))
    out.print(f"{transfer} {state}", markup=False)
