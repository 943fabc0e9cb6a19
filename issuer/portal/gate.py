"""The one gate before every page and every call: what is not listed in `permissions` is refused.

It also reads a page's form and insists on its key (CSRF), so that no route can forget to.
"""

import hmac
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool

from issuer.portal.forms import SMALL, Form, read_form
from issuer.portal.permissions import ANYONE, TABLE
from issuer.portal.problems import FORBIDDEN, FORM_EXPIRED, SIGN_IN
from issuer.portal.visitors import Door, Visitor
from verifier.web.problems import WRONG_FIELDS, ProblemError


class Gate:
    """A dependency of every router of the portal; answers the visitor."""

    def __init__(self, door: Door) -> None:
        """`door` knows who is asking."""
        self._door = door

    async def __call__(self, request: Request) -> Visitor:
        """Let a visitor through.

        Raises:
            ProblemError: not signed in, not allowed, a form of another session, or NUL in the address.
        """
        visitor = await run_in_threadpool(self._door.find, request)
        request.state.visitor = visitor
        page = not request.url.path.startswith("/api/")
        posts = request.method == "POST"
        if page and posts:
            length = request.headers.get("content-length", "")
            if visitor.session is None and length.isdecimal() and int(length) > SMALL:
                raise _sign_in(request)
            request.state.form = await read_form(request)
        allowed = TABLE.get(f"{request.method} {request.scope['route'].path}")
        if allowed is None:
            raise _forbidden()
        if any("\0" in one for pair in request.query_params.multi_items() for one in pair):
            # What is in a body is held where it is read; PostgreSQL takes no NUL in a text.
            raise ProblemError(
                WRONG_FIELDS, "网址里有不能查找的字符。", "The address has a character that no text has."
            )
        if allowed is ANYONE:
            return visitor
        if visitor.session is None and visitor.client is None:
            raise _sign_in(request)
        # What is anybody's who is signed in is no system's: it is not signed in.
        if (allowed or visitor.client) and not allowed & visitor.roles:
            raise _forbidden()
        if page and posts:
            _hold_form_key(request.state.form, visitor)
        return visitor


def visitor_of(request: Request) -> Visitor:
    """The visitor whom the gate let through."""
    visitor: Visitor = request.state.visitor
    return visitor


Visit = Annotated[Visitor, Depends(visitor_of)]
"""The visitor, as a page or call asks for it."""


def form_of(request: Request) -> Form:
    """The form that the gate read."""
    form: Form = request.state.form
    return form


def _hold_form_key(form: Form, visitor: Visitor) -> None:
    wanted = visitor.session.form_key if visitor.session else ""
    if not wanted or not hmac.compare_digest(form.text("form_key").encode(), wanted.encode()):
        raise ProblemError(
            FORM_EXPIRED,
            "这张表单不是这次登录打开的，没有保存。请返回上一页重新打开；您填的内容在下面，可复制。",
            "This form was not opened in this session; nothing was saved. Go back and open it again; what you filled in is below.",
        )


def _sign_in(request: Request) -> ProblemError:
    back = request.url.path if request.method == "GET" else "/"
    return ProblemError(
        SIGN_IN,
        "还没有登录，或者登录已结束。什么都没有保存；登录后可以接着办理。",
        "You are not signed in, or your session has ended. Nothing was saved; sign in to go on.",
        {"signIn": f"/sign-in?to={quote(back)}"},
        {"WWW-Authenticate": 'Bearer realm="xueshi"'},
    )


def _forbidden() -> ProblemError:
    return ProblemError(
        FORBIDDEN,
        "您现在没有办理这件事的权限，没有保存任何内容。角色有变动时，请联系管理员。",
        "Your roles do not allow this now; nothing was saved. Ask an administrator if your role should have changed.",
    )
