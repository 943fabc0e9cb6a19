"""Errors raised by issuer/certificates/.

* IssuerError
    - CertificateError    a document cannot be made as asked, or does not pass its own check; nothing was released
        - MissingGlyphError    a character that no font has
        - UnfitError           it does not fit the fast path; it never leaves issuer.certificates.pdf
"""

from collections.abc import Sequence

from issuer.errors import IssuerError


class CertificateError(IssuerError):
    """A document cannot be made as asked, or does not pass its own check; nothing was released."""


class MissingGlyphError(CertificateError):
    """A character that no font has, so that it cannot be printed."""

    def __init__(self, characters: Sequence[str]) -> None:
        """Name the characters by their code points, such as "U+2B8B8"."""
        super().__init__(f"字库缺字 no font has: {', '.join(characters)}")
        self.characters = tuple(characters)


class UnfitError(CertificateError):
    """A document that does not fit the fast path, for the reason given; it is laid out whole instead."""
