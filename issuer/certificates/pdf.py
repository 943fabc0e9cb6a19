"""Making a certificate or statement as PDF/A-3u, with its credential and proof attached (docs/format.md, section 7)."""

import logging

from issuer.certificates import fonts, printing, stamping
from issuer.certificates.draft import Draft
from issuer.certificates.errors import CertificateError, MissingGlyphError, UnfitError
from issuer.certificates.look import Look
from issuer.certificates.printing import DENSITIES
from issuer.certificates.proofread import Faults, proofread
from verifier.credential import Credential
from verifier.lines import parse_lines
from verifier.page import page_of
from verifier.transport import QrText

log = logging.getLogger(__name__)


def render(  # noqa: PLR0913, PLR0917 - the five parts of one document, and its look
    credential: Credential, jws: str, qr: QrText, proof: str, lines: bytes | None, look: Look
) -> bytes:
    """Return the PDF of a credential, read back before it is returned: the same bytes for the same arguments.

    Args:
        credential: what is printed, and nothing else.
        jws: the compact JWS of that credential, attached as credential.jwt.
        qr: the text of its QR.
        proof: the C2SP tlog-proof of its issuance, attached as ledger-proof.txt.
        lines: the bytes of lines.json for a statement, attached; None for a certificate.
        look: the issuer's name and seal.

    Raises:
        MissingGlyphError: a character that no font has.
        CertificateError: it does not fit, or its page does not say exactly what the credential says.
        CredentialError: `lines` are not what the format says.
    """
    draft = draft_of(credential, jws, qr, proof, lines, look)
    parsed = None if lines is None else parse_lines(lines)
    pdf, faults = b"", Faults()
    with_table = any(sheet.lines or sheet.years for sheet in draft.page.sheets)
    for density in DENSITIES[-1:] if with_table else DENSITIES:
        pdf = make(draft, density)
        faults = proofread(pdf, credential, parsed, qr)
        if not faults.crowded:
            break
    if faults.any:
        raise CertificateError(f"{credential.credential_subject.serial}: {faults}")
    return pdf


def draft_of(  # noqa: PLR0913, PLR0917 - as `render`
    credential: Credential, jws: str, qr: QrText, proof: str, lines: bytes | None, look: Look
) -> Draft:
    """Gather what `render` makes a document of.

    Raises:
        MissingGlyphError: a character that no font has.
        CredentialError: `lines` are not what the format says.
    """
    page = page_of(credential, None if lines is None else parse_lines(lines))
    if absent := fonts.missing("".join(word.text for word in page.words())):
        raise MissingGlyphError(absent)
    files = {"credential.jwt": jws.encode("ascii"), "ledger-proof.txt": proof.encode()}
    if lines is not None:
        files["lines.json"] = lines
    return Draft(page, qr, files, credential.credential_subject.serial, credential.issued_at, look)


def make(draft: Draft, density: str) -> bytes:
    """Return the bytes of a document, not read back: stamped on a frozen sheet if it fits one, else laid out whole.

    Raises:
        CertificateError: its QR cannot be drawn, or the template asks for something that is not there.
    """
    try:
        return stamping.stamp(draft, density)
    except UnfitError as reason:
        log.info("%s: laid out whole: %s", draft.serial, reason)
        return printing.lay_out(draft, density)
