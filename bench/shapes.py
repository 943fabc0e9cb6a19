"""How sure the digits of honest certificates are: `python -m bench.shapes [CERTIFICATES]`.

Check 10 refuses a page on which a digit is less like itself than like another, or too little like itself (verifier/shapes.py). Prints
the worst of many drawn certificates beside the limits that refuse, and the processor time of looking at a page twice beside that of drawing it;
there must be room, or honest people would be refused.
"""

import sys
import time
from statistics import median

import pypdfium2

from bench.scan import records
from tests.verifier.authority import Authority
from tests.verifier.papers import certificate_pdf
from verifier import shapes
from verifier.credential import parse_payload
from verifier.drawing import grid_of, text_alone
from verifier.pdf import DPI, _glyphs, _render


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    authority = Authority()
    own: list[float] = []
    lead: list[float] = []
    looking: list[float] = []
    drawing: list[float] = []
    for data in records(count):
        shown = parse_payload(data)
        document = pypdfium2.PdfDocument(certificate_pdf(authority, authority.issue(shown), shown))
        page = document[0]
        start = time.process_time()
        _render(page, DPI)
        drawn = time.process_time()
        glyphs = [glyph for glyph in _glyphs(page, 0) if "0" <= glyph.text <= "9"]
        read = time.process_time()
        text_alone(page)
        picture = _render(page, shapes.DPI)
        compared = list(shapes.compared(picture, grid_of(page, picture), glyphs))
        looking.append(time.process_time() - read)
        drawing.append(drawn - start)
        own.append(min(likeness for _, likeness, _, _ in compared))
        lead.append(min(likeness - best for _, likeness, _, best in compared))
        document.close()
    print(f"{count} certificates: a digit agrees with itself in at least {min(own):.3f} of its squares")
    print(f"                 (median of the pages' least {median(own):.3f}); {shapes.ALIKE} refuses")
    print(f"                 and leads before the next by at least {min(lead):.3f}; 0 refuses")
    print(f"a page: {1000 * median(looking):.1f} ms beside {1000 * median(drawing):.1f} ms for drawing it")


if __name__ == "__main__":
    main()
