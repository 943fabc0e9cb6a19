"""Art that is the same on every document: WeasyPrint draws it once, and its operators are written again from then on."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from xml.etree import ElementTree as ET

from weasyprint.images import SVGImage
from weasyprint.urls import URLFetcher

from issuer.certificates.errors import CertificateError

KINDS = ("ExtGState", "XObject", "Pattern", "Shading", "ColorSpace")
"""What operators may name of a page's resources, besides fonts, which art has not."""


class Drawing:
    """An SVG as WeasyPrint's images are: what it has ready under an address is not fetched, read or drawn again.

    WeasyPrint leaves out an image that it cannot draw, and says so in its log; a certificate without its seal is none.

    Raises:
        CertificateError: no SVG; and from `draw`, it cannot be drawn.
    """

    def __init__(self, svg: str, fetcher: URLFetcher) -> None:
        self._svg, self._fetcher = svg, fetcher
        with _told():
            self._size = self._image().get_intrinsic_size
            self._size(1, 1)
        self._drawn: dict[tuple[float, float], tuple[bytes, dict[str, Any]] | None] = {}

    def get_intrinsic_size(self, resolution: float, font_size: float) -> Any:
        """Return width, height and their ratio, as WeasyPrint asks an image."""
        return self._size(resolution, font_size)

    def draw(self, stream: Any, width: float, height: float, style: Any) -> None:
        """Write the operators that draw it in a size; what needs more than opacity of the page is drawn anew each time."""
        del style
        size = width, height
        if size not in self._drawn:
            apart = stream.clone(resources={kind: {} for kind in KINDS})
            self._draw(apart, width, height)
            resources = apart._resources  # noqa: SLF001 - WeasyPrint is pinned, and tests compare what comes of it
            plain = not any(resources[kind] for kind in KINDS[1:]) and all(
                state.keys() <= {"ca", "CA"} for state in resources["ExtGState"].values()
            )
            self._drawn[size] = (b"\n".join(apart.stream), resources["ExtGState"]) if plain else None
        if (drawn := self._drawn[size]) is None:
            self._draw(stream, width, height)
            return
        operators, states = drawn
        stream.stream.append(operators)
        stream._resources["ExtGState"].update(states)  # noqa: SLF001 - as above

    def _draw(self, stream: Any, width: float, height: float) -> None:
        with _told():
            self._image()._svg.draw(stream, width, height, None, None)  # noqa: SLF001 - as above

    def _image(self) -> SVGImage:
        """Return it anew: WeasyPrint's keeps the stream that it draws on, and two threads may draw at a time."""
        return SVGImage(ET.fromstring(self._svg), None, self._fetcher, None)  # noqa: S314 - ours, or as `look` lets it


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (
        ArithmeticError,
        AttributeError,
        ET.ParseError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        raise CertificateError(
            f"印章或图案画不出 a seal, or other art, cannot be drawn: {type(error).__name__}: {error}"
        ) from error
