"""OpenID Connect (Core 1.0, code flow with PKCE): ask the provider who somebody is, and check every word of the answer.

Authlib has the rules for an ID token's claims (Core 3.1.3.7) and PKCE's challenge (RFC 7636), joserfc its signature. What
the provider knows of a person beside the subject is used once, for binding, and never kept.
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from issuer.access.errors import ProviderAway, ProviderRefused
from issuer.config import Settings
from issuer.people.identifier import IdType

ALGORITHMS = ["ES256", "EdDSA", "PS256", "RS256"]
"""Signatures that are taken; `none` and those with a shared key are not."""
TIMEOUT = 10.0
KNOWN_FOR = 3600.0
"""Seconds for which the provider's addresses and keys are kept."""
LEEWAY = 60


@dataclass(frozen=True)
class Journey:
    """What must come back from the provider as it was sent; sealed in a cookie meanwhile. `stronger`: a second factor was asked for."""

    state: str
    nonce: str
    verifier: str
    to: str
    stronger: bool
    began: float

    def dump(self) -> str:
        """As text, for sealing."""
        return json.dumps(asdict(self))

    @staticmethod
    def load(text: str) -> "Journey":
        """Read what `dump` wrote."""
        return Journey(**json.loads(text))


@dataclass(frozen=True)
class Vouched:
    """Whom the provider vouches for: our name for its subject, how they proved it, and number and kind of the document that it
    says. `kind` None: it said none, or one that the settings do not know.
    """

    subject: str
    second_factor: bool
    number: str | None
    kind: IdType | None = IdType.RESIDENT_ID


class Provider:
    """One OpenID provider, as the settings name it."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.time) -> None:
        """Ask nobody yet: the provider may be away when the issuer starts."""
        self._settings, self._clock = settings, clock
        self._issuer = str(settings.oidc_issuer)
        self._found: tuple[float, dict[str, Any], KeySet] | None = None

    @property
    def redirect(self) -> str:
        """Where the provider sends people back to."""
        return f"{self._settings.portal_address}/sign-in/oidc/callback"

    def begin(self, journey: Journey) -> str:
        """The address at the provider to which somebody is sent.

        Raises:
            ProviderAway: it does not answer, or says that it is another.
        """
        asked = {
            "response_type": "code",
            "client_id": self._settings.oidc_client_id,
            "redirect_uri": self.redirect,
            "scope": " ".join(("openid", *self._settings.oidc_scopes)),
            "state": journey.state,
            "nonce": journey.nonce,
            "code_challenge": create_s256_code_challenge(journey.verifier),
            "code_challenge_method": "S256",
        }
        if journey.stronger:
            asked |= {"acr_values": " ".join(self._settings.oidc_second_factor), "prompt": "login"}
        return f"{self._metadata()['authorization_endpoint']}?{urlencode(asked)}"

    def end(self) -> str | None:
        """The address at the provider that ends its session too (RP-Initiated Logout), None where it has none."""
        address = self._metadata().get("end_session_endpoint")
        asked = {
            "client_id": self._settings.oidc_client_id,
            "post_logout_redirect_uri": f"{self._settings.portal_address}/sign-in",
        }
        return None if address is None else f"{address}?{urlencode(asked)}"

    def redeem(self, journey: Journey, answered: Mapping[str, str]) -> Vouched:
        """Check what came back, and change the code for an ID token. `answered` are the callback's parameters.

        Raises:
            ProviderRefused: another journey's answer, a refusal, or an ID token that does not hold.
            ProviderAway: it does not answer.
        """
        if not hmac.compare_digest(answered.get("state", "").encode(), journey.state.encode()):
            raise ProviderRefused(
                "登录已过期或不是从这里开始的，请重新登录", "the answer belongs to another sign-in"
            )
        metadata = self._metadata()
        named = answered.get("iss")
        if named not in {None, self._issuer} or (
            named is None and metadata.get("authorization_response_iss_parameter_supported")
        ):
            raise ProviderRefused("应答来自另一个认证服务", "the answer is another provider's")  # RFC 9207
        if "error" in answered or not answered.get("code"):
            raise ProviderRefused("统一认证没有完成，请重新登录", "the provider did not vouch for anybody")
        asked = {
            "grant_type": "authorization_code",
            "code": answered["code"],
            "redirect_uri": self.redirect,
            "code_verifier": journey.verifier,
            "client_id": self._settings.oidc_client_id,
        }
        secret = self._settings.oidc_secret()
        login = None if secret is None else (str(self._settings.oidc_client_id), secret)
        tokens = self._ask("POST", metadata["token_endpoint"], data=asked, auth=login)
        return self._vouched(journey, tokens)

    def _vouched(self, journey: Journey, tokens: Mapping[str, Any]) -> Vouched:
        try:
            token = self._verified(str(tokens.get("id_token", "")))
            options: dict[str, Any] = {
                "iss": {"essential": True, "value": self._issuer},
                "aud": {"essential": True, "value": self._settings.oidc_client_id},
                "nonce": {"essential": True, "value": journey.nonce},
            }
            params = {"nonce": journey.nonce, "client_id": self._settings.oidc_client_id}
            params["access_token"] = tokens.get("access_token")
            claims = CodeIDToken(token.claims, token.header, options, params)
            claims.validate(now=int(self._clock()), leeway=LEEWAY)
        except (JoseError, AuthlibBaseError, ValueError, TypeError) as error:
            raise ProviderRefused(
                "统一认证的应答核验不通过", "what the provider signed does not hold"
            ) from error
        its = self._settings
        number = claims.get(its.oidc_number_claim) if its.oidc_number_claim else None
        strong = claims.get("acr") in its.oidc_second_factor
        kind: IdType | None = IdType.RESIDENT_ID
        if its.oidc_kind_claim is not None:
            kind = its.oidc_kinds.get(str(claims.get(its.oidc_kind_claim)))
        subject = subject_of(self._issuer, str(claims["sub"]))
        return Vouched(subject, strong, number if isinstance(number, str) else None, kind)

    def _verified(self, text: str) -> jwt.Token:
        """The token with a signature of the provider's; its keys are read anew, once, where none fits."""
        try:
            return jwt.decode(text, self._known()[1], ALGORITHMS)
        except (JoseError, ValueError):
            self._found = None
        return jwt.decode(text, self._known()[1], ALGORITHMS)

    def _metadata(self) -> dict[str, Any]:
        return self._known()[0]

    def _known(self) -> tuple[dict[str, Any], KeySet]:
        """The provider's addresses and keys, read anew when they are old."""
        if self._found is not None and self._clock() - self._found[0] < KNOWN_FOR:
            return self._found[1:]
        metadata = self._ask("GET", self._issuer.rstrip("/") + "/.well-known/openid-configuration")
        wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if metadata.get("issuer") != self._issuer or not all(
            isinstance(metadata.get(name), str) for name in wanted
        ):
            raise ProviderAway
        try:
            keys = KeySet.import_key_set(self._ask("GET", metadata["jwks_uri"]))  # type: ignore[arg-type] # checked there
        except (JoseError, ValueError, KeyError, TypeError):
            raise ProviderAway from None
        self._found = (self._clock(), metadata, keys)
        return metadata, keys

    def _ask(self, method: str, address: str, **more: Any) -> dict[str, Any]:
        try:
            with httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False) as client:
                answer = client.request(method, address, headers={"accept": "application/json"}, **more)
                found = answer.json()
        except (httpx.HTTPError, ValueError):
            raise ProviderAway from None
        if answer.status_code >= 500 or not isinstance(found, dict):
            raise ProviderAway
        if answer.status_code >= 400:
            raise ProviderRefused("统一认证拒绝了这次登录", "the provider refused this sign-in")
        return found


def subject_of(issuer: str, subject: str) -> str:
    """The name by which an account knows somebody of a provider: another provider's same subject is another name."""
    return hashlib.sha256(f"{issuer} {subject}".encode()).hexdigest()


def fresh_journey(random_bytes: Callable[[int], bytes], to: str, *, stronger: bool) -> Journey:
    """Begin a journey with a state, a nonce and a PKCE verifier of its own."""
    state, nonce, verifier = (
        base64.urlsafe_b64encode(random_bytes(32)).decode().rstrip("=") for _ in range(3)
    )
    return Journey(state, nonce, verifier, to, stronger, time.time())
