"""Check 11: the PDF's own signature (PAdES B-B), by a key that the trust list names for PDFs.

The list is the anchor: whoever issued the X.509 certificate of that key has no say, and what the certificate says of
its own life bounds the moment that the signer claims, no more. A stolen key is cut off by the place of the
certificate's entry in the ledger, as a stolen key of credentials is.
"""

from verifier.cms import PdfSigner, read_cms, verify_cms
from verifier.errors import PdfSignatureError, TokenError
from verifier.evidence import Evidence, InputKind, PdfSignature
from verifier.issuance import Place
from verifier.page_check import no_text
from verifier.report import Check, Lack, Outcome, Says
from verifier.trust import LEEWAY, Issuer, TrustedKey
from verifier.zone import day_of

SUB_FILTER = "ETSI.CAdES.detached"
AGAINST = "PAdES"
PASSED, FAILED, NOT_DONE = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_DONE
NONE = Says("PDF 没有另外签名。", "The PDF has no signature of its own.")


def check_pdf_signature(evidence: Evidence, issuer: Issuer | None, place: Place | None) -> Check:
    """(11) The issuer signed this file, whole, with a key for PDFs that counts.

    Args:
        evidence: what was found in the input.
        issuer: whoever signed the one credential; None when there is no such credential.
        place: where the ledger has it, as far as that was proved.
    """
    if evidence.kind is not InputKind.PDF:
        return Check(11, Outcome.NOT_APPLICABLE, no_text(evidence.kind))
    found = evidence.pdf_signatures
    if not found:
        return _without(issuer, place)
    if issuer is None:
        says = Says(
            "PDF 另有签名，但没有确定的签发机关，没有核对。",
            "The PDF has a signature of its own; there is no issuer to compare it with.",
        )
        return Check(11, NOT_DONE, says, AGAINST)
    if not issuer.pdf_keys:
        says = Says(
            "PDF 另有他人的签名；名单上的签发机关不给 PDF 签名，无从核对。",
            "Somebody else signed this PDF; the issuer has no keys for PDFs to compare it with.",
        )
        return Check(11, NOT_DONE, says, AGAINST, Lack.STRANGER)
    if len(found) != 1:
        says = Says(
            f"PDF 有 {len(found)} 个签名，签发机关只签一个：签后又有人动过。",
            f"{len(found)} signatures; the issuer makes one, so somebody has been at the file since.",
        )
        return Check(11, FAILED, says, AGAINST)
    return _judge(found[0], issuer, place)


def _without(issuer: Issuer | None, place: Place | None) -> Check:
    """No signature: nothing to check, unless the issuer says that it signs every file."""
    promised = issuer.pdf_signed if issuer else None
    if issuer is None or promised is None:
        return Check(11, Outcome.NOT_APPLICABLE, NONE)
    against = f"{promised.log} {promised.index}"
    if place is None:
        says = Says(
            "PDF 没有另外签名；台账位置不明，不能确定它是否应当有。",
            "No signature of its own; without its place in the ledger it is not known whether there should be one.",
        )
        return Check(11, NOT_DONE, says, against)
    if issuer.precedes(place.log, place.index, promised):
        return Check(11, Outcome.NOT_APPLICABLE, NONE, against)
    says = Says(
        f"签发机关自台账第 {promised.index} 号起给每份 PDF 签名，这份的签名没有了。",
        f"From entry {promised.index} on the issuer signs every PDF; the signature of this one is gone.",
    )
    return Check(11, FAILED, says, against)


def fault_of(found: PdfSignature, key: TrustedKey) -> str:
    """Say what is wrong with a signature that `key` should have made over the whole file; nothing when it holds."""
    try:
        wrong = _hold(found, _open(found), key)
    except PdfSignatureError as error:
        return str(error)
    return wrong[1].en if wrong else ""


def _judge(found: PdfSignature, issuer: Issuer, place: Place | None) -> Check:
    try:
        signer = _open(found)
    except PdfSignatureError as error:
        says = Says("PDF 的签名不是规定的格式。", f"The signature is not as prescribed; expected: {error}.")
        return Check(11, FAILED, says, AGAINST)
    key = next((k for k in issuer.pdf_keys if k.public_key.key == signer.certificate.public_key()), None)
    if key is None:
        says = Says(
            f"PDF 的签名不是{issuer.name.zh}的：名单上没有这把密钥。",
            f"Not signed by {issuer.name.en}: the trust list has no such key for PDFs.",
        )
        return Check(11, FAILED, says, AGAINST)
    outcome, says = _hold(found, signer, key) or _count(issuer, key, place)
    return Check(11, outcome, says, key.kid)


def _open(found: PdfSignature) -> PdfSigner:
    if found.kind != SUB_FILTER:
        raise PdfSignatureError(f"SubFilter {SUB_FILTER}")
    return read_cms(found.contents)


def _hold(found: PdfSignature, signer: PdfSigner, key: TrustedKey) -> tuple[Outcome, Says] | None:
    """Say what is wrong with a signature of the issuer's key; None when it holds over the whole file."""
    if found.digest is None or not found.gap_is_contents:
        return FAILED, Says(
            "PDF 的签名没有覆盖整个文件。",
            "The signature does not cover the file from its start with one gap.",
        )
    if signer.digest != found.digest:
        return FAILED, Says("文件签名之后改动过。", "The file was altered after it was signed.")
    try:
        verify_cms(signer, key.public_key)
    except (PdfSignatureError, TokenError):
        return FAILED, Says("PDF 的签名不成立。", "The signature of the PDF does not hold.")
    if not found.reaches_end:
        return FAILED, Says(
            "文件签名之后又添加了内容。请向本人要签发时的原文件。",
            "Something was added to the file after it was signed; ask for the file as it was issued.",
        )
    return _moment(found, signer, key)


def _moment(found: PdfSignature, signer: PdfSigner, key: TrustedKey) -> tuple[Outcome, Says] | None:
    """Hold the moment that the signer claims against the lives of the key and of its certificate."""
    certificate = signer.certificate
    begins = max(certificate.not_valid_before_utc, key.from_ - LEEWAY)
    if found.moment is None or not begins <= found.moment <= certificate.not_valid_after_utc:
        until = certificate.not_valid_after_utc
        return FAILED, Says(
            f"签名时间不在签名证书的有效期内（{day_of(begins)} 至 {day_of(until)}）。",
            f"The moment of signing is outside the certificate's validity, {day_of(begins)} to {day_of(until)}.",
        )
    return None


def _count(issuer: Issuer, key: TrustedKey, place: Place | None) -> tuple[Outcome, Says]:
    """Say whether the key counts for this certificate's place in the ledger."""
    good = Says(f"{issuer.name.zh}签的，覆盖整个文件。", f"Signed by {issuer.name.en}, the whole file.")
    if key.cut is None:
        return PASSED, good
    zh = f"PDF 签名密钥已停用，只认台账 {key.cut.log} 第 {key.cut.index} 号之前的证书"
    en = f"The key for PDFs has ended; it counts before entry {key.cut.index} of {key.cut.log}"
    if place is None:
        return NOT_DONE, Says(
            f"{zh}；没有证明这份在那之前。", f"{en}, and nothing proves that this is before it."
        )
    if not issuer.precedes(place.log, place.index, key.cut):
        return FAILED, Says(f"{zh}；这份是第 {place.index} 号。", f"{en}; this is entry {place.index}.")
    return PASSED, good
