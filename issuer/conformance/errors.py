"""Errors raised by issuer/conformance.

* IssuerError
    - CredentialRefused  what was posted is no credential, or does not verify
"""

from issuer.errors import IssuerError


class CredentialRefused(IssuerError):
    """What was posted is no credential, or does not verify; the message says why and repeats nothing of it."""
