"""How alike the digits of honest certificates are: `python -m bench.shapes [CERTIFICATES]`.

Check 10 refuses a page on which two digits of different names look the same (verifier/shapes.py). Prints the largest likeness of
two different digits over many drawn certificates, beside the limit that refuses, and the processor time for a page beside
that of drawing it; there must be room between the first and the limit, or honest people would be refused.
"""

import sys
import time
from statistics import median

import pypdfium2

from bench.scan import records
from tests.verifier.authority import Authority
from tests.verifier.papers import certificate_pdf
from verifier.credential import parse_payload
from verifier.pdf import _glyphs, _pixels, _render
from verifier.shapes import ALIKE, read_shapes


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    authority = Authority()
    likeness: list[float] = []
    looking: list[float] = []
    drawing: list[float] = []
    for data in records(count):
        shown = parse_payload(data)
        document = pypdfium2.PdfDocument(certificate_pdf(authority, authority.issue(shown), shown))
        start = time.process_time()
        picture = _render(document[0])
        drawn = time.process_time()
        glyphs = list(_glyphs(document[0], 0))
        read = time.process_time()
        shapes = list(read_shapes(picture, glyphs, _pixels(document[0], picture)))
        pairs = [(a, b) for at, a in enumerate(shapes) for b in shapes[at + 1 :] if a.digit != b.digit]
        likeness.append(max(a.like(b) for a, b in pairs))
        looking.append(time.process_time() - read)
        drawing.append(drawn - start)
        document.close()
    print(f"{count} certificates: two different digits are alike by at most {max(likeness):.3f}")
    print(f"                 (median of the pages' largest {median(likeness):.3f}); {ALIKE} refuses")
    print(f"a page: {1000 * median(looking):.1f} ms beside {1000 * median(drawing):.1f} ms for drawing it")


if __name__ == "__main__":
    main()
