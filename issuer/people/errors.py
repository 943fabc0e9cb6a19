"""Errors raised by issuer/people.

* IssuerError
    - IdentifierError   a document number cannot be one
        - WordingError  a name or employer cannot be printed or compared safely
    - UnitRefused       a unit or authority cannot be entered, merged or used as asked
"""

from issuer.errors import IssuerError


class IdentifierError(IssuerError):
    """A document number that cannot be one. `expected` says what would be; the number is not repeated."""

    def __init__(self, expected: str, message: str) -> None:
        self.expected = expected
        self.message = message
        super().__init__(f"{message}（expected: {expected}）")


class WordingError(IdentifierError):
    """A name or an employer with characters that have no place in one."""


class UnitRefused(IssuerError):
    """A unit or an authority cannot be entered, merged or used as asked; the message says why, in both languages."""
