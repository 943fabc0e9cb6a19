"""How well printed certificates are read: `python bench/scan.py [CERTIFICATES]`, at least 300 for the figure that counts.

Each certificate is drawn as the issuer draws it (real layout, real size of the QR), made a picture of the page, and spoiled as
paper, scanner, camera and chat do, with a fixed seed. Prints the share read with the exact token back, and its 95 % interval
(Wilson). Simulated: no real printer and no real phone was used.
"""

import io
import math
import random
import sys
from collections.abc import Callable, Iterator
from multiprocessing import Pool
from pathlib import Path

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bench.qr import Records  # noqa: E402 - the checkout comes first
from tests.verifier.authority import Authority  # noqa: E402
from tests.verifier.papers import certificate_pdf, picture_of  # noqa: E402
from verifier.credential import parse_payload  # noqa: E402
from verifier.errors import InputError  # noqa: E402
from verifier.evidence import read_evidence  # noqa: E402

Spoil = Callable[[Image.Image, random.Random], Image.Image]
DRAWN_AT = 300
"""Dots an inch of the printed page."""


def scan(dpi: int, *, angle: float = 1.5, blur: float = 0.6, quality: int = 75) -> Spoil:
    """A flat-bed scanner: paper a little askew, optics a little soft, JPEG."""

    def spoil(page: Image.Image, chance: random.Random) -> Image.Image:
        turned = page.rotate(chance.uniform(-angle, angle), Image.Resampling.BICUBIC, fillcolor="white")
        small = turned.resize(
            (page.width * dpi // DRAWN_AT, page.height * dpi // DRAWN_AT), Image.Resampling.LANCZOS
        )
        soft = small.filter(ImageFilter.GaussianBlur(chance.uniform(0, blur)))
        return jpeg(ImageEnhance.Contrast(soft).enhance(chance.uniform(0.7, 1.1)), quality)

    return spoil


def camera(page: Image.Image, chance: random.Random) -> Image.Image:
    """A hand-held photograph of the page: perspective, uneven light, blur, noise of JPEG."""
    width, height = page.size
    bend = 0.04
    corners = [
        (
            chance.uniform(0, bend) * width + x * (1 - bend) * width,
            chance.uniform(0, bend) * height + y * (1 - bend) * height,
        )
        for x, y in ((0, 0), (0, 1), (1, 1), (1, 0))
    ]
    tilted = page.transform(
        (width * 2 // 3, height * 2 // 3),
        Image.Transform.QUAD,
        [value for corner in corners for value in corner],
        Image.Resampling.BICUBIC,
    )
    light = Image.linear_gradient("L").resize(tilted.size).point(lambda v: 150 + v * 105 // 255)
    shaded = Image.composite(tilted, Image.new("RGB", tilted.size, (120, 115, 105)), light)
    return jpeg(shaded.filter(ImageFilter.GaussianBlur(chance.uniform(0.4, 1.0))), 80)


def chat(page: Image.Image, chance: random.Random) -> Image.Image:
    """A photograph sent on through a chat: made smaller, and packed hard, twice."""
    seen = camera(page, chance)
    seen.thumbnail((1440, 1920))
    return jpeg(jpeg(seen, 60), 55)


def stained(page: Image.Image, chance: random.Random) -> Image.Image:
    """A scan at 150 dpi of a page with tea, a fold and a pen stroke."""
    worn = page.copy()
    draw = ImageDraw.Draw(worn, "RGBA")
    for _ in range(6):
        x, y, r = chance.random() * page.width, chance.random() * page.height, chance.uniform(30, 140)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=(150, 110, 60, 70))
    fold = chance.random() * page.height
    draw.line((0, fold, page.width, fold + 20), fill=(90, 90, 90, 120), width=4)
    x, y = chance.random() * page.width, chance.random() * page.height
    draw.line((x, y, x + 300, y + 60), fill=(20, 20, 120, 200), width=5)
    return scan(150)(worn, chance)


def fax(page: Image.Image, chance: random.Random) -> Image.Image:
    """A black-and-white copy at 200 dpi."""
    grey = scan(200)(page, chance).convert("L")
    return grey.point(lambda v: 255 if v > 140 else 0)


def jpeg(picture: Image.Image, quality: int) -> Image.Image:
    file = io.BytesIO()
    picture.convert("RGB").save(file, "JPEG", quality=quality)
    return Image.open(io.BytesIO(file.getvalue()))


WAYS: dict[str, Spoil] = {
    "scan 300 dpi": scan(300),
    "scan 200 dpi": scan(200),
    "scan 150 dpi": scan(150),
    "scan 100 dpi": scan(100),
    "scan 150 dpi, stained, folded": stained,
    "copy 200 dpi, black and white": fax,
    "camera": camera,
    "camera, sent through a chat": chat,
}


def records(count: int) -> Iterator[bytes]:
    made = Records()
    for number in range(count):
        employer = made.common(6 + number % 22)
        yield made.record(made.common(2 + number % 3), employer)


def one(job: tuple[int, bytes]) -> dict[str, bool]:
    """Draw one certificate and try each way; return what was read."""
    number, data = job
    authority, chance = Authority(), random.Random(number)  # noqa: S311 - samples, not secrets
    shown = parse_payload(data)
    token = authority.issue(shown)
    page = picture_of(certificate_pdf(authority, token, shown), DRAWN_AT).convert("RGB")
    return {name: read(spoil(page, chance), token) for name, spoil in WAYS.items()}


def read(picture: Image.Image, token: str) -> bool:
    file = io.BytesIO()
    picture.convert("RGB").save(file, "JPEG", quality=90)
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
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    with Pool(2) as pool:
        found = pool.map(one, list(enumerate(records(count))), chunksize=4)
    print(f"{count} certificates, drawn at {DRAWN_AT} dpi and spoiled; read back as the exact token")
    for name in WAYS:
        hits = sum(each[name] for each in found)
        low, high = interval(hits, count)
        aim = "   (aim 95)" if name == "scan 150 dpi" else ""
        print(f"{name:32}{100 * hits / count:6.1f} of 100   95 %: {100 * low:.1f} to {100 * high:.1f}{aim}")


if __name__ == "__main__":
    main()
