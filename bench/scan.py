"""How well printed certificates are read: `python -m bench.scan [CERTIFICATES]`, at least 300 for the figure that counts.

Each certificate is drawn as the issuer draws it (real layout, real size of the QR) and printed at 300 dpi, black or white. Then it
is spoiled, with a fixed seed for each certificate, as paper, camera and chat do: ink that spreads or fades, rotation (half within
6°, half to 45°, one in seven by a further quarter turn), perspective to 8 %, a sensor of 100 to 300 dots an inch, blur, motion,
contrast, uneven light, noise, JPEG at 40 to 70, stains over 6 to 14 % of the symbol. One frame a trial; a live camera sees ten a
second. Prints the share from which the exact token comes back, with Wilson's interval at 95 %. Simulated: no real printer and no
real phone was used.
"""

import io
import math
import random
import sys
import time
from collections.abc import Callable, Iterator
from multiprocessing import Pool

import pypdfium2
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from bench.qr import Records
from tests.verifier.authority import Authority
from tests.verifier.papers import certificate_pdf, qr_box
from verifier.credential import parse_payload
from verifier.errors import InputError
from verifier.evidence import read_evidence

PRINTED_AT = 300
"""Dots an inch of the printer."""
AROUND = 0.35
"""Of the page around the symbol that is in the photograph, as a share of the symbol's side."""
Chance = random.Random
Box = tuple[int, int, int, int]


def ink(printed: Image.Image, chance: Chance) -> Image.Image:
    """Ink that spreads or is thin by up to a dot: soft, then black or white at another level."""
    level = chance.randrange(90, 180)
    soft = printed.filter(ImageFilter.GaussianBlur(chance.uniform(0.2, 0.8)))
    return soft.point(lambda v: 255 if v > level else 0)


def stain(printed: Image.Image, symbol: Box, chance: Chance) -> Image.Image:
    """Coffee, ink or a hole over 6 to 14 % of the symbol, clear of its three corner marks: to the right and low."""
    left, top, right, bottom = symbol
    side = right - left
    r = side * math.sqrt(chance.uniform(0.06, 0.14) / math.pi)
    x = chance.uniform(left + 0.3 * side + r, right - r)
    y = chance.uniform(top + 0.3 * side + r, bottom - r)
    kind = chance.choice(["coffee", "ink", "hole"])
    blot = Image.new("L", printed.size, 0 if kind == "hole" else 255)
    ImageDraw.Draw(blot).ellipse(
        (x - r, y - r, x + r, y + r), fill={"coffee": 150, "ink": 0, "hole": 255}[kind]
    )
    # Coffee and ink darken the paper; through a hole the white of what lies below shows.
    return ImageChops.lighter(printed, blot) if kind == "hole" else ImageChops.multiply(printed, blot)


def turned(paper: Image.Image, chance: Chance, *, furthest: float) -> Image.Image:
    """The paper askew on a table that is not white."""
    angle = chance.uniform(-6, 6) if chance.random() < 0.5 else chance.uniform(-furthest, furthest)
    if furthest > 6 and chance.random() < 0.15:
        angle += chance.choice([90, 180, 270])
    return paper.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=200)


def tilted(paper: Image.Image, chance: Chance) -> Image.Image:
    """Seen from a side: each corner is up to 8 % away from where it should be."""
    width, height = paper.size
    corners = [
        (x * width + sx * chance.uniform(0, 0.08) * width, y * height + sy * chance.uniform(0, 0.08) * height)
        for x, y, sx, sy in ((0, 0, -1, -1), (0, 1, -1, 1), (1, 1, 1, 1), (1, 0, 1, -1))
    ]
    flat = [value for corner in corners for value in corner]
    return paper.transform(paper.size, Image.Transform.QUAD, flat, Image.Resampling.BICUBIC, fillcolor=200)


def sampled(paper: Image.Image, dpi: int) -> Image.Image:
    """The paper at so many dots an inch."""
    size = (paper.width * dpi // PRINTED_AT, paper.height * dpi // PRINTED_AT)
    return paper.resize(size, Image.Resampling.BOX)


def sensed(sample: Image.Image, chance: Chance) -> Image.Image:
    """What a sensor and its program make of a sample: blurred, shaken, pale, uneven, noisy, JPEG."""
    size = sample.size
    seen = sample.filter(ImageFilter.GaussianBlur(chance.uniform(0.3, 1.1)))
    if chance.random() < 0.3:
        row = (0,) * 5
        kernel = (*row, *row, 0, 1, 1, 1, 0, *row, *row)
        seen = seen.filter(ImageFilter.Kernel((5, 5), kernel))
    low, high = chance.uniform(10, 90), chance.uniform(165, 250)
    seen = seen.point(lambda v: low + v * (high - low) / 255)
    shade = chance.uniform(0, 0.3)
    light = Image.linear_gradient("L").rotate(chance.choice([0, 90, 180, 270])).resize(size)
    seen = ImageChops.multiply(seen, light.point(lambda v: 255 - shade * v))
    noise = Image.effect_noise(size, chance.uniform(2, 12))
    return jpeg(ImageChops.add(seen, noise, 1, -128), chance.randrange(40, 71))


def jpeg(picture: Image.Image, quality: int) -> Image.Image:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return Image.open(io.BytesIO(file.getvalue()))


class Paper:
    """One printed certificate."""

    def __init__(self, pdf: bytes) -> None:
        document = pypdfium2.PdfDocument(pdf)
        page = document[0]
        scale = PRINTED_AT / 72
        grey = page.render(scale=scale, grayscale=True).to_pil()
        self.page: Image.Image = grey.point(lambda v: 255 if v > 127 else 0)
        left, low, right, high = qr_box(pdf)
        height = page.get_height()
        document.close()
        self.symbol: Box = tuple(round(v * scale) for v in (left, height - high, right, height - low))  # type: ignore[assignment]

    def around(self, chance: Chance, *, stained: bool = False) -> Image.Image:
        """The symbol and what is printed beside it, with the ink's and the stains' faults."""
        left, top, right, bottom = self.symbol
        more = round(AROUND * (right - left))
        box = (max(0, left - more), max(0, top - more), right + more, min(self.page.height, bottom + more))
        inked = ink(self.page.crop(box), chance)
        here = (left - box[0], top - box[1], right - box[0], bottom - box[1])
        return stain(inked, here, chance) if stained else inked


Way = Callable[[Paper, Chance], Image.Image]


def photographed(dpi: int, *, stained: bool = False) -> Way:
    """Held by hand, at so many dots an inch of the paper."""

    def way(paper: Paper, chance: Chance) -> Image.Image:
        askew = tilted(turned(paper.around(chance, stained=stained), chance, furthest=45), chance)
        return sensed(sampled(askew, dpi), chance)

    return way


def scanned(dpi: int) -> Way:
    """The whole page on a flat-bed scanner, a little askew."""

    def way(paper: Paper, chance: Chance) -> Image.Image:
        return sensed(turned(sampled(ink(paper.page, chance), dpi), chance, furthest=2), chance)

    return way


def copied(paper: Paper, chance: Chance) -> Image.Image:
    """A black-and-white copy of the page at 200 dots an inch."""
    return scanned(200)(paper, chance).point(lambda v: 255 if v > 120 else 0)


def sent(paper: Paper, chance: Chance) -> Image.Image:
    """A photograph of the whole page sent on through a chat: 1,440 by 1,920, packed hard, twice."""
    page = sampled(ink(paper.page, chance), 200)
    seen = sensed(tilted(turned(page, chance, furthest=6), chance), chance)
    seen.thumbnail((1440, 1920))
    return jpeg(jpeg(seen, 60), 55)


WAYS: dict[str, Way] = {
    **{f"photograph, {dpi} dpi": photographed(dpi) for dpi in (100, 150, 200, 300)},
    "photograph, 250 dpi, stained": photographed(250, stained=True),
    "whole page scanned, 150 dpi": scanned(150),
    "whole page copied, 200 dpi": copied,
    "whole page sent through a chat": sent,
}


def records(count: int) -> Iterator[bytes]:
    made = Records()
    for number in range(count):
        employer = made.common(6 + number % 22)
        yield made.record(made.common(2 + number % 3), employer)


def one(job: tuple[int, bytes]) -> dict[str, bool]:
    """Draw one certificate and try each way; return what was read."""
    number, data = job
    authority, shown = Authority(), parse_payload(data)
    token = authority.issue(shown)
    paper = Paper(certificate_pdf(authority, token, shown))
    chance = random.Random(number)  # noqa: S311 - samples, not secrets
    return {name: read(way(paper, chance), token) for name, way in WAYS.items()}


def read(picture: Image.Image, token: str) -> bool:
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=1)
    try:
        found = read_evidence(file.getvalue(), "x")
    except InputError:
        return False
    return [finding.jws for finding in found.findings] == [token]


def interval(hits: int, of: int) -> tuple[float, float]:
    """Wilson's interval at 95 %."""
    z, share = 1.96, hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return middle - half, middle + half


def main() -> None:
    count, began = int(sys.argv[1]) if len(sys.argv) > 1 else 300, time.monotonic()
    with Pool(2) as pool:
        found = pool.map(one, list(enumerate(records(count))), chunksize=4)
    taken = time.monotonic() - began
    print(
        f"{count} certificates printed at {PRINTED_AT} dpi and spoiled; the exact token is back ({taken:.0f} s)"
    )
    for name in WAYS:
        hits = sum(each[name] for each in found)
        low, high = interval(hits, count)
        aim = "   (aim 95)" if "150 dpi" in name else ""
        print(f"{name:32}{100 * hits / count:6.1f} of 100   95 %: {100 * low:.1f} to {100 * high:.1f}{aim}")


if __name__ == "__main__":
    main()
