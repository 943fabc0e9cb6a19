"""Errors raised by issuer/access.

* IssuerError
    - AccessError
        - SignInRefused   login, password or code do not fit; which one is never said
        - SignInThrottled too many failures; carries the seconds to wait
        - SecondFactorNeeded  the provider vouches without the second factor that the account's duties need
        - ProviderRefused     what the OpenID provider answered does not hold, or it vouches for nobody known here
        - ProviderAway        the OpenID provider does not answer
        - NotAllowed      the actor holds no role that allows this here
        - InvitationRefused   no such invitation, too old, used, or another person's; which of these is never said
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


class SecondFactorNeeded(AccessError):
    """The OpenID provider vouches without a second factor, which the account's duties need."""

    def __init__(self) -> None:
        super().__init__(
            "审核、核实和管理人员须用第二个因素登录统一认证 people with duties over others sign in with a second factor"
        )


class ProviderRefused(AccessError):
    """What the OpenID provider answered does not hold, or it vouches for nobody known here."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} {en}")


class ProviderAway(AccessError):
    """The OpenID provider does not answer, or not as one."""

    def __init__(self) -> None:
        super().__init__(
            "统一认证暂时没有应答，请稍后再试 the sign-in service does not answer; try again later"
        )


class NotAllowed(AccessError):
    """The actor holds no role that allows this here."""

    def __init__(self) -> None:
        super().__init__("您现在没有办理这件事的权限 your roles do not allow this")


class AccountRefused(AccessError):
    """An account, a password or a role cannot be made as asked; the message says why, in both languages."""


class InvitationRefused(AccessError):
    """No such invitation, too old, used, or another person's. Which of these is never said."""

    def __init__(self) -> None:
        super().__init__(
            "邀请码或证件号码不对，或邀请码已过期、已用过 code or document number do not fit, or the invitation is old or used"
        )
