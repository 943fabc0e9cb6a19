"""Errors raised by issuer/credentials.

* IssuerError
    - ReleaseRefused    what was just signed does not pass the verifier's own reading
    - NotFound          no credential of that serial
    - AlreadyWithdrawn  its bit is set already
"""

from issuer.errors import IssuerError


class AlreadyWithdrawn(IssuerError):
    """The credential was superseded or revoked before."""
