"""Sign-in and one's own account. JSON."""

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response

from issuer.access import service, tokens
from issuer.access.errors import NotAllowed
from issuer.access.roles import Actor
from issuer.access.schemas import (
    AccountAnswer,
    GrantAnswer,
    NewPassword,
    NewToken,
    OpenedAnswer,
    Opening,
    SessionAnswer,
    SignIn,
    TokenAnswer,
    TokensAnswer,
    token_answer,
)
from issuer.access.tables import account
from issuer.instance import Transaction
from issuer.portal.calls import Keyed, act, act_once, calls, says, show
from issuer.portal.gate import Gate, Visit
from issuer.portal.problems import MISSING, SIGN_IN_REFUSED, THROTTLED
from issuer.portal.schemas import Id
from issuer.portal.service import Answer
from issuer.portal.visitors import Door
from ledger.store import reading


def routes(door: Door, gate: Gate) -> APIRouter:
    """Return the calls of sign-in and of one's own account."""
    router = calls("account", gate)
    its = _Calls(door)
    router.post(
        "/sessions",
        status_code=201,
        response_model=SessionAnswer,
        summary="登录 Sign in",
        **says(SIGN_IN_REFUSED, THROTTLED, changes=True),
    )(its.sign_in)
    router.post(
        "/invitations",
        response_model=OpenedAnswer,
        summary="凭邀请码开通账号；动态码密钥只显示一次 Open an account by its invitation; the TOTP secret is told once",
        **says(THROTTLED, changes=True),
    )(its.open_account)
    router.delete("/sessions/current", status_code=204, summary="退出 Sign out", **says())(its.sign_out)
    router.get("/account", response_model=AccountAnswer, summary="我的账号 One's account", **says())(
        its.account
    )
    router.put(
        "/account/password",
        status_code=204,
        summary="修改口令；其他会话和令牌随之终止 Change the password; other sessions and all tokens end",
        **says(SIGN_IN_REFUSED, THROTTLED, changes=True),
    )(its.change_password)
    router.get("/account/tokens", response_model=TokensAnswer, summary="程序令牌 Tokens", **says())(
        its.tokens
    )
    router.post(
        "/account/tokens",
        status_code=201,
        response_model=TokenAnswer,
        summary="建立程序令牌，密文只显示一次 Make a token; its secret is told once",
        **says(keyed=True),
    )(its.make_token)
    router.delete(
        "/account/tokens/{token_id}",
        status_code=204,
        summary="终止程序令牌 End a token",
        **says(MISSING),
    )(its.end_token)
    return router


class _Calls:
    def __init__(self, door: Door) -> None:
        self._door, self._instance = door, door.instance

    def sign_in(self, request: Request, asked: SignIn) -> SessionAnswer:
        self._door.count_try(request)
        session = service.sign_in(self._instance, asked.login, asked.password, asked.code)
        roles = sorted({grant.role for grant in session.actor.grants})
        return SessionAnswer(token=session.token or "", roles=tuple(roles))

    def open_account(self, request: Request, asked: Opening, response: Response) -> OpenedAnswer:
        self._door.count_try(request)
        factor = service.open_account(self._instance, asked.invitation, asked.number, asked.password)
        response.headers["Cache-Control"] = "no-store"
        return OpenedAnswer(
            secret=None if factor is None else factor.secret, uri=None if factor is None else factor.uri
        )

    def sign_out(self, visitor: Visit) -> Response:
        if visitor.program:
            raise NotAllowed  # a program's token is ended by its owner
        service.sign_out(self._instance, visitor.token)
        return Response(status_code=204)

    def account(self, request: Request, visitor: Visit) -> Response:
        with reading(self._instance.engine).connect() as connection:
            row = connection.execute(sa.select(account).where(account.c.id == visitor.actor.account_id)).one()
        grants = sorted(
            visitor.actor.grants,
            key=lambda one: (one.role, one.place.unit_id or 0, one.place.authority_id or 0),
        )
        found = AccountAnswer(
            login=row.login,
            second_factor=row.totp_sealed is not None,
            person=None if visitor.person is None else visitor.person.id,
            roles=tuple(sorted(visitor.roles)),
            grants=tuple(
                GrantAnswer(role=one.role, unit=one.place.unit_id, authority=one.place.authority_id)
                for one in grants
            ),
        )
        return show(request, found)

    def change_password(self, visitor: Visit, asked: NewPassword) -> Response:
        if visitor.program:
            raise NotAllowed
        service.change_password(self._instance, visitor.actor.account_id, visitor.token, asked.old, asked.new)
        return Response(status_code=204)

    def tokens(self, request: Request, visitor: Visit) -> Response:
        with reading(self._instance.engine).connect() as connection:
            found = tokens.tokens_of(connection, visitor.actor.account_id)
        return show(request, TokensAnswer(items=tuple(token_answer(one) for one in found)))

    def make_token(self, sent: Keyed, asked: NewToken) -> Response:
        if sent.visitor.program:
            raise NotAllowed  # else a stolen token would breed

        def make(work: Transaction, actor: Actor) -> Answer:
            made = tokens.make_token(work, actor, asked.label, asked.until_day)
            return Answer(token_answer(made), 201)

        return act_once(self._instance, sent, make)

    def end_token(self, visitor: Visit, token_id: Id) -> Response:
        def end(work: Transaction, actor: Actor) -> Answer:
            tokens.end_token(work, actor, token_id)
            return Answer(None, 204)

        return act(self._instance, visitor, end)
