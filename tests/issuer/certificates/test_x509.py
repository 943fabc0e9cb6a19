"""X.509 certificates of the keys for PDFs: asked for, taken in, missing, another key's, expired."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import x509
from cryptography import x509 as pyca
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from issuer.certificates.service import look_of
from issuer.certificates.signing import sign
from issuer.errors import SettingsError
from issuer.instance import Instance, open_instance
from issuer.keys.certificates import certificate_request, certify, take_certificate
from issuer.keys.errors import KeyStateError
from issuer.keys.ring import Use
from issuer.keys.service import rotate
from issuer.serving import Keeper
from tests.issuer.certificates.samples import rendered
from tests.issuer.keys.test_rotation import Clock
from tests.verifier.authority import ISSUED


def no_certificate(instance: Instance, _clock: Clock) -> None:
    info = instance.keys.current(Use.PDF, instance.now())
    (instance.settings.keys / f"{info.name}.crt").unlink()


def another_keys(instance: Instance, _clock: Clock) -> None:
    info = instance.keys.current(Use.PDF, instance.now())
    file = instance.settings.keys / f"{info.name}.crt"
    kept = file.read_bytes()
    made = rotate(instance, Use.PDF, timedelta())
    (instance.settings.keys / f"{made.name}.crt").write_bytes(kept)


def expired(instance: Instance, clock: Clock) -> None:
    certify(instance, instance.keys.current(Use.PDF, instance.now()).kid, 1)
    clock.now += timedelta(days=2)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [(no_certificate, "no certificate"), (another_keys, "another key's"), (expired, "valid from")],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_cannot_be_signed_with_is_told_before_anything_is_drawn(
    signing: Instance, clock: Clock, spoil: Callable[[Instance, Clock], None], says: str
) -> None:
    spoil(signing, clock)
    with pytest.raises(SettingsError, match=says):
        look_of(signing)
    with pytest.raises(SettingsError, match=says):
        sign(signing, rendered("plain"), ISSUED)


@pytest.mark.parametrize(
    ("days", "says"),
    [(61, None), (59, "ends on 20"), (-1, "ended on 20")],
    ids=["in time", "soon", "too late"],
)
def test_ready_tells_before_a_certificate_ends(
    signing: Instance, clock: Clock, caplog: pytest.LogCaptureFixture, days: int, says: str | None
) -> None:
    """At /ready and, once a day, in the log of the process; the public files are served all the same."""
    # Noon in Shanghai: the look of a day is taken after the small hours.
    clock.now = (clock.now + timedelta(days=1)).replace(hour=4)
    certify(signing, signing.keys.current(Use.PDF, signing.now()).kid, 100)
    clock.now += timedelta(days=100 - days)
    keeper = Keeper(signing)
    keeper.look()
    found = keeper.health()
    assert found.ready
    assert (says in found.says) if says else found.says.startswith("log size")
    logged = [record.getMessage() for record in caplog.records if "xueshi keys certificate" in record.message]
    assert [says in line for line in logged] == ([True] if says else [])
    for gone in signing.settings.keys.glob("pdf-*.crt"):
        gone.unlink()
    assert "no certificate of it" in keeper.health().says


def test_without_a_key_it_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XUESHI_SIGN_PDFS", "true")
    with open_instance(home) as instance, pytest.raises(KeyStateError, match="rotate pdf"):
        look_of(instance)


def test_an_authoritys_certificate(signer: Instance) -> None:
    """Asked for by PKCS #10, made by an authority, taken in with it, and then in every signature."""
    info = signer.keys.current(Use.PDF, signer.now())
    asked = pyca.load_pem_x509_csr(certificate_request(signer, info.kid))
    assert asked.is_signature_valid
    authority = ec.generate_private_key(ec.SECP256R1())
    name = pyca.Name([pyca.NameAttribute(NameOID.COMMON_NAME, "示例证书机构")])

    def made(subject: pyca.Name, key: Any) -> pyca.Certificate:
        builder = pyca.CertificateBuilder(name, subject, key, pyca.random_serial_number())
        builder = builder.not_valid_before(signer.now() - timedelta(days=1)).not_valid_after(
            signer.now() + timedelta(days=300)
        )
        usage = pyca.KeyUsage(*(each in {0, 1, 5} for each in range(9)))
        constraints = pyca.BasicConstraints(ca=subject == name, path_length=None)
        builder = builder.add_extension(usage, critical=True).add_extension(constraints, critical=True)
        return builder.sign(authority, hashes.SHA256())

    impostor = made(name, ec.generate_private_key(ec.SECP256R1()).public_key())
    root, own = made(name, authority.public_key()), made(asked.subject, asked.public_key())
    stranger = made(asked.subject, ec.generate_private_key(ec.SECP256R1()).public_key())

    def pem(*chain: pyca.Certificate) -> bytes:
        return b"".join(each.public_bytes(Encoding.PEM) for each in chain)

    for chain, says in {
        pem(stranger, root): "another key's",
        pem(own, impostor): "each certificate signed by the next",
        pem(root, own): "a chain in PEM",
        b"-----BEGIN": "a chain in PEM",
        pem(own, *[root] * 4): "at most",
    }.items():
        with pytest.raises(SettingsError, match=says):
            take_certificate(signer, info.kid, chain)
    assert take_certificate(signer, info.kid, pem(own, root)) == own
    signed = sign(signer, rendered("plain"), ISSUED)
    (found,) = PdfFileReader(io.BytesIO(signed)).embedded_signatures
    trusted = x509.Certificate.load(root.public_bytes(Encoding.DER))
    context = ValidationContext(trust_roots=[trusted], moment=signer.now(), allow_fetching=False)
    status = validate_pdf_signature(found, context)
    assert status.bottom_line, status.pretty_print_details()
    assert found.signer_cert.subject.native["common_name"] == "示例签发机关（样张 SPECIMEN）"


def test_a_key_for_something_else_gets_no_certificate(signing: Instance) -> None:
    with pytest.raises(KeyStateError, match="a key for PDFs"):
        certificate_request(signing, signing.credential_signer.kid)
