"""What a browser's form brings, read within limits. It is kept beside the request, so that a refusal can give it back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException

from issuer.evidence.service import PROOFS_MOST, SIZE_MOST
from issuer.portal.problems import LENGTH
from verifier.web import problems
from verifier.web.problems import ProblemError

FILE_MOST, FILES_MOST = SIZE_MOST, PROOFS_MOST
FIELDS_MOST, FIELD_MOST = 4000, 20_000
BODY_MOST = FILE_MOST * FILES_MOST + 1_000_000
SMALL = 1_000_000
"""What is read of somebody who is not signed in: words to give back, no files."""
_SECRET = frozenset({"form_key", "password", "new_password", "code", "number", "kept", "drop"})


@dataclass(frozen=True)
class File:
    """An uploaded file: its name as the browser told it, and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Form:
    """Fields by name, in order, and files. Text is stripped; line ends are plain."""

    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Mapping[str, Sequence[File]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The first value of a field, "" without one."""
        return next(iter(self.fields.get(name, ())), "")

    def firsts(self) -> dict[str, str]:
        """The first value of each field."""
        return {name: values[0] for name, values in self.fields.items() if values}

    def all(self, name: str) -> Sequence[str]:
        """Every value of a field."""
        return self.fields.get(name, ())

    def to_copy(self) -> list[tuple[str, str]]:
        """What somebody typed and may want to have back; never a secret."""
        return [
            (name, value)
            for name, values in self.fields.items()
            for value in values
            if name not in _SECRET and len(value) > 3
        ]


async def read_form(request: Request) -> Form:
    """Read a posted form.

    Raises:
        ProblemError: no length, too large, too many parts, no form, or NUL in it.
    """
    length = request.headers.get("content-length", "")
    if not length.isdecimal():
        raise ProblemError(LENGTH, "请求没有写明长度。", "The request has no Content-Length.")
    if int(length) > BODY_MOST:
        raise ProblemError(
            problems.TOO_LARGE,
            f"每个文件不超过 10 MB，最多 {FILES_MOST} 个。",
            f"At most {FILES_MOST} files of 10 MB each.",
        )
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        raise ProblemError(problems.BAD_MEDIA_TYPE, "这里只接受网页表单。", "Only forms are taken here.")
    try:
        async with request.form(
            max_files=FILES_MOST + 1, max_fields=FIELDS_MOST, max_part_size=FIELD_MOST
        ) as parsed:
            return await _take(parsed.multi_items())
    except (MultiPartException, UnicodeDecodeError) as error:
        raise ProblemError(
            problems.BAD_BODY, "表单读不完整，请再试一次。", "The form cannot be read."
        ) from error


async def _take(items: Sequence[tuple[str, UploadFile | str]]) -> Form:
    fields: dict[str, list[str]] = {}
    files: dict[str, list[File]] = {}
    for name, value in items:
        if "\0" in (value if isinstance(value, str) else value.filename or ""):
            words = "文字里有不能保存的字符。", "A text has characters that cannot be kept."
            raise ProblemError(problems.BAD_BODY, *words)
        if isinstance(value, str):
            fields.setdefault(name, []).append(value.replace("\r\n", "\n").strip())
        elif value.filename:
            files.setdefault(name, []).append(File(value.filename[-200:], await value.read()))
    return Form(fields, files)
