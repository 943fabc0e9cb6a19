"""Fonts with a few glyphs of the certificates' own faces, as PDF objects: numbered from 1 without gaps."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import uharfbuzz

from issuer.certificates import objects, shaping

DROPPED = ("GPOS", "GSUB", "GDEF", "OS/2", "cmap", "name", "post")
"""Tables that nothing in a PDF reads."""
MAP = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo
<< /Registry (Adobe)
/Ordering (UCS)
/Supplement 0
>> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange
{}
endcmap
CMapName currentdict /CMap defineresource pop
end
end"""
BLOCK = 100
"""Characters in one block of a ToUnicode map at most (Adobe Technical Note 5411)."""


@dataclass(frozen=True)
class Subset:
    """A font's file, and what each of its glyphs is: codes by the number in the whole face, characters and widths by code."""

    weight: str
    file: bytes
    codes: dict[int, str]
    characters: list[str]
    widths: list[int]


def subset(numbers: Mapping[int, str], weight: str) -> Subset:
    """Cut a font out of a face, of glyphs by their numbers there; the same for the same ones."""
    font = shaping.face(weight)
    wanted = uharfbuzz.SubsetInput()
    wanted.glyph_set.update(numbers)
    wanted.drop_table_tag_set.update(map(_tag, DROPPED))
    wanted.flags = uharfbuzz.SubsetFlags.NO_LAYOUT_CLOSURE
    plan = uharfbuzz.SubsetPlan(_prepared(weight), wanted)
    new = {old: place for old, place in plan.old_to_new_glyph_mapping.items() if old in numbers}
    ordered_numbers = sorted(new, key=lambda number: new[number])
    return Subset(
        weight,
        bytes(plan.execute().blob.data),
        {number: f"{place:04x}" for number, place in new.items()},
        [numbers[number] for number in ordered_numbers],
        [font.get_glyph_h_advance(number) for number in ordered_numbers],
    )


def font_objects(cut: Subset, first: int, descriptor: bytes) -> list[bytes]:
    """Return five objects, numbered from `first`, of which the first is the font; `descriptor` is that of the whole face."""
    name = _name(cut)
    widths = " ".join(map(str, cut.widths))
    return [
        f"<</Type /Font/Subtype /Type0/BaseFont /{name}/ToUnicode {first + 1} 0 R/Encoding /Identity-H"
        f"/DescendantFonts [{first + 2} 0 R]>>".encode(),
        objects.stream(_to_unicode(cut)),
        f"<</Type /Font/Subtype /CIDFontType2/BaseFont /{name}/CIDSystemInfo <</Registry (Adobe)/Ordering (Identity)"
        f"/Supplement 0>>/CIDToGIDMap /Identity/W [1 [{widths}]]/FontDescriptor {first + 3} 0 R>>".encode(),
        descriptor.replace(b"/NAME", f"/{name}".encode()).replace(b"/FILE", f"{first + 4} 0 R".encode()),
        objects.stream(cut.file, f"/Length1 {len(cut.file)}".encode()),
    ]


def _to_unicode(cut: Subset) -> bytes:
    codes = range(1, len(cut.characters) + 1)
    pairs = [
        f"<{code:04x}> <{c.encode('utf-16-be').hex()}>" for code, c in zip(codes, cut.characters, strict=True)
    ]
    blocks = [pairs[i : i + BLOCK] for i in range(0, len(pairs), BLOCK)]
    return MAP.format(
        "\n".join(line for block in blocks for line in (f"{len(block)} beginbfchar", *block, "endbfchar"))
    ).encode()


def _name(cut: Subset) -> str:
    """Return the font's name with six letters before it that tell subsets apart (ISO 32000-1, 9.6.4)."""
    digest = hashlib.sha256("".join(cut.characters).encode()).digest()
    return (
        "".join(chr(65 + byte % 26) for byte in digest[:6])
        + "+Xueshi-Serif"
        + "-Bold" * (cut.weight == "Bold")
    )


def _tag(name: str) -> int:
    return int.from_bytes(name.ljust(4).encode())


@lru_cache(maxsize=2)
def _prepared(weight: str) -> uharfbuzz.Face:
    """Return the whole face, prepared once for being cut from."""
    return uharfbuzz.subset_preprocess(shaping.face(weight).face)
