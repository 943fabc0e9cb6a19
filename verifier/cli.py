"""`xueshi verify` and `python -m verifier`: one verdict a file, and every check with its reason.

Exit codes: 0 all genuine, 1 something does not hold or cannot be decided, 2 cannot be used as given.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from verifier.errors import InputError, VerifierError

if TYPE_CHECKING:
    from verifier.report import Report
    from verifier.sources import Source

GENUINE, DOES_NOT_HOLD, UNUSABLE = 0, 1, 2
LONGEST_NAME = 255
"""Bytes of a file name; a longer argument of a token's shape is the token."""
app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)

Files = Annotated[
    list[str],
    typer.Argument(
        metavar="FILES…",
        help="PDF、图片、凭证文件，或二维码网址、凭证文字；“-”为标准输入。 PDFs, pictures, token files, a QR's text or a token; “-” is standard input.",
    ),
]
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
Offline = Annotated[
    bool, typer.Option("--offline", help="不联网，也不用资料文件夹。 Read no public files at all.")
]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON 列表。 Print a JSON list of reports.")]


@app.command()
def verify(
    files: Files,
    trust: TrustFile = None,
    root: RootFile = None,
    public: Public = None,
    offline: Offline = False,
    as_json: AsJson = False,
) -> None:
    """核验证明。 Verify certificates: PDFs, pictures of them, tokens."""
    try:
        batch = _Batch(trust, root, public, offline=offline)
    except (VerifierError, OSError, ValueError) as error:
        typer.echo(f"不能核验 / cannot verify: {error}", err=True)
        raise typer.Exit(UNUSABLE) from None
    raise typer.Exit(batch.run(files, as_json=as_json))


class _Batch:
    """One run over many inputs with the same trust data; a bad input never stops the others."""

    def __init__(self, trust: Path | None, root: Path | None, public: str | None, *, offline: bool) -> None:
        from verifier.sources import Folder, Web
        from verifier.trust import open_trust, read_root

        if root is None:
            raise ValueError(
                "没有固定的根公钥：用 --root 文件 或环境变量 XUESHI_TRUST_ROOT 指定 / no root key is pinned: give --root FILE or XUESHI_TRUST_ROOT"
            )
        if trust is None:
            raise ValueError(
                "没有信任名单：用 --trust 文件 或环境变量 XUESHI_TRUST 指定 / no trust list: give --trust FILE or XUESHI_TRUST"
            )
        if offline and public:
            raise ValueError("--offline 与 --public 只能给一个 / give --offline or --public, not both")
        self._now = datetime.now(UTC).replace(microsecond=0)
        self._trust = open_trust(trust.read_text("ascii"), read_root(root.read_bytes()), self._now)
        bases = [issuer.base for issuer in self._trust.issuers]
        if offline:
            self._source: Source | None = None
        elif public and "://" not in public:
            self._source = Folder(Path(public))
        else:
            self._source = Web(bases, public)

    def run(self, files: list[str], *, as_json: bool) -> int:
        from rich.console import Console

        from verifier.report import Verdict
        from verifier.terminal import show

        console, answers, code = Console(), [], GENUINE
        for name in files:
            try:
                report = self._one(name)
            except (InputError, OSError) as error:
                code = UNUSABLE
                answers.append(_refused(name, error))
                typer.echo(f"不能核验 / cannot use: {error}", err=True)
                continue
            if report.verdict is not Verdict.GENUINE:
                code = max(code, DOES_NOT_HOLD)
            answers.append(report.to_json())
            if not as_json:
                show(report, console)
        if as_json:
            typer.echo(json.dumps(answers, ensure_ascii=False, indent=2))
        return code

    def _one(self, name: str) -> "Report":
        from verifier.evidence import read_evidence
        from verifier.verify import verify as verify_evidence

        data, label = _read(name)
        return verify_evidence(read_evidence(data, label), self._trust, self._source, self._now)


def _read(name: str) -> tuple[bytes, str]:
    """Return an input's bytes and what to call it: a file, standard input, or the argument itself when it is text."""
    from verifier.evidence import MAX_INPUT, TOKEN
    from verifier.transport import looks_like_qr

    if name == "-":
        return sys.stdin.buffer.read(MAX_INPUT + 1), "-"
    if looks_like_qr(name) or (TOKEN.fullmatch(name) and len(name) > LONGEST_NAME):
        return name.encode("ascii"), "text"
    path = Path(name)
    with path.open("rb") as file:
        return file.read(MAX_INPUT + 1), name


def _refused(name: str, error: InputError | OSError) -> dict[str, object]:
    """Return the answer of an input that could not be verified, where the others have their report."""
    if isinstance(error, InputError):
        return {"file": error.name, "error": {"expected": error.expected, "message": error.message}}
    return {
        "file": name,
        "error": {"expected": "a readable file", "message": error.strerror or "cannot be read"},
    }
