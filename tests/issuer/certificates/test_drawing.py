"""Art is drawn once and written again: what stands on the page is what WeasyPrint itself would have drawn there."""

import pypdfium2
import pytest
from PIL import Image, ImageChops
from weasyprint import HTML

from issuer.certificates import printing
from issuer.certificates.drawing import Drawing
from issuer.certificates.look import SPECIMEN

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
PAGE = '<style>@page {{ size: 60mm }} img {{ width: {1}mm }}</style><p>前 <img src="{0}"> 后</p><p style="color: red">next</p>'


def picture(address: str, width: int, cache: dict[str, object]) -> Image.Image:
    pdf = HTML(string=PAGE.format(address, width)).write_pdf(cache=cache)
    with pypdfium2.PdfDocument(pdf) as document:
        return document[0].render(scale=4).to_pil()


@pytest.mark.parametrize("name", ART)
def test_art_looks_as_weasyprint_draws_it_each_time_and_in_each_size(name: str) -> None:
    drawing = Drawing(ART[name], printing.fetcher())
    for width in (40, 40, 25, 40):
        drawn = picture("art:it", width, {"art:it": drawing})
        usual = picture(printing.data_url("image/svg+xml", ART[name].encode()), width, {})
        assert ImageChops.difference(drawn, usual).getbbox() is None
        assert len(usual.getcolors(1 << 16) or ()) > 2
