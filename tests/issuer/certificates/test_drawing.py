"""Art is drawn once and written again: what stands on the page is what WeasyPrint itself would have drawn there."""

import re
import sys
from concurrent.futures import ThreadPoolExecutor

import pypdfium2
import pytest
from PIL import Image, ImageChops
from weasyprint import HTML

from issuer.certificates import printing
from issuer.certificates.drawing import Drawing
from issuer.certificates.errors import CertificateError
from issuer.certificates.look import SPECIMEN, Look

SEAL = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 42 42">{}</svg>'
CIRCLES = (
    '<circle cx="16" cy="21" r="12" fill="#d7181e" {0}/><circle cx="26" cy="21" r="12" fill="#185bd7" {0}/>'
)
ART = {
    "ground": SPECIMEN.ground,
    "seal": SPECIMEN.seal_art,
    "name": SPECIMEN.name_art,
    "see-through": SEAL.format(CIRCLES.format('fill-opacity=".4" stroke="#000" stroke-opacity=".6"')),
    "see-through together": SEAL.format(f'<g opacity=".5">{CIRCLES.format("")}</g>'),
}
PAGE = """<style>@page {{ size: 90mm; margin: 5mm }} img {{ width: {1}mm }}</style>
<p>前 <img src="{0}"> 后</p><p style="color: red">next</p>"""
EMPTY = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="{}"/>'


def picture(address: str, width: int, cache: dict[str, object]) -> Image.Image:
    pdf = HTML(string=PAGE.format(address, width)).write_pdf(cache=cache)
    with pypdfium2.PdfDocument(pdf) as document:
        (page,) = list(document)
        return page.render(scale=4).to_pil()


@pytest.mark.parametrize("name", ART)
def test_art_looks_as_weasyprint_draws_it_each_time_and_in_each_size(name: str) -> None:
    drawing = Drawing(ART[name], printing.fetcher())
    for width in (40, 40, 25, 40):
        drawn = picture("art:it", width, {"art:it": drawing})
        usual = picture(printing.data_url("image/svg+xml", ART[name].encode()), width, {})
        assert ImageChops.difference(drawn, usual).getbbox() is None
        box = re.search('viewBox="([^"]+)"', ART[name])
        bare = picture(printing.data_url("image/svg+xml", EMPTY.format(box and box[1]).encode()), width, {})
        assert ImageChops.difference(usual, bare).getbbox(), "the art is seen"


def test_several_that_draw_it_first_at_a_time_draw_the_same() -> None:
    """WeasyPrint keeps in an image the stream that it draws on: pages of the portal are drawn by several threads."""
    alone = picture("art:it", 40, {"art:it": Drawing(SPECIMEN.ground, printing.fetcher())})
    together: dict[str, object] = {"art:it": Drawing(SPECIMEN.ground, printing.fetcher())}
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)  # so that they do draw at a time
    try:
        with ThreadPoolExecutor(4) as threads:
            pictures = list(threads.map(lambda _: picture("art:it", 40, dict(together)), range(8)))
    finally:
        sys.setswitchinterval(usual)
    assert all(ImageChops.difference(one, alone).getbbox() is None for one in pictures)


@pytest.mark.parametrize(
    ("seal", "says"),
    [
        pytest.param('<svg viewBox="0 0 42 42"><circle', "ParseError", id="cut off"),
        pytest.param(SEAL.format("").replace("42 42", "42"), "IndexError", id="half a box"),
        pytest.param(SEAL.format('<circle cx="21" cy="21" r="zz"/>'), "nothing is seen", id="no number"),
        pytest.param(SEAL.format('<path d="M 1 x y z"/>'), "nothing is seen", id="no path"),
        pytest.param(
            SEAL.format('<circle cx="21" cy="21" r="20" fill="none"/>'), "nothing is seen", id="invisible"
        ),
        pytest.param(SEAL.format(""), "nothing is seen", id="empty"),
    ],
)
def test_a_seal_that_cannot_be_drawn_is_told_before_anything_is(seal: str, says: str) -> None:
    """WeasyPrint would leave it out, and say so in its log."""
    with pytest.raises(CertificateError, match=says):
        printing.hold_drawable(Look("示例机关", seal))


def test_art_that_can_be_drawn_is_held_to_nothing_more() -> None:
    printing.hold_drawable(SPECIMEN)
    printing.hold_drawable(Look("示例机关", SEAL.format(CIRCLES.format('stroke="#d7181e"'))))
