"""Signing each PDF after it is made, where the settings say so. Nothing is released whose signature does not read back."""

from datetime import datetime

import pypdfium2
from cryptography import x509

from issuer.certificates.errors import CertificateError
from issuer.credentials.trusting import trusted_key
from issuer.instance import Instance
from issuer.keys.certificates import read_certificates, usable
from issuer.keys.ring import KeyInfo, Use
from verifier.pdf_signature import read_signatures
from verifier.pdf_signature_check import fault_of


def ready(instance: Instance) -> None:
    """Find out before anything is recorded whether PDFs could be signed now.

    Raises:
        SettingsError, KeyStateError, KeyUnavailable: there is no key, no certificate, or it is not valid now.
    """
    if instance.settings.sign_pdfs:
        info, _ = _current(instance)
        instance.keys.open(info)


def sign(instance: Instance, pdf: bytes, issued: datetime) -> bytes:
    """Sign a finished PDF, if the settings say so; otherwise answer it as it is.

    Args:
        instance: whose current key for PDFs signs.
        pdf: the finished document.
        issued: when the credential was issued. It is the moment that the signature claims, so that drawing again gives the
            same bytes; where key or certificate are younger, their beginning.

    Raises:
        SettingsError: the certificate is missing, another key's, or not valid now.
        KeyStateError, KeyUnavailable: no key, or it cannot be used; nothing was signed.
        CertificateError: the signature does not read back.
    """
    if not instance.settings.sign_pdfs:
        return pdf
    from issuer.certificates.pades import PdfKey, sign_pdf  # noqa: PLC0415 - pyHanko loads much, for those alone who sign

    info, chain = _current(instance)
    key = PdfKey(instance.keys.open(info), chain, instance.settings.name_zh)
    made = sign_pdf(pdf, key, max(issued, info.begins, chain[0].not_valid_before_utc))
    if fault := _fault(instance, info, made):
        raise CertificateError(f"PDF 签名读回不符 the PDF's signature does not read back: {fault}")
    return made


def _current(instance: Instance) -> tuple[KeyInfo, tuple[x509.Certificate, ...]]:
    info = instance.keys.current(Use.PDF, instance.now())
    chain = read_certificates(instance, info)
    usable(chain[0], instance.now())
    return info, tuple(chain)


def _fault(instance: Instance, info: KeyInfo, made: bytes) -> str:
    """Say what the verifier has against the signature; nothing when it takes it."""
    document = pypdfium2.PdfDocument(made)
    try:
        found = read_signatures(document, made)
    finally:
        document.close()
    if len(found) != 1:
        return f"{len(found)} signatures"
    return fault_of(found[0], trusted_key(info, instance.settings.host))
