from pathlib import Path

import pytest
import uharfbuzz
from fontTools.pens.areaPen import AreaPen
from fontTools.ttLib import TTFont

from issuer.certificates import typefaces
from issuer.certificates.errors import CertificateError

weights = pytest.mark.parametrize("weight", ["Regular", "Bold"])


@weights
def test_a_face_is_truetype_and_common_characters_have_small_numbers(weight: str) -> None:
    """What WeasyPrint embeds grows with the greatest glyph number, so the 6,763 ideographs of GB 2312 stand in front."""
    common = set(typefaces.gb_2312())
    assert len(common) == 6_763
    with TTFont(typefaces.faces()[weight]) as font:
        assert "glyf" in font
        assert "CFF " not in font
        assert font["OS/2"].fsType == 0
        names = font.getBestCmap()
        numbers = {code: font.getGlyphID(names[code]) for code in names}
    assert max(numbers[code] for code in common) < 10_000
    assert len(set(numbers.values())) == len(numbers) > 33_000


@weights
def test_outlines_are_those_of_the_source(weight: str) -> None:
    """The same area within a hundredth, and the same width, though the curves are of another kind."""
    with (
        TTFont(typefaces.faces()[weight]) as made,
        TTFont(typefaces.SOURCES[weight], fontNumber=typefaces.SIMPLIFIED, lazy=True) as source,
    ):
        for character in "学时证明张龙喆堃Ag%":
            areas = []
            for font in (made, source):
                glyphs = font.getGlyphSet()
                pen = AreaPen(glyphs)
                glyphs[font.getBestCmap()[ord(character)]].draw(pen)
                areas.append(abs(pen.value))
            assert areas[0] == pytest.approx(areas[1], rel=0.01), character
            widths = [font["hmtx"][font.getBestCmap()[ord(character)]][0] for font in (made, source)]
            assert widths[0] == widths[1]


@weights
def test_figures_have_one_width(weight: str) -> None:
    with TTFont(typefaces.faces()[weight]) as font:
        names = font.getBestCmap()
        assert len({font["hmtx"][names[ord(figure)]][0] for figure in typefaces.FIGURES}) == 1


@weights
@pytest.mark.parametrize("text", ["AVAToj", "Wilhelmina O'Neill", "“To”"])
def test_latin_is_kerned_as_in_the_source(weight: str, text: str) -> None:
    widths = []
    for path, number in ((typefaces.faces()[weight], 0), (typefaces.SOURCES[weight], typefaces.SIMPLIFIED)):
        font = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)), number))
        shaped = uharfbuzz.Buffer()
        shaped.add_str(text)
        shaped.guess_segment_properties()
        uharfbuzz.shape(font, shaped, {"liga": False})
        widths.append([position.x_advance for position in shaped.glyph_positions])
    assert widths[0] == widths[1]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("XUESHI_FONTS", str(tmp_path / "file"))
    typefaces.faces.cache_clear()
    try:
        with pytest.raises(CertificateError, match=r"file.*XUESHI_FONTS"):
            typefaces.faces()
    finally:
        typefaces.faces.cache_clear()
