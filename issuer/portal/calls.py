"""The frame of JSON calls: exact numbers in, ETags and cursors, one answer for one Idempotency-Key.

A program shows a token in the Authorization header, which no other site can make a browser send: so there is no form
key here, and cookies count for nothing.
"""

import hashlib
import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Annotated, Any, NoReturn

from fastapi import APIRouter, Depends, Query, Request, Response, Security
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from pydantic import BaseModel

from issuer.database import Paging
from issuer.instance import Instance
from issuer.portal.gate import Gate, Visit
from issuer.portal.paging import read_cursor
from issuer.portal.problems import (
    FORBIDDEN,
    KEY_NEEDED,
    KEY_REUSED,
    LENGTH,
    MISSING,
    NO_ETAG,
    REFUSED,
    SIGN_IN,
    STALE,
    split,
)  # fmt: skip
from issuer.portal.query import known_names, refuse_others
from issuer.portal.service import Act, Asked, Told, carry_out, once
from issuer.portal.visitors import Visitor
from issuer.registration.errors import Overtaken
from rules.errors import InputError
from rules.reading import load_json
from verifier.web import problems
from verifier.web.problems import ProblemError, ProblemType, documented

BODY_MOST = 256_000
BEARER = HTTPBearer(
    auto_error=False, scheme_name="token", description="会话或程序的令牌。The token of a session or program."
)


@dataclass(frozen=True)
class Sent:
    """A call that changes something: who sent it, under which Idempotency-Key, and the version that was seen."""

    request: Request
    visitor: Visitor
    key: str
    seen: str = ""


_KEY = re.compile(r'"?([A-Za-z0-9_-]{16,64})"?')
_SENT = {
    "Idempotency-Key": {
        "schema": {"type": "string", "pattern": f"^{_KEY.pattern}$"},
        "description": "每次办理一个新的，例如 UUID；重发时不变，24 小时内得到同一答复。"
        "A fresh one for each act, such as a UUID; sent again, it gets the same answer for 24 hours.",
    },
    "If-Match": {
        "schema": {"type": "string", "pattern": '^"[a-z0-9_]{1,20}"$'},
        "description": "读到的 ETag。The ETag that was read.",
    },
}


def _keyed(request: Request, visitor: Visit) -> Sent:
    found = _KEY.fullmatch(request.headers.get("idempotency-key", ""))
    if found is None:
        raise ProblemError(
            KEY_NEEDED,
            "请带上 Idempotency-Key，每次办理用一个新的，16 至 64 个字母或数字。",
            "Send an Idempotency-Key, a fresh one for each act, of 16 to 64 letters or digits.",
        )
    return Sent(request, visitor, found[1])


def _matched(request: Request, visitor: Visit) -> Sent:
    seen = request.headers.get("if-match")
    if seen is None:
        raise ProblemError(
            NO_ETAG,
            "请先读取这一条，并带上它的 ETag。",
            "Read it first, and send its ETag in If-Match.",
        )
    return Sent(request, visitor, "", seen.strip('"'))


def _keyed_and_matched(request: Request, visitor: Visit) -> Sent:
    return replace(_keyed(request, visitor), seen=_matched(request, visitor).seen)


def _paging(
    after: Annotated[
        str | None, Query(max_length=200, description="上一页的 next。`next` of the page before")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=100, description="一页几条 Items a page")] = 50,
) -> Paging:
    return Paging(read_cursor(after), limit)


Keyed = Annotated[Sent, Depends(_keyed)]
Matched = Annotated[Sent, Depends(_matched)]
KeyedAndMatched = Annotated[Sent, Depends(_keyed_and_matched)]
Pages = Annotated[Paging, Depends(_paging)]


class Call(APIRoute):
    """A route of JSON: the body is read within limits and with exact numbers before anything else sees it."""

    reads_json = True

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the framework's own."""
        handle, known = super().get_route_handler(), known_names(self.dependant)

        async def handler(request: Request) -> Response:
            refuse_others(request, known)
            if request.method in {"GET", "DELETE"} or not self.reads_json:
                return await handle(request)
            return await handle(await _read(request))

        return handler


class Streamed(Call):
    """A route whose body is no JSON: the call reads it by itself, as it comes."""

    reads_json = False


def calls(tag: str, gate: Gate, kind: type[Call] = Call) -> APIRouter:
    """A router for calls, behind the gate."""
    gates = [Depends(gate), Security(BEARER)]
    return APIRouter(prefix="/api", tags=[tag], route_class=kind, dependencies=gates)


def says(
    *more: ProblemType,
    keyed: bool = False,
    matched: bool = False,
    changes: bool = False,
    media: str | None = None,
) -> dict[str, Any]:
    """What OpenAPI says of a call: its refusals, the headers that it needs, and what else than JSON it answers (`media`)."""
    kinds = [SIGN_IN, FORBIDDEN, problems.WRONG_FIELDS, *more]
    if changes or keyed or matched:
        kinds += [problems.BAD_BODY, LENGTH, problems.TOO_LARGE, problems.BAD_MEDIA_TYPE, REFUSED]
    kinds += [KEY_NEEDED, KEY_REUSED] if keyed else []
    kinds += [MISSING, NO_ETAG, STALE] if matched else []
    names = ["Idempotency-Key"] * keyed + ["If-Match"] * matched
    sent = [{"name": name, "in": "header", "required": True, **_SENT[name]} for name in names]
    return {
        "responses": documented(*dict.fromkeys(kinds)) | ({200: {"content": {media: {}}}} if media else {}),
        "openapi_extra": {"parameters": sent} if sent else None,
    }


def act_once(instance: Instance, sent: Sent, act: Act) -> Response:
    """Carry out a call under its Idempotency-Key.

    Raises:
        ProblemError: what the call was based on has changed.
    """
    parts = (sent.request.method, sent.request.url.path, sent.seen)
    content = "\n".join(parts).encode() + b"\n" + getattr(sent.request.state, "body", b"")
    asked = Asked(sent.visitor.actor.account_id, sent.key, content)
    try:
        told = once(instance, asked, act)
    except Overtaken as error:
        stale(error)
    return _respond(told)


def act(instance: Instance, visitor: Visitor, act: Act) -> Response:
    """Carry out a call that may be repeated: one that puts or deletes.

    Raises:
        ProblemError: what the call was based on has changed.
    """
    try:
        return _respond(carry_out(instance, visitor.actor.account_id, act))
    except Overtaken as error:
        stale(error)


def show(request: Request, body: BaseModel, tag: str | None = None) -> Response:
    """Answer what was read, with its ETag: `tag` where a version names it, else the digest of the answer."""
    content = body.model_dump_json(by_alias=True).encode()
    etag = f'"{tag}"' if tag is not None else f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type="application/json")


def turn_seen(sent: Sent) -> int:
    """The turn of a declaration from If-Match; one that is none was never seen."""
    return int(sent.seen) if sent.seen.isascii() and sent.seen.isdecimal() and len(sent.seen) < 9 else -1


def stale(error: Overtaken) -> NoReturn:
    """Tell who was overtaken what became of it, and when."""
    zh, en = split(str(error))
    extra = {"state": error.state, "duty": error.duty, "at": error.at}
    raise ProblemError(
        STALE, f"{zh}。", f"{en}.", {k: v for k, v in extra.items() if v is not None}
    ) from error


async def _read(request: Request) -> Request:
    """Read the body within limits, keep it beside the request, and parse it with exact numbers.

    Raises:
        ProblemError: no length, too large, no JSON, or JSON that two readers could read differently.
    """
    length = request.headers.get("content-length", "")
    if not length.isdecimal():
        raise ProblemError(LENGTH, "请求没有写明长度。", "The request has no Content-Length.")
    if int(length) > BODY_MOST:
        raise ProblemError(problems.TOO_LARGE, "请求太长，最多 256 KB。", "At most 256 KB.")
    if int(length) == 0:
        return request
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise ProblemError(
            problems.BAD_MEDIA_TYPE, "这里只接受 application/json。", "Only application/json is taken here."
        )
    body = await request.body()
    try:
        value = load_json(body, "body")
    except InputError as error:
        zh, _, en = error.message.partition(" / ")
        at = f"{error.line}:{error.column}"
        raise ProblemError(problems.BAD_BODY, f"第 {at} 处{zh}。", f"At {at}: {en}.") from None
    if not _is_text(value):
        words = "文字里有不能保存的字符。", "A text has characters that cannot be kept."
        raise ProblemError(problems.BAD_BODY, *words)
    request.state.body = body
    return _Exact(request, body, value)


def _is_text(value: object) -> bool:
    """Whether every text can be kept: no NUL, no half of a surrogate pair."""
    if isinstance(value, str):
        return not any(one == "\0" or "\ud800" <= one <= "\udfff" for one in value)
    if isinstance(value, dict):
        return all(_is_text(one) for pair in value.items() for one in pair)
    return all(map(_is_text, value)) if isinstance(value, list) else True


class _Exact(Request):
    """A request whose body was read before: the framework asks for the bytes, then for what they say."""

    def __init__(self, read: Request, body: bytes, value: object) -> None:
        super().__init__(read.scope, read.receive)
        self._body, self._value = body, value

    async def json(self) -> Any:
        return self._value


def _respond(told: Told) -> Response:
    headers = {**told.headers, **({"Idempotency-Replayed": "true"} if told.again else {})}
    return Response(
        told.content, told.status, headers, media_type="application/json" if told.content else None
    )
