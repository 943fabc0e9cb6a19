"""What an issuer configures of a certificate's look: its name in large letters and its seal."""

import re
from dataclasses import dataclass
from functools import cached_property

from issuer.certificates import art, fonts
from issuer.certificates.errors import CertificateError

SHAPES = frozenset({"svg", "g", "path", "circle", "ellipse", "rect", "line", "polyline", "polygon", "title"})
"""What a seal's SVG may consist of: no text, which no credential would vouch for, and nothing that fetches."""
_TAG = re.compile(r"<\s*([^\s/>]+)")
_OUTSIDE = re.compile(r"href|url\(")


@dataclass(frozen=True)
class Look:
    """The issuer's name and seal, drawn as outlines: nothing of it is text, and none of it is evidence.

    `seal` is the SVG of a round seal of 42 mm, of SHAPES alone; only a specimen may do without one, since this
    project draws no real seal. A specimen carries 样张 across its sheets, and 样章 in its seal.

    Raises:
        CertificateError: a seal is missing, or of other things than SHAPES.
    """

    issuer: str
    seal: str | None = None
    specimen: bool = False

    def __post_init__(self) -> None:
        """Refuse a look that would print a document without a seal, or words that no credential vouches for."""
        if self.seal is None and not self.specimen:
            raise CertificateError(
                '没有印章：请在 xueshi.toml 里写 seal = "印章.svg"（外圆 42 mm，只有轮廓）。'
                "There is no seal: name its SVG as `seal` in xueshi.toml; only a demo draws a specimen."
            )
        if self.seal is not None and (
            other := set(_TAG.findall(self.seal)) - SHAPES | set(_OUTSIDE.findall(self.seal))
        ):
            raise CertificateError(
                f"look: a seal of {', '.join(sorted(SHAPES))} alone, without {', '.join(sorted(other))}"
            )

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
