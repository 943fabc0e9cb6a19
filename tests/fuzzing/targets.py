"""What is fuzzed: each takes any bytes and may raise only what it declares (verifier/errors.py)."""

import io
import warnings
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from ledger.errors import LedgerError
from ledger.note import sign_note
from tests.fuzzing.scene import fixed, report_on, scene, take_in
from tests.verifier.authority import NOW
from verifier import jws
from verifier.bundle.describing import describe
from verifier.bundle.reading import open_bundle
from verifier.errors import InputError, TokenError, TransportError, VerifierError
from verifier.evidence import Evidence, Finding, InputKind
from verifier.ground import Ground
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


def proof(data: bytes) -> None:
    """A PDF's attached proof; behind a 0xFF, its checkpoint is signed here, so that mutations get past the log's signature."""
    found = (Finding(scene()[0].tokens[0], "attachment"),)
    report_on(Evidence("x", InputKind.PDF, found, proof=signed_here(data), text=""))


def signed_here(data: bytes) -> bytes:
    """Sign the checkpoint of a proof behind a 0xFF; what cannot be signed, for it is no text of a note, stays as it is."""
    if data[:1] == b"\xff":
        head, found, checkpoint = data[1:].partition(b"\n\n")
        with suppress(LedgerError):
            return head + found + sign_note(checkpoint, scene()[0].log)
    return data


def bundle(data: bytes) -> None:
    """A bundle; behind a 0xFF, its parts, which are zipped here, so that mutations get past the sums of a ZIP."""
    authority, _ = scene()
    with suppress(VerifierError):
        trust, opened = open_bundle(
            io.BytesIO(zipped(data[1:]) if data[:1] == b"\xff" else data), "x", authority.root(), NOW
        )
        describe(opened, trust, NOW)
        for token in authority.tokens[:2]:
            found = Evidence("x", InputKind.TOKEN, (Finding(token, "token"),))
            report_on(found, Ground(trust, opened, NOW))


def zipped(data: bytes) -> bytes:
    """Make a ZIP of parts, with PARTS between them, each a name, 0x00 and its content."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", strict_timestamps=False) as made, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a name that stands twice, which is to be refused
        for part in data.split(PARTS)[:50]:
            name, _, content = part.partition(b"\x00")
            made.writestr(zipfile.ZipInfo(name.decode("latin-1")), content)
    return file.getvalue()


PARTS = b"\n==\x00==\n"
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
    "proof": Target(
        proof,
        2,
        4_000,
        (b"c2sp.org/tlog-proof@v1\n", b"extra ", b"index ", b"index 9007199254740992", b"\n\n", b"\n", b"\xe2\x80\x94 ", b"jxjy.example.gov.cn",
         b"A" * 43 + b"=", b"A" * 44),
    ),
    "bundle": Target(
        bundle,
        5,
        40_000,
        (b"trust-list.jwt\0", b"trust-roots.txt\0", b"files/jxjy.example.gov.cn/", b"checkpoint\0", b"status/r3\0", b"status/details3\0",
         b"issuances/2026/head\0", PARTS, b"PK\1\2", b"PK\3\4", b"PK\5\6", b"../", b"\\"),
    ),
}  # fmt: skip
