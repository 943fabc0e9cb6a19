"""What a request brings to be verified, read within limits and kept in memory: nothing is spooled to a disk."""

import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from urllib.parse import parse_qs

from starlette.requests import Request

from verifier.config import Settings
from verifier.web import problems
from verifier.web.multipart import FormError, read_files
from verifier.web.problems import ProblemError

JSON, MULTIPART, FORM = "application/json", "multipart/form-data", "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Upload:
    """One thing to verify. `name` is empty for pasted text; `data` is None when it was larger than allowed."""

    name: str
    data: bytes | bytearray | None


async def read_json(request: Request, settings: Settings) -> Upload:
    """Read `{"token": …}` or `{"qr": …}`.

    Raises:
        ProblemError: too large, not JSON, or other fields.
    """
    body = b"".join([chunk async for chunk in _body(request, settings)])
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise ProblemError(
            problems.BAD_BODY, "请求的内容不是 JSON。", "The body is not JSON (UTF-8)."
        ) from None
    if not isinstance(value, dict) or len(value) != 1 or not value.keys() <= {"token", "qr"}:
        raise _wrong_fields("")
    ((name, text),) = value.items()
    if not isinstance(text, str) or not text.strip():
        raise _wrong_fields(f"/{name}")
    return _pasted(text, settings)


async def read_multipart(request: Request, settings: Settings) -> list[Upload]:
    """Read the files of a multipart form, in order; a file input left empty counts as no file.

    Raises:
        ProblemError: too large, too many files, not a form, or no file.
    """
    try:
        files = await read_files(request.headers["content-type"], _body(request, settings))
    except FormError:
        raise ProblemError(
            problems.BAD_BODY,
            "multipart 表单不完整或写法不对。",
            "The multipart form is incomplete or malformed.",
        ) from None
    if not files:
        raise ProblemError(
            problems.NOTHING_GIVEN,
            "请放入至少一个文件。",
            "Give at least one file, in a part with a file name.",
        )
    if len(files) > settings.max_files:
        raise ProblemError(
            problems.TOO_MANY,
            f"一次最多 {settings.max_files} 个文件；更多请用命令行 xueshi verify。",
            f"At most {settings.max_files} files at a time; for more use the command line, xueshi verify.",
        )
    return [Upload(name, data if len(data) <= settings.max_upload else None) for name, data in files]


async def read_form_text(request: Request, settings: Settings) -> Upload | None:
    """Read the field `text` of an ordinary form; None when it is empty.

    Raises:
        ProblemError: too large, or not a form.
    """
    body = b"".join([chunk async for chunk in _body(request, settings)])
    try:
        fields = parse_qs(body.decode("ascii"), max_num_fields=20)
    except ValueError:
        raise ProblemError(problems.BAD_BODY, "表单的写法不对。", "The form is malformed.") from None
    text = fields.get("text", [""])[0]
    return _pasted(text, settings) if text.strip() else None


def media_type(request: Request) -> str:
    """Return the body's media type without parameters, in lower case."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def unsupported(*expected: str) -> ProblemError:
    """Return the problem of a body that is of none of the `expected` types."""
    names = "、".join(expected)
    return ProblemError(
        problems.BAD_MEDIA_TYPE, f"可用的类型：{names}。", f"Expected {' or '.join(expected)}."
    )


def too_large(limit: int, **extra: object) -> ProblemError:
    """Return the problem of a file or body over `limit` bytes."""
    megabytes = f"{limit / 1_000_000:g} MB"
    return ProblemError(
        problems.TOO_LARGE,
        f"上限是 {megabytes}。扫描件请降低分辨率后再试。",
        f"The limit is {megabytes}. Scan at a lower resolution and try again.",
        extra,
    )


async def _body(request: Request, settings: Settings) -> AsyncGenerator[bytes]:
    """Yield the body as it comes, and stop at the limit."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > settings.max_body:
        raise too_large(settings.max_body)
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > settings.max_body:
            raise too_large(settings.max_body)
        yield chunk


def _pasted(text: str, settings: Settings) -> Upload:
    """Take pasted text: white space that a chat or a mail put into it is no part of a token or a URL."""
    data = "".join(text.split()).encode()
    if len(data) > settings.max_upload:
        raise too_large(settings.max_upload)
    return Upload("", data)


def _wrong_fields(pointer: str) -> ProblemError:
    return ProblemError(
        problems.WRONG_FIELDS,
        "应为一个对象，只含 token 或 qr 之一，值为文字。",
        'Expected an object with one of "token" and "qr", a text.',
        {"pointer": pointer},
    )
