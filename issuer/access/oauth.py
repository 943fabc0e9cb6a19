"""The token endpoint for registration systems: OAuth 2 client credentials (RFC 6749, section 4.4), by Authlib.

Authlib authenticates the client, reads the grant and words the answers; here are only the client, its scopes and where
tokens are kept. A scope is `import:` and the id of a mapping profile; without one a token is for all of the client's.
"""

import hmac
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from authlib.oauth2.rfc6749 import (
    AuthorizationServer,
    ClientMixin,
    InvalidScopeError,
    OAuth2Request,
)
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload

from issuer.access.clients import LASTS, digest, give_token
from issuer.access.tables import client
from issuer.instance import Instance, writing
from ledger.store import reading

SCOPE = "import:"
log = logging.getLogger(__name__)
logging.getLogger("authlib").setLevel(logging.INFO)  # its lines for debugging hold tokens


@dataclass(frozen=True)
class TokenAnswer:
    """What the endpoint answers."""

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str]


def answer_token(instance: Instance, authorization: str, form: Mapping[str, str]) -> TokenAnswer:
    """Answer a request for a token; who cannot be authenticated is told no more than that."""
    request = _Request(authorization, form)
    answer: TokenAnswer = _Server(instance).create_token_response(request)
    return answer


class _Request(OAuth2Request):  # type: ignore[misc]  # Authlib has no types
    def __init__(self, authorization: str, form: Mapping[str, str]) -> None:
        # TLS ends at the proxy: that this is not asked in clear text is the proxy's business.
        super().__init__("POST", "https://localhost/", headers={"Authorization": authorization})
        self.payload = BasicOAuth2Payload(dict(form))

    @property
    def form(self) -> Mapping[str, str]:
        found: Mapping[str, str] = self.payload.data
        return found


class _Client(ClientMixin):  # type: ignore[misc]  # as above
    def __init__(self, row: sa.Row[Any]) -> None:
        self.id, self.name = row.id, row.name
        self.scopes = frozenset(SCOPE + one for one in row.profiles.split())
        self._digest = bytes(row.digest)

    def check_client_secret(self, secret: str) -> bool:
        return hmac.compare_digest(digest(secret), self._digest)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return endpoint == "token" and method in _Grant.TOKEN_ENDPOINT_AUTH_METHODS

    def check_grant_type(self, grant_type: str) -> bool:
        return bool(grant_type == _Grant.GRANT_TYPE)


class _Grant(ClientCredentialsGrant):  # type: ignore[misc]  # as above
    TOKEN_ENDPOINT_AUTH_METHODS: Sequence[str] = ("client_secret_basic", "client_secret_post")

    def validate_requested_scope(self) -> None:
        if not set((self.request.payload.scope or "").split()) <= self.request.client.scopes:
            raise InvalidScopeError


class _Server(AuthorizationServer):  # type: ignore[misc]  # as above
    def __init__(self, instance: Instance) -> None:
        super().__init__()
        self._instance = instance
        self.register_grant(_Grant)
        self.register_token_generator("default", self._make)

    def _make(self, client: _Client, scope: str | None, **_: object) -> dict[str, Any]:
        scopes = frozenset((scope or "").split()) or client.scopes
        # A crash before this commit leaves no token, after it one that nobody was told.
        with writing(self._instance) as work:
            token = give_token(work, client.id, {one.removeprefix(SCOPE) for one in scopes})
        log.info("token given client=%s", client.name)
        lasts = int(LASTS.total_seconds())
        return {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": lasts,
            "scope": " ".join(sorted(scopes)),
        }

    def query_client(self, client_id: str) -> _Client | None:
        with reading(self._instance.engine).connect() as connection:
            mine = sa.select(client).where(client.c.name == client_id, client.c.ended_at.is_(None))
            row = connection.execute(mine).one_or_none()
        return None if row is None else _Client(row)

    def save_token(self, token: Mapping[str, Any], request: OAuth2Request) -> None:
        """It is kept where it is made."""

    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        """Nobody listens."""

    def create_oauth2_request(self, request: _Request) -> _Request:
        return request

    def handle_response(
        self,
        status: int,
        body: Mapping[str, Any] | Sequence[tuple[str, Any]],
        headers: Sequence[tuple[str, str]],
    ) -> TokenAnswer:
        told = dict(body)
        if told.get("error") == "invalid_client":
            # Whether there is such a client is nobody's business: one answer for all (RFC 6749, section 5.2).
            return TokenAnswer(
                401,
                {"error": "invalid_client"},
                {"WWW-Authenticate": 'Basic realm="xueshi"', "Cache-Control": "no-store"},
            )
        return TokenAnswer(status, told, {"Cache-Control": "no-store"} | dict(headers))
