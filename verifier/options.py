"""Options that several commands have, with their words."""

from pathlib import Path
from typing import Annotated

import typer

TrustFile = Annotated[
    Path | None,
    typer.Option("--trust", envvar="XUESHI_TRUST", help="签名的信任名单。 The signed trust list."),
]
RootFile = Annotated[
    Path | None,
    typer.Option(
        "--root",
        envvar="XUESHI_TRUST_ROOT",
        help="根公钥（JWK），安装时固定。 The pinned root key (a public JWK).",
    ),
]
Public = Annotated[
    str | None,
    typer.Option("--public", help="公开文件的文件夹或网址。 Folder or address of the issuer's public files."),
]
BundleFile = Annotated[
    Path | None,
    typer.Option(
        "--bundle",
        envvar="XUESHI_BUNDLE",
        help="资料包，代替联网。 A bundle, in place of the network (xueshi bundle make).",
    ),
]
StateFolder = Annotated[
    Path | None,
    typer.Option(
        "--state",
        envvar="XUESHI_STATE",
        help="记录见过的最新数据的文件夹，以拒绝更旧的；默认在用户目录。 Folder that remembers the newest data seen, so that older is refused; by default the user's.",
    ),
]
RulesFolder = Annotated[
    Path | None,
    typer.Option(
        "--rules",
        envvar="XUESHI_RULES",
        exists=True,
        file_okay=False,
        help="主管部门自有规则的文件夹（解释、行业细则），供第 9 项复核；用 xueshi trust rules 取。 Folder of an authority's own rules, for check 9 (xueshi trust rules).",
    ),
]
Offline = Annotated[
    bool, typer.Option("--offline", help="不联网，也不用资料文件夹。 Read no public files at all.")
]
