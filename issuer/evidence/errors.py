"""Errors raised by issuer/evidence.

* IssuerError
    - EvidenceRefused    a file is no proof that can be kept: type, size, or content
    - EvidenceMissing    the store has lost a file that a declaration names, or does not answer
"""

from issuer.errors import IssuerError


class EvidenceRefused(IssuerError):
    """A file that cannot be kept as proof. `zh` and `en` say why and what to do; neither repeats the content."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(f"{zh} {en}")


class EvidenceMissing(IssuerError):
    """A kept file cannot be read or written: the folder or bucket is at fault, not the user."""
