"""Errors raised by issuer/transfers.

* IssuerError
    - NotFound          no credential of that serial
    - TransferRefused   there is no year to certify, or not the years that were asked for
"""

from issuer.errors import IssuerError


class TransferRefused(IssuerError):
    """A transfer certificate cannot be issued as asked; the message says why, in both languages."""
