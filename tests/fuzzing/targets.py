"""What is fuzzed: each takes any bytes and may raise only what it declares (verifier/errors.py)."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from tests.fuzzing.scene import fixed, report_on, scene, take_in
from verifier import jws
from verifier.errors import InputError, TokenError, TransportError
from verifier.evidence import Evidence, Finding, InputKind
from verifier.transport import MAX_DIGITS, _to_digits, decode_qr


@dataclass(frozen=True)
class Target:
    """One way in, and its limits."""

    run: Callable[[bytes], None]
    seconds: int
    """Of the processor's time, for one input."""
    longest: int
    """Bytes of one input that is tried."""
    words: tuple[bytes, ...] = ()
    """Words of the format, for the mutations."""


def transport(data: bytes) -> None:
    """Text of a QR; behind a 0xFF, the frame below the digits, so that mutations get past them."""
    text = _to_digits(data[1:]) if data[:1] == b"\xff" else data.decode("latin-1")
    with suppress(TransportError):
        content = decode_qr(text)
        assert jws.split(content.jws).text == content.jws
        assert len(text) <= MAX_DIGITS + 400


def token(data: bytes) -> None:
    """A compact JWS; behind a 0xFF, header, 0x00 and payload, which are signed here, so that mutations get past check 4."""
    if data[:1] != b"\xff":
        with suppress(TokenError):
            jws.verify(data.decode("latin-1"), scene()[0].root(), None)
        with suppress(InputError):
            take_in(data)
        return
    header, _, payload = data[1:].partition(b"\x00")
    made = jws.assemble(header, payload, lambda signed: fixed(scene()[0].key, signed))
    report_on(Evidence("x", InputKind.TOKEN, (Finding(made, "token"),)))


def pdf(data: bytes) -> None:
    """A PDF."""
    with suppress(InputError):
        take_in(b"%PDF-1.7\n" + data)


def picture(data: bytes) -> None:
    """A picture, of whatever kind its first bytes say."""
    with suppress(InputError):
        take_in(data)


TARGETS: Mapping[str, Target] = {
    "transport": Target(transport, 2, 4_000, (b"https://jxjy.example.gov.cn/v#", b"0" * 17)),
    "token": Target(
        token,
        5,
        8_000,
        (b'"alg":"none"', b'"alg":"ES256"', b'"crit":["b64"]', b"\\u0000", b"\\ud800", b"1e999", b"-0", b"null", b'""',
         b"9999-12-31T23:59:59Z", b"99999999999999999999", b"[" * 40, b"HoursStatement", b"TransferCertificate"),
    ),
    "pdf": Target(
        pdf,
        10,
        60_000,
        (b"/EmbeddedFiles", b"/Annots", b"/OC", b"/OCProperties", b"/AcroForm", b"/XFA", b"/Sig", b"/Kids", b"/Parent", b"/Font",
         b"/ToUnicode", b"/Type3", b"/Encrypt", b"/ObjStm", b"/XRef", b"/Prev", b"/MediaBox[0 0 1e9 1e9]", b"endobj", b"stream",
         b"endstream", b" Tj", b" Do", b" BDC", b"<</", b">>", b" 0 R", b"-1", b"2147483647", b"4294967296"),
    ),
    "picture": Target(picture, 10, 40_000, (b"IHDR", b"IDAT", b"acTL", b"fcTL", b"VP8X", b"VP8L", b"ANIM", b"\xff\xc0", b"\xff\xda")),
}  # fmt: skip
