"""What every request passes first and last: host names, safe headers, one log line, and the outermost catch.

The log line has method, route, status and milliseconds: no query string, no address, no name of a file. An unexpected
error is logged by its type and place alone, because its message may quote what somebody sent.
"""

import logging
import secrets
import traceback
from collections.abc import Callable, Collection, Mapping
from time import perf_counter

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from verifier.web import problems
from verifier.web.problems import ProblemError

log = logging.getLogger(__name__)

ProblemAnswerer = Callable[[Request, ProblemError], Response]

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_CLIENT_GONE = 499
"""Logged when the client went away; nobody is there to read an answer."""

SAFE_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
"""Set on every answer that does not say otherwise."""


class Guard:
    """ASGI middleware. `hosts` are the names that the service answers to; None takes any. `answer` draws a problem."""

    def __init__(self, app: ASGIApp, hosts: Collection[str] | None, answer: ProblemAnswerer) -> None:
        """Wrap `app`."""
        self._app = app
        self._answer = answer
        self._hosts = None if hosts is None else frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, and answer whatever goes wrong inside."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = perf_counter(), 0

        async def send_safely(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in SAFE_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            if self._known(scope):
                await self._app(scope, receive, send_safely)
            else:
                await self._answer(Request(scope), _misdirected())(scope, receive, send_safely)
        except ClientDisconnect:
            status = _CLIENT_GONE
        except Exception as error:  # noqa: BLE001 - the outermost loop of a request
            problem = fault(f"{type(error).__name__} at {place_of(error)}")
            if status:
                raise RuntimeError("a fault after the answer had begun; it is logged") from None
            await self._answer(Request(scope), problem)(scope, receive, send_safely)
        finally:
            milliseconds = (perf_counter() - started) * 1000
            log.info("%s %s %d %.0f ms", _method(scope), _route(scope), status, milliseconds)

    def _known(self, scope: Scope) -> bool:
        # Style sheets and pictures are the same for everybody, and the page that says "not this host" needs them.
        if self._hosts is None or scope["path"].startswith("/static/"):
            return True
        host = Headers(scope=scope).get("host", "").lower()
        name = host if host.endswith("]") else host.rpartition(":")[0] or host
        return name in self._hosts


def _misdirected() -> ProblemError:
    return ProblemError(
        problems.MISDIRECTED,
        "请用本单位公布的网址打开。这个网址不是本服务的，不要在上面输入证件号。（管理员：主机名由设置 hosts 规定。）",
        "Use the published address. This one is not the service's: type no ID number there. (Administrators: `hosts` sets the names.)",
    )


def fault(what: str) -> ProblemError:
    """Log a failure under a new reference number; return the problem that tells the number. `what` holds no input."""
    reference = secrets.token_hex(4)
    log.error("fault %s: %s", reference, what)
    return ProblemError(
        problems.INTERNAL,
        f"没有核验完，您的内容没有保存。请稍后再试；仍然不行，请把编号 {reference} 告诉管理员。",
        f"Nothing was kept. Try again later; if it stays, give the number {reference} to the administrator.",
        {"reference": reference},
    )


def place_of(error: BaseException) -> str:
    """Return file and line where an error arose: what may be logged of it."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{last.filename}:{last.lineno}"


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in _METHODS else "?"


def _route(scope: Scope) -> str:
    """Return the route's pattern: an unknown path may hold anything, so it is not logged."""
    return str(getattr(scope.get("route"), "path", "-"))
