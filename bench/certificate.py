"""What a certificate costs: `python -m bench.certificate [COUNT]`. CPU milliseconds of one process, sizes, the QR's version.

Plain is WeasyPrint as it comes: the system's fonts, font configuration and style sheet made anew for each document.
Ours keeps them, and also draws the QR, attaches the files, and reads each document back before it is released.
The document and its art are the same for all settings; the settings take turns, so that a busy machine hits each alike.
"""

import resource
import statistics
import sys
import time
from collections.abc import Callable, Mapping

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from issuer.certificates import pdf
from issuer.certificates.look import SPECIMEN
from issuer.certificates.proofread import proofread
from issuer.certificates.qr import symbol
from tests.issuer.certificates.samples import PROOF, SAMPLES, Sample
from verifier.page import page_of

KINDS = ("plain", "long names", "statement", "statement, three sheets")


def html_of(sample: Sample) -> str:
    page = page_of(sample.credential, sample.parsed)
    density = pdf.DENSITIES[-1 if any(sheet.lines for sheet in page.sheets) else 0]
    return pdf._html(sample.credential, page, symbol(sample.qr), SPECIMEN, density)  # noqa: SLF001 - its very input


def plain_weasyprint(html: str) -> bytes:
    fonts = FontConfiguration()
    style = CSS(filename=pdf.TEMPLATES / "certificate.css", font_config=fonts)
    return bytes(HTML(string=html).write_pdf(stylesheets=[style], font_config=fonts, pdf_variant="pdf/a-3u"))


def settings(sample: Sample) -> Mapping[str, Callable[[], object]]:
    """What is measured, by name."""
    html = html_of(sample)
    files = {"credential.jwt": sample.jws.encode(), "ledger-proof.txt": PROOF.encode()}
    issued = sample.credential.issued_at
    done = pdf._write(html, files, issued)  # noqa: SLF001 - the part that lays out
    return {
        "plain WeasyPrint": lambda: plain_weasyprint(html),
        "ours, laid out only": lambda: pdf._write(html, files, issued),  # noqa: SLF001
        "  drawing the QR": lambda: symbol(sample.qr),
        "  reading it back": lambda: proofread(done, sample.credential, sample.parsed, sample.qr),
        "ours, whole": lambda: pdf.render(
            sample.credential, sample.jws, sample.qr, PROOF, sample.lines, SPECIMEN
        ),
    }


def measure(count: int, kind: str) -> None:
    sample = SAMPLES[kind]
    what = settings(sample)
    spent: dict[str, list[float]] = {name: [] for name in what}
    size: dict[str, int] = {}
    for _ in range(count):
        for name, work in what.items():
            start = time.process_time()
            made = work()
            spent[name].append(1000 * (time.process_time() - start))
            size[name] = len(made) if isinstance(made, bytes) else 0
    drawn = symbol(sample.qr)
    print(f"\n{kind}: QR version {drawn.version}, {drawn.width_mm:.1f} mm")
    for name, times in spent.items():
        kilobytes = f"{size[name] / 1000:8.0f} kB" if size[name] else ""
        print(f"  {name:22}{statistics.median(times):8.0f} ms (least {min(times):5.0f}){kilobytes}")


def main(count: int) -> None:
    start = time.process_time()
    pdf.render(*(getattr(SAMPLES["plain"], n) for n in ("credential", "jws", "qr")), PROOF, None, SPECIMEN)
    print(
        f"first certificate of a process: {1000 * (time.process_time() - start):.0f} ms of CPU (fonts, art, style)"
    )
    print(f"median of {count} each, CPU milliseconds")
    for kind in KINDS:
        measure(count, kind)
    print(f"\nlargest memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000:.0f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
