"""PAdES B-B (EN 319 142-1) by pyHanko, as an incremental update behind a finished PDF/A-3u, which stays one.

An invisible field, no change allowed after it. The same document, key, certificate and moment give the same bytes.
"""

import io
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from asn1crypto import algos, x509
from cryptography import x509 as pyca
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.signers import constants
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko_certvalidator.registry import SimpleCertificateStore

from issuer.errors import SettingsError
from issuer.keys.place import Opened
from issuer.keys.suites import SUITES, InX509

FIELD = "Signature"


@dataclass(frozen=True)
class PdfKey:
    """A key for PDFs, ready to sign: its certificate first, those above it after it; `name` is the signer's, for readers."""

    opened: Opened
    chain: tuple[pyca.Certificate, ...]
    name: str

    @property
    def form(self) -> InX509:
        found = SUITES[self.opened.public.alg].in_x509
        if found is None:
            raise SettingsError(f"不能给 PDF 签名 signs no PDFs: {self.opened.public.alg}")
        return found


def sign_pdf(pdf: bytes, key: PdfKey, moment: datetime) -> bytes:
    """Sign a PDF that has no signature yet; `moment` is what the signature claims of its time."""
    meta = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        name=key.name,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    made = PdfSigner(meta, CmsSigner(key), moment).sign_pdf(Update(io.BytesIO(pdf)))
    return bytes(made.getvalue())


class Update(IncrementalPdfFileWriter):
    """pyHanko's incremental update, without a moment and a random number of its own.

    What it overrides is private to pyHanko, whose version is pinned; a test holds that the bytes stay the same.
    """

    @classmethod
    def _handle_id(cls, prev: PdfFileReader) -> generic.ArrayObject:
        """The second identifier tells this revision from the last; here it follows from the bytes before it."""
        identifiers: generic.ArrayObject = super()._handle_id(prev)  # type: ignore[no-untyped-call]  # pyHanko has it so
        prev.stream.seek(0)
        identifiers[1] = generic.ByteStringObject(sha256(prev.stream.read()).digest()[:16])
        return identifiers

    def _update_meta(self) -> None:
        """Information and XMP stay as they are: PDF/A wants them to agree, and a signature is no new content."""


class CmsSigner(signers.Signer):
    """Signs with a key of the ring, wherever that lies."""

    def __init__(self, key: PdfKey) -> None:
        loaded = [x509.Certificate.load(each.public_bytes(Encoding.DER)) for each in key.chain]
        above = SimpleCertificateStore()
        above.register_multiple(loaded[1:])
        super().__init__(
            signing_cert=loaded[0],
            cert_registry=above,
            signature_mechanism=algos.SignedDigestAlgorithm({"algorithm": key.form.algorithm}),
        )
        self._key = key

    async def async_sign_raw(
        self,
        data: bytes,
        digest_algorithm: str,
        dry_run: bool = False,  # noqa: FBT001, FBT002 - as pyHanko has it
    ) -> bytes:
        """Sign; as a dry run, give as many bytes as a signature has at most."""
        del digest_algorithm
        return bytes(80) if dry_run else self._key.form.to_der(self._key.opened.sign(data))


class PdfSigner(signers.PdfSigner):
    """pyHanko's signer, for PDF/A-3 and at a moment that is given."""

    def __init__(self, meta: signers.PdfSignatureMetadata, cms: CmsSigner, moment: datetime) -> None:
        super().__init__(meta, signer=cms, new_field_spec=fields.SigFieldSpec(meta.field_name or FIELD))
        self._moment = moment

    def register_extensions(self, pdf_out: BasePdfFileWriter, *, md_algorithm: str) -> None:
        """Say that the signature is PAdES, and no more: for a P-256 key pyHanko would make it PDF 2.0, which PDF/A-3 is not."""
        del md_algorithm
        pdf_out.register_extension(constants.ESIC_EXTENSION_1)

    def init_signing_session(
        self,
        pdf_out: BasePdfFileWriter,
        existing_fields_only: bool = False,  # noqa: FBT001, FBT002 - as pyHanko has it
    ) -> PdfSigningSession:
        """Begin signing at the given moment instead of now."""
        session = super().init_signing_session(pdf_out, existing_fields_only=existing_fields_only)
        session.system_time = self._moment
        return session
