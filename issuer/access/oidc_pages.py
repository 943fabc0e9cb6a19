"""Signing in by the OpenID provider: two addresses, out and back. HTML."""

import base64
from datetime import timedelta

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from issuer.access import service
from issuer.access.errors import ProviderRefused, SecondFactorNeeded
from issuer.access.local import local
from issuer.access.oidc import Journey, Provider, fresh_journey
from issuer.errors import NotFound
from issuer.keys.errors import SealBroken
from issuer.keys.vault import Sealed
from issuer.portal.gate import Gate, Visit
from issuer.portal.shell import Shell
from issuer.portal.visitors import Door

JOURNEY = timedelta(minutes=10)
_BOUND = b"oidc journey"


def routes(_shell: Shell, door: Door, gate: Gate) -> APIRouter:
    """Return the routes of signing in by the provider; without one in the settings there is nobody to go to."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(gate)])
    pages = _Pages(door)
    router.get("/sign-in/oidc")(pages.leave)
    router.get("/sign-in/oidc/callback")(pages.come_back)
    return router


class _Pages:
    def __init__(self, door: Door) -> None:
        self._door, self._instance = door, door.instance

    @property
    def _provider(self) -> Provider:
        if self._door.provider is None:
            raise NotFound("没有设置统一认证 no sign-in service is set")
        return self._door.provider

    def leave(self, _visitor: Visit, to: str = "/") -> Response:
        return self._send(local(to), stronger=False)

    def come_back(self, request: Request, _visitor: Visit) -> Response:
        journey = self._journey(request)
        vouched = self._provider.redeem(journey, dict(request.query_params))
        try:
            session = service.sign_in_by_provider(self._instance, vouched)
        except SecondFactorNeeded:
            if journey.stronger:
                raise
            return self._send(journey.to, stronger=True)
        answer = RedirectResponse(journey.to, 303)
        self._door.let_in(answer, session.token or "")
        self._door.forget(answer)
        return answer

    def _send(self, to: str, *, stronger: bool) -> Response:
        journey = fresh_journey(self._instance.random_bytes, to, stronger=stronger)
        answer = RedirectResponse(self._provider.begin(journey), 303)
        sealed = self._instance.vault.seal(journey.dump(), _BOUND)
        kept = f"{sealed.by}.{base64.urlsafe_b64encode(sealed.data).decode()}"
        self._door.remember(answer, kept, JOURNEY)
        return answer

    def _journey(self, request: Request) -> Journey:
        """The journey that this browser began.

        Raises:
            ProviderRefused: none, or too long ago.
        """
        late = ProviderRefused(
            "登录已过期或不是从这里开始的，请重新登录", "the answer belongs to another sign-in"
        )
        try:
            by, _, kept = self._door.remembered(request).partition(".")
            sealed = Sealed(base64.urlsafe_b64decode(kept), by)
            journey = Journey.load(self._instance.vault.reveal(sealed, _BOUND))
        except (SealBroken, ValueError):
            raise late from None
        if self._instance.now().timestamp() - journey.began > JOURNEY.total_seconds():
            raise late
        return journey
