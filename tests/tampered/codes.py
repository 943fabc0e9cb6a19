"""Cheating with the QR: other digits, other hosts, other people's codes."""

import io
import zlib
from pathlib import Path

from PIL import Image

from tests.tampered.scene import Case, Make, Scene, fails, holds, not_done
from tests.verifier import papers
from tests.verifier.authority import HOST
from verifier import jws, transport
from verifier.transport import QrText, encode_qr

DICTIONARY = Path(transport.__file__).parent / "dictionaries/1.bin"


def drawn(*texts: str) -> Image.Image:
    """Codes beside each other on one picture."""
    from qrcode import QRCode
    from qrcode.constants import ERROR_CORRECT_M

    codes = []
    for words in texts:
        code = QRCode(error_correction=ERROR_CORRECT_M, box_size=4)
        code.add_data(words)
        codes.append(code.make_image().get_image().convert("L"))
    sheet = Image.new("L", (sum(code.width for code in codes), max(code.height for code in codes)), 255)
    left = 0
    for code in codes:
        sheet.paste(code, (left, 0))
        left += code.width
    return sheet


def picture(*texts: str) -> bytes:
    return papers.png(drawn(*texts))


def moving(scene: Scene) -> Case:
    """A picture that shows one person's code first, and then another's."""
    first, second = (drawn(scene.authority.qr(token).text) for token in (scene.token, scene.other_token))
    made = io.BytesIO()
    first.save(made, "PNG", save_all=True, append_images=[second.resize(first.size)])
    return holds(made.getvalue(), refused="InputError")


def transparent(scene: Scene) -> Case:
    """A code that is in the picture and that nobody sees: all of it is transparent, where another is not."""
    code = drawn(scene.authority.qr(scene.token).text)
    return holds(papers.png(Image.merge("LA", (code, code.point(lambda _: 0)))), refused="InputError")


def frame(scene: Scene) -> bytes:
    return transport._from_digits(scene.authority.qr(scene.token).digits)


def digits(data: bytes) -> str:
    return f"https://{HOST}/v#{transport._to_digits(data)}"


def bomb(scene: Scene) -> Case:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, 0, DICTIONARY.read_bytes())
    body = packer.compress(jws.split(scene.token).header_bytes + b"\x00" + b" " * 500_000) + packer.flush()
    return fails(digits(b"\x11\x00" + bytes(64) + body), 1)


def one_digit(scene: Scene) -> Case:
    """One digit of the signature's part changed: the signature no longer holds."""
    words = scene.authority.qr(scene.token).text
    place = words.index("#") + 30
    return fails(words[:place] + str((int(words[place]) + 1) % 10) + words[place + 1 :], 4)


def host(name: str) -> Make:
    """The genuine code behind another site's address."""
    return lambda scene: holds(scene.authority.qr(scene.token, name).text, warnings=("foreign-host",))


def qr_of(scene: Scene, token: str) -> QrText:
    return scene.authority.qr(token)


CODES: dict[str, Make] = {
    "picture-that-moves": moving,
    "picture-whose-code-is-transparent": transparent,
    "digit-changed": one_digit,
    "digits-cut": lambda scene: fails(scene.authority.qr(scene.token).text[:-17], 1),
    "digits-added": lambda scene: fails(digits(frame(scene) + b"\x00"), 1),
    "digits-beyond-their-bytes": lambda _: fails(f"https://{HOST}/v#{'9' * 340}", 1),
    "frame-of-noise": lambda _: fails(digits(b"\x11\x00" + bytes(range(200))), 1),
    "frame-that-explodes": bomb,
    "frame-of-a-newer-format": lambda scene: not_done(digits(b"\x31" + frame(scene)[1:]), *range(1, 10)),
    "frame-of-a-newer-dictionary": lambda scene: not_done(digits(b"\x12" + frame(scene)[1:]), *range(1, 10)),
    "signature-of-another-code": lambda scene: fails(
        digits(
            frame(scene)[:2]
            + transport._from_digits(qr_of(scene, scene.other_token).digits)[2:66]
            + frame(scene)[66:]
        ),
        4,
    ),
    "hint-at-another-entry": lambda scene: fails(
        encode_qr(scene.token, HOST, scene.authority.index_of(scene.other_token)).text, 8
    ),
    "hint-at-a-registration": lambda scene: fails(encode_qr(scene.token, HOST, 0).text, 8),
    "hint-beyond-the-ledger": lambda scene: not_done(encode_qr(scene.token, HOST, 10**9).text, 8),
    "lookalike-host": host("jxjy-query.example.net"),
    "host-before-an-at-sign": host(f"{HOST}@evil.example"),
    "host-with-a-longer-name": host(f"{HOST}.evil.example"),
    "host-with-another-port": host(f"{HOST}:8443"),
    "two-different-codes": lambda scene: fails(
        picture(qr_of(scene, scene.token).text, qr_of(scene, scene.other_token).text), 1
    ),
    "the-same-code-twice-with-another-hint": lambda scene: fails(
        picture(qr_of(scene, scene.token).text, encode_qr(scene.token, HOST, 0).text), 8
    ),
    "a-broken-code-beside": lambda scene: fails(
        picture(qr_of(scene, scene.token).text, f"https://{HOST}/v#{'9' * 340}"), 1
    ),
    "another-sites-code-beside": lambda scene: holds(
        picture(qr_of(scene, scene.token).text, "https://evil.example/query?no=GS2025"),
        warnings=("other-code",),
    ),
}
"""Name → how it is made."""
