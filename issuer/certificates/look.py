"""What an issuer configures of a certificate's look: its name in large letters and its seal."""

from dataclasses import dataclass
from functools import cached_property

from issuer.certificates import art, fonts
from issuer.certificates.errors import CertificateError


@dataclass(frozen=True)
class Look:
    """The issuer's name and seal, drawn as outlines: nothing of it is text, and none of it is evidence.

    `seal` is the SVG of a round seal of 42 mm without any text element; only a specimen may do without one, since this
    project draws no real seal. A specimen carries 样张 across its sheets, and 样章 in its seal.

    Raises:
        CertificateError: a seal is missing, or contains text.
    """

    issuer: str
    seal: str | None = None
    specimen: bool = False

    def __post_init__(self) -> None:
        """Refuse a look that would print a document without a seal, or words that no credential vouches for."""
        if self.seal is None and not self.specimen:
            raise CertificateError("look: a seal (SVG), unless it is a specimen")
        if self.seal is not None and "<text" in self.seal:
            raise CertificateError("look: a seal whose letters are outlines, not text")

    @cached_property
    def _letters(self) -> art.Letters:
        return fonts.outlines(self.issuer + "样张章")

    @cached_property
    def ground(self) -> str:
        """All that lies under the words, as SVG."""
        return art.background(self._letters, specimen=self.specimen)

    @cached_property
    def seal_art(self) -> str:
        """The seal, as SVG."""
        return self.seal if self.seal is not None else art.specimen_seal(self.issuer, self._letters)

    @cached_property
    def name_art(self) -> str:
        """The issuer's name in one line of outlines, as SVG."""
        return art.lettering(self.issuer, self._letters)


SPECIMEN = Look(issuer="甘肃省继续教育示范平台", specimen=True)
"""The look of what this repository prints: an invented platform's, and marked so."""
