"""PDFs signed by keys that everybody has, in every way that a signer may and may not sign."""

import asyncio
import io
import re
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.ades.api import CAdESSignedAttrSpec
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

from issuer.certificates.pades import CmsSigner, PdfKey, PdfSigner, Update, sign_pdf
from issuer.keys.place import Opened
from tests.verifier.authority import DID, ISSUED, START, Authority, jwk, remake
from tests.verifier.seeds import es256, p256
from verifier import jws
from verifier.trust import Cut, Issuer, TrustedKey, TrustList

PDF_KID = f"{DID}#pdf-2026-1"
BEGINS, ENDS = datetime(2026, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
RANGE = re.compile(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+) *\]")


def pdf_key(seed: str = "the issuer pdf", ends: datetime = ENDS, key: Any = None) -> PdfKey:
    """A key for PDFs with the certificate that it signed itself."""
    private: ec.EllipticCurvePrivateKey = p256(seed) if key is None else key
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "示例签发机关（样张 SPECIMEN）")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(1)
        .not_valid_before(BEGINS)
        .not_valid_after(ends)
        .sign(private, hashes.SHA256(), ecdsa_deterministic=True)
    )
    opened = Opened(jws.PublicKey("ES256", private.public_key()), es256(private))
    return PdfKey(opened, (certificate,), "示例签发机关")


def signing_issuer(authority: Authority, promised: int | None = None, **changes: Any) -> Issuer:
    """The issuer with a key for PDFs on the list; `promised`: the entry from which every PDF is signed."""
    listed = TrustedKey(
        kid=PDF_KID, use="pdf", jwk=jwk(p256("the issuer pdf")), from_=START, until=None, cut=None
    )
    issuer = authority.issuer()
    origin = issuer.logs[-1].origin
    if "cut" in changes:
        changes = {"cut": Cut(log=origin, index=changes["cut"]), "until": ISSUED + timedelta(days=30)}
    promise = None if promised is None else Cut(log=origin, index=promised)
    return remake(issuer, keys=(*issuer.keys, remake(listed, **changes)), pdf_signed=promise)


def signing_trust(authority: Authority, promised: int | None = None, **changes: Any) -> TrustList:
    return authority.trust(signing_issuer(authority, promised, **changes))


def signed(pdf: bytes, key: PdfKey | None = None, moment: datetime = ISSUED) -> bytes:
    return sign_pdf(pdf, key or pdf_key(), moment)


def updated(pdf: bytes) -> bytes:
    """An incremental update that changes nothing that anybody sees."""
    update, made = Update(io.BytesIO(pdf)), io.BytesIO()
    update.root["/PageMode"] = fields.pdf_name("/UseNone")
    update.update_root()
    update.write(made)
    return made.getvalue()


class Reckless(PdfSigner):
    """Signs where the document forbids it."""

    def _enforce_certification_constraints(self, reader: PdfFileReader) -> None:
        """Nobody asks."""


def signed_again(pdf: bytes, key: PdfKey) -> bytes:
    """A second signature, over the whole file, by somebody."""
    meta = signers.PdfSignatureMetadata(
        field_name="Second", md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
    )
    signer = Reckless(meta, CmsSigner(key), ISSUED)
    return bytes(signer.sign_pdf(Update(io.BytesIO(pdf))).getvalue())


def with_ranges(pdf: bytes, key: PdfKey, before: int = 0, after: int = 0, end: int = 0) -> bytes:
    """A signed file whose range leaves out so many bytes more, signed by the key again: a signature of less than the file."""
    found = list(RANGE.finditer(pdf))[-1]
    numbers = [int(n) for n in found.groups()]
    changed = [0, numbers[1] - before, numbers[2] + after, numbers[3] - after - end]
    text = b"/ByteRange [%d %d %d %d" % tuple(changed)
    made = bytearray(pdf)
    made[found.start() : found.end()] = text.ljust(len(found[0]) - 1) + b"]"
    return resigned(bytes(made), key, (numbers[1], numbers[2]))


def resigned(pdf: bytes, key: PdfKey, gap: tuple[int, int]) -> bytes:
    """The file with a signature over the ranges that it names, put where the old one stood."""
    found = list(RANGE.finditer(pdf))[-1]
    _, first, second, last = (int(n) for n in found.groups())
    digest = sha256(pdf[:first] + pdf[second : second + last]).digest()
    return put(pdf, gap, cms(key, digest))


def cms(key: PdfKey, digest: bytes) -> bytes:
    """A signature's value over a digest."""
    attributes = PdfCMSSignedAttributes(cades_signed_attrs=CAdESSignedAttrSpec())
    made = asyncio.run(
        CmsSigner(key).async_sign(digest, "sha256", use_pades=True, signed_attr_settings=attributes)
    )
    return bytes(made.dump())


def gap_of(pdf: bytes) -> tuple[int, int]:
    """Where the value of the last signature stands."""
    numbers = [int(n) for n in list(RANGE.finditer(pdf))[-1].groups()]
    return numbers[1], numbers[2]


def value_of(pdf: bytes) -> bytes:
    start, end = gap_of(pdf)
    return bytes.fromhex(pdf[start + 1 : end - 1].decode())


def put(pdf: bytes, gap: tuple[int, int], value: bytes) -> bytes:
    """Write a signature's value into its gap."""
    start, end = gap
    digits = value.hex().encode().ljust(end - start - 2, b"0")
    assert len(digits) == end - start - 2
    return pdf[: start + 1] + digits + pdf[end - 1 :]
