"""Who is asking: the session of the cookie, with the roles as they are at this moment."""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from fastapi import Request, Response

from issuer.access.clients import TOKEN, Client, resume_client
from issuer.access.oidc import Provider
from issuer.access.roles import Actor, Role
from issuer.access.service import stay
from issuer.access.sessions import Session, resume
from issuer.access.tokens import PREFIX, resume_token
from issuer.errors import NotFound
from issuer.instance import Instance, Transaction
from issuer.people.service import Person
from issuer.people.tables import professional
from ledger.store import reading
from verifier.web.rates import Rates

LANGUAGE = "lang"
_TRIES = (
    "每分钟最多尝试登录 {} 次，请稍后再试。",
    "At most {} tries to sign in a minute: try again later.",
)


@dataclass(frozen=True)
class Visitor:
    """One request's visitor. `session` is None for somebody not signed in; `person` for one who is no professional."""

    english: bool
    session: Session | None = None
    token: str = ""
    person: Person | None = None
    program: bool = False
    """True for a token of a program: nobody signed in just now."""
    client: Client | None = None
    """A registration system that sends batches; then there is no session."""

    @staticmethod
    def nobody(request: Request) -> "Visitor":
        """Somebody not signed in."""
        return Visitor(request.cookies.get(LANGUAGE) == "en")

    @property
    def roles(self) -> frozenset[Role]:
        """Every role held anywhere; a professional's comes from being entered as one."""
        if self.client is not None:
            return frozenset({Role.SENDER})
        if self.session is None:
            return frozenset()
        own = {Role.PROFESSIONAL} if self.person else set()
        return frozenset(own | {grant.role for grant in self.session.actor.grants})

    @property
    def actor(self) -> Actor:
        """The actor. Only asked where the gate has let somebody signed in through."""
        assert self.session is not None  # noqa: S101 - the gate refuses earlier; this is for the type
        return self.session.actor


def person_of(visitor: Visitor) -> Person:
    """The professional who asks.

    Raises:
        NotFound: whoever asks is entered as none.
    """
    if visitor.person is None:
        raise NotFound("您没有登记为专业技术人员 you are not entered as a professional")
    return visitor.person


class Door:
    """Finds the visitor of a request, and keeps the cookie."""

    def __init__(self, instance: Instance) -> None:
        """A demo runs without TLS, so its cookie cannot be Secure; every other is, and bound to the host."""
        self.instance = instance
        self._secure = not instance.settings.demo
        self._name = "__Host-xueshi" if self._secure else "xueshi"
        self._journey = self._name + "-journey"
        settings = instance.settings
        self.provider = None if settings.oidc_issuer is None else Provider(settings)
        """The OpenID provider, where one is set."""
        self._tries = Rates(settings.sign_ins_per_minute, settings.client_header, _TRIES)

    def find(self, request: Request) -> Visitor:
        """Find who is asking. Two short queries and one more for the person; nothing is written but the hour."""
        nobody = Visitor.nobody(request)
        bearer = request.headers.get("authorization", "")
        program = request.url.path.startswith("/api/")
        token = bearer.removeprefix("Bearer ") if program else request.cookies.get(self._name, "")
        if not token or (program and token == bearer):
            return nobody
        if program and token.startswith(TOKEN):
            return self._client(token) or nobody
        of_program = program and token.startswith(PREFIX)
        with reading(self.instance.engine).connect() as connection:
            session = self._resume(Transaction(self.instance, connection), token, of_program=of_program)
            if session is None:
                return nobody
            row = connection.scalar(
                sa.select(professional.c.id).where(professional.c.person_key == session.actor.person_key)
            )
        if session.stale:
            stay(self.instance, token)
        person = None if row is None else Person(int(row), session.actor.person_key)
        return Visitor(nobody.english, session, token, person, of_program)

    def _client(self, token: str) -> Visitor | None:
        with reading(self.instance.engine).connect() as connection:
            client = resume_client(Transaction(self.instance, connection), token)
        return None if client is None else Visitor(english=False, client=client)

    @staticmethod
    def _resume(work: Transaction, token: str, *, of_program: bool) -> Session | None:
        if not of_program:
            return resume(work, token)
        actor = resume_token(work, token)
        return None if actor is None else Session(actor, form_key="")

    def let_in(self, response: Response, token: str) -> None:
        """Give the cookie of a new session."""
        response.set_cookie(self._name, token, path="/", secure=self._secure, httponly=True, samesite="lax")

    def count_try(self, request: Request) -> None:
        """Count a try to sign in, before the password is looked at.

        Raises:
            ProblemError: too many of this client's; says when to come back.
        """
        self._tries.take(request, 1)

    def remember(self, response: Response, sealed: str, how_long: timedelta) -> None:
        """Give the cookie of a journey to the provider."""
        response.set_cookie(
            self._journey,
            sealed,
            max_age=int(how_long.total_seconds()),
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )

    def remembered(self, request: Request) -> str:
        """What that cookie says, "" without one."""
        return request.cookies.get(self._journey, "")

    def forget(self, response: Response) -> None:
        """Take that cookie back."""
        response.delete_cookie(self._journey, path="/", secure=self._secure, httponly=True, samesite="lax")

    def let_out(self, response: Response) -> None:
        """Take the cookie back."""
        response.delete_cookie(self._name, path="/", secure=self._secure, httponly=True, samesite="lax")
