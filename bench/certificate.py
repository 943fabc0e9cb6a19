"""What a certificate costs: `python -m bench.certificate [COUNT] [MANY]`. CPU milliseconds of one process, sizes, memory.

Plain is WeasyPrint as it comes: the system's fonts, font configuration and style sheet made anew for each document.
The slow path keeps them and the art as it was drawn, and also draws the QR and attaches the files; the fast path stamps what differs on a frozen sheet,
QR and files too. Typst, the peer, lays the same words, art and faces out with our QR and files. These two make another
person's certificate each time, since both remember. Reading a document back, before it is released, stands beside all. The settings take turns, so that a busy
machine hits each alike. Then MANY certificates of different people follow by the fast path, in a process of their own, with the
memory after each fifth.
"""

import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from itertools import cycle
from multiprocessing import get_context
from pathlib import Path

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from bench.peers.typesetting import Peer
from issuer.certificates import printing, stamping
from issuer.certificates.draft import Draft
from issuer.certificates.errors import UnfitError
from issuer.certificates.freezing import freeze
from issuer.certificates.proofread import proofread
from issuer.certificates.qr import encode
from issuer.certificates.shaping import shape
from tests.issuer.certificates.people import person
from tests.issuer.certificates.samples import SAMPLES, Sample

KINDS = ("plain", "long names", "statement", "statement, three sheets")


def html_of(sample: Sample) -> str:
    draft, drawn = sample.draft, encode(sample.qr)
    density = printing.DENSITIES[-1 if any(sheet.lines for sheet in draft.page.sheets) else 0]
    heading = printing.Heading(draft.title, draft.issued, drawn.png, drawn.width_mm)
    return printing.html_of(draft.page, heading, draft.look, density, art_in_itself)


def art_in_itself(svg: str) -> str:
    return printing.data_url("image/svg+xml", svg.encode())


def plain_weasyprint(html: str) -> bytes:
    fonts = FontConfiguration()
    style = CSS(filename=printing.TEMPLATES / "certificate.css", font_config=fonts)
    return bytes(HTML(string=html).write_pdf(stylesheets=[style], font_config=fonts, pdf_variant="pdf/a-3u"))


def settings(sample: Sample, folder: Path) -> Mapping[str, Callable[[], object]]:
    """What is measured, by name."""
    html, draft = html_of(sample), sample.draft
    done = printing.lay_out(draft, "roomy")
    what: dict[str, Callable[[], object]] = {
        "plain WeasyPrint, no QR drawn": lambda: plain_weasyprint(html),
        "slow path": lambda: printing.lay_out(draft, "roomy"),
        "reading it back": lambda: proofread(done, sample.credential, sample.parsed, sample.qr),
    }
    if not fits(draft):
        return what
    people = [draft for draft in (person(number).draft for number in range(50)) if fits(draft)]
    shape.cache_clear()  # sheets are frozen now, but the people's texts are to be new
    stamped, laid_out, peer = cycle(people), cycle(people), Peer(draft, folder)
    return what | {
        "fast path": lambda: stamping.stamp(next(stamped), "roomy"),
        "  of it encoding the QR": lambda: encode(sample.qr),
        "Typst": lambda: peer.make(next(laid_out)),
    }


def fits(draft: Draft) -> bool:
    try:
        return bool(stamping.stamp(draft, "roomy"))
    except UnfitError:
        return False


def measure(count: int, kind: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        compare(count, kind, Path(folder))


def compare(count: int, kind: str, folder: Path) -> None:
    sample = SAMPLES[kind]
    what = settings(sample, folder)
    spent: dict[str, list[float]] = {name: [] for name in what}
    size: dict[str, int] = {}
    for _ in range(count):
        for name, work in what.items():
            start = time.process_time()
            made = work()
            spent[name].append(1000 * (time.process_time() - start))
            size[name] = len(made) if isinstance(made, bytes) else 0
    print(f"\n{kind}: QR version {encode(sample.qr).version}")
    for name, times in spent.items():
        kilobytes = f"{size[name] / 1000:8.0f} kB" if size[name] else ""
        print(f"  {name:30}{statistics.median(times):8.1f} ms (least {min(times):6.1f}){kilobytes}")
    if "fast path" in spent:
        plain, fast = (
            statistics.median(spent[name]) for name in ("plain WeasyPrint, no QR drawn", "fast path")
        )
        print(f"  the fast path takes 1/{plain / fast:.0f} of plain WeasyPrint's time")


def many(count: int) -> None:
    """Different people in a row, as a batch meets them; a sheet is frozen when its form comes up first."""
    spent, reasons, began = [], Counter[str](), time.process_time()
    print(f"\n{count} certificates of different people, fast path")
    for number in range(count):
        draft = person(number).draft
        start, frozen = time.process_time(), freeze.cache_info().misses
        try:
            stamping.stamp(draft, "roomy")
        except UnfitError as reason:
            reasons[str(reason)] += 1
            continue
        if freeze.cache_info().misses == frozen:
            spent.append(1000 * (time.process_time() - start))
        if (number + 1) % max(1, count // 5) == 0:
            print(f"  after {number + 1:5}: largest memory {memory():.0f} MB")
    if spent:
        deciles = statistics.quantiles(spent, n=10)
        print(
            f"  on a sheet frozen before: {len(spent)}, median {statistics.median(spent):.1f} ms, nine of ten {deciles[-1]:.1f} ms"
        )
    print(f"  all of it, with freezing: {1000 * (time.process_time() - began) / count:.1f} ms each")
    print(f"  sheets frozen meanwhile: {freeze.cache_info().misses}; laid out whole: {dict(reasons)}")


def memory() -> float:
    """This program's own: what `getrusage` answers counts the process that started it, too (proc(5), VmHWM)."""
    (line,) = (
        line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")
    )
    return int(line.split()[1]) / 1000


def main(count: int, number: int) -> None:
    start = time.process_time()
    stamping.stamp(SAMPLES["plain"].draft, "roomy")
    print(
        f"first certificate of a process: {1000 * (time.process_time() - start):.0f} ms of CPU (fonts, art, style, frozen sheet)"
    )
    print(f"median of {count} each, CPU milliseconds")
    for kind in KINDS:
        measure(count, kind)
    if number > 0:
        alone = get_context("spawn").Process(target=many, args=(number,))
        alone.start()
        alone.join()


if __name__ == "__main__":
    main(*(int(value) for value in [*sys.argv[1:], "5", "2000"][:2]))
