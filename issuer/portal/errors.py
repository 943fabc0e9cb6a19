"""Errors raised by issuer/portal.

* IssuerError
    - CallRefused
        - KeyReused   an Idempotency-Key that was used for another call
"""

from issuer.errors import IssuerError


class CallRefused(IssuerError):
    """A program's call cannot be carried out as it was sent."""


class KeyReused(CallRefused):
    """The Idempotency-Key was used for another call."""

    def __init__(self) -> None:
        super().__init__(
            "这个 Idempotency-Key 已用于另一次请求 this Idempotency-Key was used for another call"
        )
