"""Sign-in and one's own account, as programs see them."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from issuer.access.roles import Role
from issuer.access.tokens import Token
from issuer.portal.schemas import Line, Part

Password = Annotated[str, Field(min_length=1, max_length=200)]


class SignIn(Part):
    """Login, password, and the present TOTP code of those who have duties over others."""

    login: Annotated[str, Field(min_length=1, max_length=60)]
    password: Password
    code: Annotated[str, Field(max_length=10)] = ""


class SessionAnswer(Part):
    """A session: it ends after half an hour without a call, and after twelve hours in any case."""

    token: str
    roles: tuple[Role, ...]


class GrantAnswer(Part):
    """A role at a unit or at an authority with everything below it, by their ids."""

    role: Role
    unit: int | None
    authority: int | None


class AccountAnswer(Part):
    """One's own account. `person` is the id of the professional, null for one who is none."""

    login: str
    second_factor: bool
    person: int | None
    roles: tuple[Role, ...]
    grants: tuple[GrantAnswer, ...]


class NewPassword(Part):
    """The password as it was, and as it shall be: 10 to 200 characters."""

    old: Password
    new: Annotated[str, Field(min_length=10, max_length=200)]


class NewToken(Part):
    """What a token is for, and its last day."""

    label: Annotated[Line, Field(max_length=60)]
    until_day: date


class Opening(Part):
    """What opens an account: the invitation's code, the holder's own document number, and a password to be set."""

    invitation: Annotated[str, Field(min_length=1, max_length=60)]
    number: Annotated[str, Field(min_length=1, max_length=60)]
    password: Annotated[str, Field(min_length=1, max_length=1000)]


class OpenedAnswer(Part):
    """An opened account. The secret of the second factor is told once; null where none is needed."""

    secret: str | None
    uri: str | None


class TokenAnswer(Part):
    """A token for programs. `secret` is told once, when it is made."""

    id: int
    label: str
    until_day: date
    made_at: datetime
    secret: str | None = None


class TokensAnswer(Part):
    """The tokens of one's own account, at most ten."""

    items: tuple[TokenAnswer, ...]


def token_answer(one: Token) -> TokenAnswer:
    """Tell of a token."""
    return TokenAnswer(
        id=one.id, label=one.label, until_day=one.until_day, made_at=one.made_at, secret=one.secret
    )
