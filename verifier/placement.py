"""Where a PDF's words stand: the right figure in the wrong cell is a wrong page (check 10).

Asked only when the text is already known to be right, so that each glyph belongs to a word of `page_of`. What is held:
rows and blocks follow each other down the sheet, none of them on the seal, and none larger than what the sheet is called; within a row the cells stand side by side, in order; within a block the
text runs to the right and then down.
"""

import dataclasses
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import inf

from verifier.credential import Credential
from verifier.evidence import Glyph
from verifier.lines import StatementLine
from verifier.page import page_of
from verifier.places import SEALED, Box
from verifier.sheet import Labelled, Sheet, Table, Word
from verifier.text_difference import plain

TOLERANCE = 1.5
"""Points by which boxes may touch."""
SHAPES = 1.3
"""How much larger the ink of one Chinese character may be than that of another in the same type."""
LINE = 1.3
"""Height of a line of ink, in heights of its tallest character; lines stand further apart."""


Cell = tuple[Word, ...]
Row = tuple[Cell, ...]
"""Cells side by side; a block of running text is a row of one cell."""


def misplaced(
    credential: Credential, lines: Sequence[StatementLine] | None, glyphs: Sequence[Glyph]
) -> str | None:
    """Return the field of the first word that does not stand where its row or block does; None when all do."""
    page = page_of(credential, lines)
    if "".join(plain(word.text) for word in page.words()) != "".join(glyph.text for glyph in glyphs):
        return "template"  # no box for some character
    rest = iter(glyphs)
    for number, sheet in enumerate(page.sheets):
        above: list[Glyph] = []
        seen: list[Glyph] = []
        title: list[Glyph] = []
        for row in _rows(sheet):
            cells = [[glyph for word in cell for glyph in _take(rest, word)] for cell in row]
            strayed = any(glyph.page != number or _on_the_seal(glyph) for cell in cells for glyph in cell)
            if strayed or not _holds(cells, above):
                return next(
                    (word.field for cell in row for word in cell if word.field != "template"), "template"
                )
            above = [glyph for cell in cells for glyph in cell] or above
            if row == (sheet.heading,):
                title = _title(sheet.heading, above)
            seen += (glyph for cell in cells for glyph in cell)
        if not _stands_out(title, seen):
            return "template"
        if not _stands(list(_foot(sheet, rest)), above, number):
            return "template"
    return None


def _title(heading: Cell, glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Return what the sheet is called in Chinese: the last words of its heading but the English ones."""
    *before, chinese, _ = (len(plain(word.text)) for word in heading)
    return list(glyphs[sum(before) :][:chinese])


def _stands_out(title: Sequence[Glyph], seen: Sequence[Glyph]) -> bool:
    """Say whether no Chinese character of a sheet is larger than those of its title, as far as one shape is than another."""
    called = min((glyph.size for glyph in title if glyph.is_ideograph), default=0.0)
    return SHAPES * called >= max((glyph.size for glyph in seen if glyph.is_ideograph), default=0.0)


def _rows(sheet: Sheet) -> Iterator[Row]:
    """Yield what stands from the top of a sheet to its remarks, in the order of printing."""
    for block in (sheet.serial, sheet.heading, sheet.year):
        yield (block,)
    yield from _labelled(sheet.fields)
    yield (sheet.body,)
    yield (sheet.english,)
    for table in (sheet.hours, sheet.lines, sheet.years):
        yield from _table(table)
    yield from _labelled(sheet.remarks)


def _labelled(fields: Sequence[Labelled]) -> Iterator[Row]:
    for field in fields:
        yield ((field.label,), (field.english,), field.value)


def _table(table: Table | None) -> Iterator[Row]:
    if table is not None:
        yield table.head
        for row in table.rows:
            yield tuple((word,) for word in row)


def _foot(sheet: Sheet, rest: Iterator[Glyph]) -> Iterator[list[Glyph]]:
    """Yield the blocks below the remarks: caption of the QR, day of issue, foot, number. They stand beside each other."""
    names = [field.name for field in dataclasses.fields(sheet)]
    for name in names[names.index("remarks") + 1 :]:
        yield [glyph for word in getattr(sheet, name) for glyph in _take(rest, word)]


def _take(rest: Iterator[Glyph], word: Word) -> list[Glyph]:
    """Take the glyphs of one word; one glyph may stand for several letters."""
    taken: list[Glyph] = []
    wanted = len(plain(word.text))
    while wanted > 0:
        taken.append(next(rest))
        wanted -= len(taken[-1].text)
    return taken


def _holds(cells: list[list[Glyph]], above: list[Glyph]) -> bool:
    """Say whether a row stands below what is above it, its cells side by side, each running on."""
    filled = [cell for cell in cells if cell]
    everything = [glyph for cell in filled for glyph in cell]
    if above and everything and _top(everything) > _bottom(above) + TOLERANCE:
        return False
    for left, right in pairwise(filled):
        if max(glyph.right for glyph in left) > min(glyph.left for glyph in right) + TOLERANCE:
            return False
    level = all(_top(filled[0]) > _bottom(cell) and _top(cell) > _bottom(filled[0]) for cell in filled[1:])
    return level and all(map(_runs_on, filled))


def _on_the_seal(glyph: Glyph) -> bool:
    if glyph.page != 0:
        return False
    box = Box(glyph.left, glyph.bottom, glyph.right, glyph.top)
    return any(map(box.overlaps, SEALED))


def _stands(blocks: list[list[Glyph]], above: list[Glyph], number: int) -> bool:
    everything = [glyph for block in blocks for glyph in block]
    below = not above or not everything or _top(everything) <= _bottom(above) + TOLERANCE
    return below and all(glyph.page == number for glyph in everything) and all(map(_runs_on, blocks))


def _runs_on(glyphs: list[Glyph]) -> bool:
    """Say whether text runs to the right and, from line to line, down.

    Boxes are of ink: a quotation mark hangs at the top of its line and a comma lies at the bottom, so what belongs to
    one line is held by the height of the whole, not by the place of its first mark.
    """
    em = max((glyph.top - glyph.bottom for glyph in glyphs), default=0.0)
    left, top, bottom = inf, -inf, inf
    for glyph in glyphs:
        if glyph.left >= left:
            top, bottom = max(top, glyph.top), min(bottom, glyph.bottom)
            if top - bottom > LINE * em + TOLERANCE:
                return False
        elif glyph.top < bottom + 2 * TOLERANCE:  # a line below, or the first
            top, bottom = glyph.top, glyph.bottom
        else:
            return False
        left = glyph.left
    return True


def _top(glyphs: Sequence[Glyph]) -> float:
    return max(glyph.top for glyph in glyphs)


def _bottom(glyphs: Sequence[Glyph]) -> float:
    return min(glyph.bottom for glyph in glyphs)
