"""`xueshi accounts`: the first administrator, and accounts one by one, at the server's terminal. No password has a default."""

from typing import Annotated

import typer

from issuer.terminal import Home, issuer_errors, out

app = typer.Typer(no_args_is_help=True)
Login = Annotated[str, typer.Argument(help="登录名 login")]
Number = Annotated[str, typer.Option(prompt="居民身份证号码 resident ID number", hide_input=True, help="本人证件号码，不显示 the natural person's number, not shown")]  # fmt: skip
Password = Annotated[str, typer.Option(prompt="口令 password", hide_input=True, confirmation_prompt=True, envvar="XUESHI_NEW_PASSWORD", help="至少 10 个字符 at least 10 characters")]  # fmt: skip


@app.command("first-administrator")
def first_administrator(
    login: Login,
    home: Home,
    number: Number,
    password: Password,
    authority: Annotated[
        str, typer.Option(help="省人社厅名称，机构树的根 name of the provincial department, the tree's root")
    ],
) -> None:
    """建立第一个管理员和机构树的根。Make the first administrator, and the tree's root where there is none."""
    with issuer_errors():
        from issuer.access.service import first_administrator as make
        from issuer.access.service import root_code
        from issuer.instance import open_instance
        from issuer.people.identifier import IdType, read_identifier

        identifier = read_identifier(IdType.RESIDENT_ID, number)
        with open_instance(home) as instance:
            factor = make(instance, login, identifier, password, authority)
            root = root_code(instance)
    out.print(f"已建立 made: {login}；机构树的根 the tree's root: authority:{root}", markup=False)
    out.print(
        f"动态码密钥，只显示这一次 TOTP secret, shown only now: {factor.secret}\n{factor.uri}",
        markup=False,
        soft_wrap=True,
    )


@app.command("add")
def add(
    login: Login,
    home: Home,
    number: Number,
    password: Password,
    role: Annotated[
        str,
        typer.Option(
            help="reviewer | verifier | department | administrator | inspector；专业技术人员不填 none for a professional"
        ),
    ] = "",
    at: Annotated[str, typer.Option(help="unit:代码 code | authority:代码 code")] = "",
) -> None:
    """建立账号，可同时授予一个角色。Make an account, with a role at a unit or authority if one is given."""
    with issuer_errors():
        from issuer.access.service import NewAccount, make_account
        from issuer.instance import open_instance
        from issuer.people.identifier import IdType, read_identifier

        identifier = read_identifier(IdType.RESIDENT_ID, number)
        with open_instance(home) as instance:
            factor = make_account(instance, NewAccount(login, identifier, password, role, at))
    out.print(f"已建立 made: {login}", markup=False)
    if factor is not None:
        out.print(
            f"动态码密钥，只显示这一次 TOTP secret, shown only now: {factor.secret}\n{factor.uri}",
            markup=False,
            soft_wrap=True,
        )


@app.command("bind")
def bind(
    login: Login,
    home: Home,
    subject: Annotated[str, typer.Option(help="统一认证给的用户标识 the provider's `sub` for this person")],
) -> None:
    """把账号绑定到统一认证的用户。Bind an account to a user of the OpenID provider."""
    with issuer_errors():
        from issuer.access.service import bind_account
        from issuer.instance import open_instance

        with open_instance(home) as instance:
            bind_account(instance, login, subject)
    out.print(f"已绑定 bound: {login}", markup=False)


@app.command("add-client")
def add_client(
    client: Annotated[str, typer.Argument(help="客户端名称，即 client_id the client_id")],
    home: Home,
    profile: Annotated[
        list[str], typer.Option(help="可用的对照表，可多次 a mapping profile that it may send by; repeatable")
    ],
    authority: Annotated[str, typer.Option(help="主管部门代码 code of the authority that answers for it")],
) -> None:
    """接入一个登记系统：报送学时用的客户端。Admit a registration system: its client for sending batches by API."""
    with issuer_errors():
        from issuer.access.clients import NewClient, make_client
        from issuer.instance import open_instance, writing

        with open_instance(home) as instance, writing(instance) as work:
            secret = make_client(work, NewClient(client, tuple(profile), authority))
    out.print(f"密钥，只显示这一次 secret, shown only now: {secret}", markup=False, soft_wrap=True)


@app.command("end-client")
def end_client(client: Annotated[str, typer.Argument(help="客户端名称 client_id")], home: Home) -> None:
    """停用一个登记系统，令牌立即失效。Withdraw a registration system's client; its tokens end at once."""
    with issuer_errors():
        from issuer.access.clients import end_client as end
        from issuer.instance import open_instance, writing

        with open_instance(home) as instance, writing(instance) as work:
            end(work, client)
    out.print(f"已停用 withdrawn: {client}", markup=False)
