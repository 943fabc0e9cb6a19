from collections.abc import Iterator

import pytest

from issuer.certificates import fonts
from issuer.certificates.errors import MissingGlyphError

LEVEL_3 = {
    "URO": (range(0x4E00, 0x9FF0), 20_976),
    "Extension A": (range(0x3400, 0x4DB6), 6_582),
    "Extension B": (range(0x20000, 0x2A6D7), 42_711),
    "Extension C": (range(0x2A700, 0x2B735), 4_149),
    "Extension D": (range(0x2B740, 0x2B81E), 222),
    "Extension E": (range(0x2B820, 0x2CEA2), 5_762),
    "Extension F": (range(0x2CEB0, 0x2EBE1), 7_473),
    "compatibility": ([0xFA00 + low for low in b"\x0e\x0f\x11\x13\x14\x1f\x21\x23\x24\x27\x28\x29"], 12),
}
"""The ideographs of GB 18030-2022's implementation level 3, 87,887 in all."""


def ideographs() -> Iterator[int]:
    for block, _ in LEVEL_3.values():
        yield from block


@pytest.mark.parametrize("name", LEVEL_3)
def test_the_table_counts_what_the_standard_does(name: str) -> None:
    block, count = LEVEL_3[name]
    assert len(block) == count


def test_every_ideograph_of_gb_18030_level_3_has_a_glyph() -> None:
    absent = set(ideographs()) - fonts.coverage()
    assert len(set(ideographs())) == 87_887
    assert absent == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("张示例 Zhang", [], id="common"),
        pytest.param("龙𠅤𬭩", [], id="Ext B and F"),
        pytest.param("扎西\u0f40\u0f40", ["U+0F40"], id="Tibetan, named once"),
        pytest.param("\U00031353\U0001d100", ["U+31353", "U+1D100"], id="Ext H and music"),
        pytest.param("a\tb", ["U+0009"], id="control"),
        pytest.param("a\u00a0b\u3000c d", [], id="spaces"),
    ],
)
def test_missing(text: str, expected: list[str]) -> None:
    assert fonts.missing(text) == expected


def test_drawn_letters_are_bold_or_refused() -> None:
    assert set(fonts.outlines("样章样")) == {"样", "章"}
    with pytest.raises(MissingGlyphError, match=r"U\+31353"):
        fonts.outlines("样\U00031353")


def test_the_environment_is_as_before() -> None:
    import os

    before = os.environ.get("FONTCONFIG_FILE")
    fonts.configuration()
    assert os.environ.get("FONTCONFIG_FILE") == before
