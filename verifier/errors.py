"""Errors raised by verifier/.

* VerifierError
    - InputError          a file or text that cannot be used as given (exit code 2)
    - TokenError          a JWS that is malformed, or whose signature does not hold
        - AlgorithmError  its algorithm is not the one bound to the key
    - CredentialError     a payload that is not what docs/format.md section 3 says
        - UnknownVersionError   a type or version this verifier does not know
    - TransportError      a QR text that is not what section 6 says
        - UnknownFormatError    a frame format or dictionary this verifier does not know
    - StatusError         a status list that cannot be relied on
        - StaleError      it is past its time
    - PdfSignatureError   a PDF's own signature that is not what section 7 says, or does not hold
    - TrustError          a trust list that cannot be relied on
    - BundleError         a bundle that is not whole, or whose parts do not belong together
    - RulingsError        published rules that are not what their issuer signed, or do not go together
    - RollbackError       older than, or contradicting, what was seen here before
    - SourceError         a public file that cannot be had
        - AbsentError     it is not there
"""

from datetime import datetime


class VerifierError(Exception):
    """Base class of every error raised by verifier/."""


class InputError(VerifierError):
    """A file or text that cannot be used as given."""

    def __init__(self, name: str, expected: str, message: str) -> None:
        """Name the file, what was expected of it, and what was found."""
        super().__init__(f"{name}: {message} (expected: {expected})")
        self.name = name
        self.expected = expected
        self.message = message


class TokenError(VerifierError):
    """A JWS that is malformed, or whose signature does not hold."""


class AlgorithmError(TokenError):
    """The token's algorithm is not the one bound to the key."""


class CredentialError(VerifierError):
    """A payload that is not what the format says; the message names the place."""


class UnknownVersionError(CredentialError):
    """A type or version that this verifier does not know; a newer one may."""


class TransportError(VerifierError):
    """A QR text that is not what the format says."""


class UnknownFormatError(TransportError):
    """A frame format or dictionary that this verifier does not know; a newer one may."""


class StatusError(VerifierError):
    """A status list that cannot be relied on: never read as "not revoked"."""


class StaleError(StatusError):
    """A status list that is past its time."""

    def __init__(self, issued: datetime, message: str) -> None:
        """Name the moment at which it was issued."""
        super().__init__(message)
        self.issued = issued


class PdfSignatureError(VerifierError):
    """A PDF's own signature that is not what the format says, or does not hold; the message says what was expected."""


class TrustError(VerifierError):
    """A trust list that cannot be relied on."""


class BundleError(VerifierError):
    """A bundle that is not whole, or whose parts do not belong together; the message names the part."""


class RulingsError(VerifierError):
    """Published rules that are not what their issuer signed, or do not go together; the message names the file."""


class RollbackError(VerifierError):
    """Signed data that is older than what was seen here before, or contradicts it."""


class SourceError(VerifierError):
    """A public file that cannot be had: missing, too large, unreachable, or not allowed."""


class AbsentError(SourceError):
    """The place where a public file should be was reached, and there is none."""
