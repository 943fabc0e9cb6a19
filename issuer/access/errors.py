"""Errors raised by issuer/access.

* IssuerError
    - AccessError
        - SignInRefused   login, password or code do not fit; which one is never said
        - SignInThrottled too many failures; carries the seconds to wait
        - NotAllowed      the actor holds no role that allows this here
        - AccountRefused  an account, password or role cannot be made as asked
"""

from issuer.errors import IssuerError


class AccessError(IssuerError):
    """Base class of what sign-in and roles refuse."""


class SignInRefused(AccessError):
    """Login, password or code do not fit. Which one is never said."""

    def __init__(self) -> None:
        super().__init__("账号、口令或动态码不对 login, password or code do not fit")


class SignInThrottled(AccessError):
    """Too many failures on this account. `seconds` until the next try counts."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(
            f"尝试次数太多，请 {seconds} 秒后再试 too many attempts, try again in {seconds} seconds"
        )


class NotAllowed(AccessError):
    """The actor holds no role that allows this here."""

    def __init__(self) -> None:
        super().__init__("您现在没有办理这件事的权限 your roles do not allow this")


class AccountRefused(AccessError):
    """An account, a password or a role cannot be made as asked; the message says why, in both languages."""
