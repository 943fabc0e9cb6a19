"""X.509 certificates of the keys for PDFs: for readers of PDFs that know nothing of our trust list.

A key has a certificate that it signed itself from the day it is made. An authority's takes its place when it has been
asked for (`certificate_request`) and came back (`take_certificate`). Verifiers of ours go by the trust list alone.
"""

import secrets
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from asn1crypto import core, csr, keys, pem, x509
from cryptography import x509 as pyca
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization

from issuer.errors import SettingsError
from issuer.instance import Instance
from issuer.keys.errors import KeyStateError
from issuer.keys.place import Opened
from issuer.keys.ring import KeyInfo, Use
from issuer.keys.suites import SUITES, InX509
from ledger.files import replace_file
from verifier import jws

SELF_SIGNED_DAYS = 5 * 366
LONGEST_CHAIN = 4
SOON = timedelta(days=60)
"""How long before its end a certificate is complained of: an authority takes its time with the next."""


def certify(instance: Instance, kid: str, days: int) -> pyca.Certificate:
    """Make the certificate that a key for PDFs signs itself, valid from when the key begins, or from now if that is past.

    Raises:
        KeyStateError: not a key for PDFs.
    """
    info, opened, form = _open(instance, kid)
    begins = max(info.begins, instance.now().replace(microsecond=0)) if _has(instance, info) else info.begins
    body = x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": secrets.randbits(127),
            "signature": {"algorithm": form.algorithm},
            "issuer": _name(instance),
            "validity": {
                "not_before": _time(begins),
                "not_after": _time(begins + timedelta(days=days)),
            },
            "subject": _name(instance),
            "subject_public_key_info": _public(opened),
            "extensions": [
                _extension("basic_constraints", x509.BasicConstraints({"ca": False})),
                _extension("key_usage", x509.KeyUsage({"digital_signature", "non_repudiation"})),
                {
                    "extn_id": "key_identifier",
                    "extn_value": core.OctetString(_public(opened).sha1),
                },
            ],
        }
    )
    made = x509.Certificate(
        {
            "tbs_certificate": body,
            "signature_algorithm": {"algorithm": form.algorithm},
            "signature_value": form.to_der(opened.sign(body.dump())),
        }
    )
    return _keep(instance, info, [pyca.load_der_x509_certificate(made.dump())])


def certificate_request(instance: Instance, kid: str) -> bytes:
    """Ask an authority for a certificate: a request in PEM (PKCS #10, RFC 2986), signed by the key.

    Raises:
        KeyStateError: not a key for PDFs.
    """
    _, opened, form = _open(instance, kid)
    body = csr.CertificationRequestInfo(
        {"version": "v1", "subject": _name(instance), "subject_pk_info": _public(opened), "attributes": []}
    )
    made = csr.CertificationRequest(
        {
            "certification_request_info": body,
            "signature_algorithm": {"algorithm": form.algorithm},
            "signature": form.to_der(opened.sign(body.dump())),
        }
    )
    return bytes(pem.armor("CERTIFICATE REQUEST", made.dump()))


def take_certificate(instance: Instance, kid: str, chain: bytes) -> pyca.Certificate:
    """Take in the certificate that an authority made, the key's own first, those above it after it, in PEM.

    Raises:
        KeyStateError: not a key for PDFs.
        SettingsError: not such a file, of another key, for another purpose, not each signed by the next, or expired.
    """
    info, _, _ = _open(instance, kid)
    try:
        found = pyca.load_pem_x509_certificates(chain)
        for below, above in pairwise(found):
            below.verify_directly_issued_by(above)
    except (ValueError, TypeError, pyca.InvalidVersion) as error:
        raise SettingsError(
            f"应为 PEM 证书链，本密钥的在前 a chain in PEM, this key's first: {error}"
        ) from None
    except InvalidSignature:
        raise SettingsError("证书链前后不符 a chain, each certificate signed by the next") from None
    if len(found) > LONGEST_CHAIN:
        raise SettingsError(f"至多 {LONGEST_CHAIN} 张 at most {LONGEST_CHAIN} certificates")
    _fits(info, found[0])
    usable(found[0], instance.now())
    return _keep(instance, info, found)


def read_certificates(instance: Instance, info: KeyInfo) -> list[pyca.Certificate]:
    """The certificate of a key for PDFs, and those above it.

    Raises:
        SettingsError: there is none, or it is another key's.
    """
    path = _path(instance, info)
    try:
        found = pyca.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"没有 {info.kid} 的证书 no certificate: {path}: {error}; xueshi keys certificate"
        ) from None
    _fits(info, found[0])
    return found


def ends_of(instance: Instance) -> dict[str, datetime]:
    """When the certificates of the keys for PDFs end, by the key's name; a key without one is left out."""
    made = {}
    for info in instance.keys.infos():
        if info.use is Use.PDF and _path(instance, info).exists():
            made[info.kid] = read_certificates(instance, info)[0].not_valid_after_utc
    return made


def trouble(instance: Instance) -> str:
    """Say that PDFs cannot be signed, or soon not any more; nothing while all is well, or where none are to be signed."""
    if not instance.settings.sign_pdfs:
        return ""
    now = instance.now()
    try:
        info = instance.keys.current(Use.PDF, now)
        ends = read_certificates(instance, info)[0].not_valid_after_utc
    except (SettingsError, KeyStateError):
        return "PDFs cannot be signed: no key, or no certificate of it"
    if now > ends:
        return f"PDFs cannot be signed: their certificate ended on {ends:%Y-%m-%d}"
    return f"the certificate that signs PDFs ends on {ends:%Y-%m-%d}" if ends - now < SOON else ""


def usable(certificate: pyca.Certificate, now: datetime) -> None:
    """Hold that a certificate is valid now.

    Raises:
        SettingsError: it is not yet, or not any more.
    """
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not begins <= now <= ends:
        raise SettingsError(
            f"PDF 签名证书的有效期是 {begins:%Y-%m-%d} 至 {ends:%Y-%m-%d}，现在不能签。换上新证书后再运行一次即可继续。"
            f"The certificate is valid from {begins:%Y-%m-%d} to {ends:%Y-%m-%d}; nothing was signed. "
            "xueshi keys certificate"
        )


def _open(instance: Instance, kid: str) -> tuple[KeyInfo, Opened, InX509]:
    info = instance.keys.by_kid(kid)
    form = SUITES[info.alg].in_x509 if info.alg in SUITES else None
    if info.use is not Use.PDF or form is None:
        raise KeyStateError(f"{kid} ({info.use}): 应为 PDF 签名密钥 expected a key for PDFs")
    return info, instance.keys.open(info), form


def _fits(info: KeyInfo, certificate: pyca.Certificate) -> None:
    """Hold that a certificate is this key's, and for signing documents."""
    if certificate.public_key() != jws.PublicKey.from_jwk(info.jwk).key:
        raise SettingsError(f"证书不是 {info.kid} 的 the certificate is another key's")
    try:
        usage = certificate.extensions.get_extension_for_class(pyca.KeyUsage).value
    except pyca.ExtensionNotFound:
        return
    if not (usage.digital_signature or usage.content_commitment):
        raise SettingsError("证书的用途不含签名 keyUsage: digitalSignature or nonRepudiation")


def _name(instance: Instance) -> x509.Name:
    settings = instance.settings
    common = f"{settings.name_zh}（样张 SPECIMEN）" if settings.demo else settings.name_zh
    return x509.Name.build(
        {"country_name": "CN", "organization_name": settings.name_zh, "common_name": common[:64]}
    )


def _public(opened: Opened) -> keys.PublicKeyInfo:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return keys.PublicKeyInfo.load(opened.public.key.public_bytes(serialization.Encoding.DER, form))


def _time(moment: datetime) -> x509.Time:
    """UTCTime up to 2049, GeneralizedTime from then on (RFC 5280, 4.1.2.5)."""
    kind = "utc_time" if moment.year < 2050 else "general_time"
    return x509.Time({kind: moment})


def _extension(name: str, value: object) -> dict[str, object]:
    return {"extn_id": name, "critical": True, "extn_value": value}


def _path(instance: Instance, info: KeyInfo) -> Path:
    return instance.settings.keys / f"{info.name}.crt"


def _has(instance: Instance, info: KeyInfo) -> bool:
    return _path(instance, info).exists()


def _keep(instance: Instance, info: KeyInfo, chain: list[pyca.Certificate]) -> pyca.Certificate:
    data = b"".join(each.public_bytes(serialization.Encoding.PEM) for each in chain)
    replace_file(_path(instance, info), data)
    return chain[0]
