"""Makes verifier/digits.txt out of the certificate's faces: `python -m tests.verifier.make_digits`."""

from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from issuer.certificates.typefaces import FIGURES, faces
from verifier.shapes import squares

TARGET = Path(__file__).parents[2] / "verifier/digits.txt"


def lines() -> Iterator[str]:
    for weight, path in faces().items():
        face = ImageFont.truetype(str(path), 400)
        for digit in FIGURES:
            sheet = Image.new("L", (800, 800), 255)
            ImageDraw.Draw(sheet).text((80, 60), digit, font=face, fill=0)
            box = sheet.point([255] * 128 + [0] * 128).getbbox()
            assert box
            yield f"{digit} {weight} {squares(sheet, box):096x}"


def main() -> None:
    TARGET.write_text("".join(line + "\n" for line in lines()), "ascii")


if __name__ == "__main__":
    main()
