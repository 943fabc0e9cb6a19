"""The PDF's own signature, judged by those who did not make it: pyHanko's validator, poppler's pdfsig, qpdf, and the verifier."""

import io
import re
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from issuer.certificates.service import draw, draw_all, look_of
from issuer.certificates.signing import sign
from issuer.errors import SettingsError
from issuer.instance import Instance
from issuer.keys.certificates import certify, read_certificates
from issuer.keys.errors import KeyStateError, KeyUnavailable
from issuer.keys.ring import Use
from issuer.keys.service import compromise, retire, rotate
from issuer.publication import publish
from issuer.service import issue_roster
from tests.issuer.certificates.samples import rendered
from tests.issuer.conftest import quiet, roster_of
from tests.issuer.keys.test_rotation import Clock
from tests.verifier.authority import ISSUED
from verifier.evidence import read_evidence
from verifier.report import Outcome, Report, Verdict
from verifier.sources import Folder
from verifier.trust import open_trust, read_root
from verifier.verify import verify


def names() -> list[str]:
    return ["plain", "statement"]


@pytest.mark.parametrize("name", names())
def test_pyhanko_finds_it_valid_over_the_whole_file(signer: Instance, name: str) -> None:
    signed = sign(signer, rendered(name), ISSUED)
    info = signer.keys.current(Use.PDF, signer.now())
    (certificate,) = read_certificates(signer, info)
    root = x509.Certificate.load(certificate.public_bytes(Encoding.DER))
    (found,) = PdfFileReader(io.BytesIO(signed)).embedded_signatures
    context = ValidationContext(trust_roots=[root], moment=signer.now(), allow_fetching=False)
    status = validate_pdf_signature(found, context)
    assert status.bottom_line, status.pretty_print_details()
    assert status.coverage.name == "ENTIRE_FILE"
    assert status.docmdp_ok
    assert found.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"


@pytest.mark.parametrize("name", names())
def test_poppler_and_qpdf_find_it_valid(signer: Instance, name: str, tmp_path: Path) -> None:
    file = tmp_path / "signed.pdf"
    file.write_bytes(sign(signer, rendered(name), ISSUED))
    said = subprocess.run(
        ["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=False
    ).stdout
    assert "Signature Validation: Signature is Valid." in said, said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    assert said.count("Signature #") == 1
    done = subprocess.run(["qpdf", "--check", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", names())
def test_it_stays_pdf_a_3u(signing: Instance, name: str) -> None:
    """ISO 19005-3, 6.1.12, 6.3, 6.4.3, 6.6: what a signature could spoil. The document before it is not touched at all."""
    before = rendered(name)
    signed = sign(signing, before, ISSUED)
    assert signed.startswith(before)
    with pikepdf.open(io.BytesIO(signed)) as document, pikepdf.open(io.BytesIO(before)) as plain:
        catalog = document.Root
        assert document.pdf_version == "1.7"
        assert "/Version" not in catalog
        assert set(catalog.Extensions.keys()) == {"/ESIC"}
        assert set(catalog.keys()) - set(plain.Root.keys()) == {"/AcroForm", "/Perms", "/Extensions"}
        assert catalog.Metadata.read_bytes() == plain.Root.Metadata.read_bytes()
        assert document.docinfo.ModDate == plain.docinfo.ModDate
        assert [str(f.UF) for f in catalog.AF] == [str(f.UF) for f in plain.Root.AF]
        assert "/NeedAppearances" not in catalog.AcroForm
        assert "/XFA" not in catalog.AcroForm
        (field,) = catalog.AcroForm.Fields
        assert (str(field.FT), str(field.Subtype), int(field.F)) == ("/Sig", "/Widget", 132)
        assert [int(x) for x in field.Rect] == [0, 0, 0, 0]
        assert not {"/A", "/AA"} & set(field.keys())
        (reference,) = field.V.Reference
        assert int(reference.TransformParams.P) == 1
        start, first, second, last = map(int, field.V.ByteRange)
        assert (start, second + last) == (0, len(signed))
        assert signed[first:second] == b"<" + signed[first + 1 : second - 1] + b">"
        assert re.fullmatch(rb"[0-9a-fA-F]+", signed[first + 1 : second - 1])


def test_the_page_looks_as_before(signing: Instance) -> None:
    def picture(pdf: bytes) -> bytes:
        with pypdfium2.PdfDocument(pdf) as document:
            return bytes(document[0].render(scale=1, may_draw_forms=True).to_pil().tobytes())

    assert picture(sign(signing, rendered("plain"), ISSUED)) == picture(rendered("plain"))


def test_the_same_again_is_the_same_bytes(signing: Instance, clock: Clock) -> None:
    first = sign(signing, rendered("plain"), ISSUED)
    clock.now += timedelta(days=2)
    assert sign(signing, rendered("plain"), ISSUED) == first


def test_what_is_drawn_is_signed_and_the_verifier_says_so(
    signing: Instance, clock: Clock, people: list[dict[str, Any]]
) -> None:
    issued = issue_roster(signing, roster_of(people[:1]), quiet)[0][0].issued
    publish(signing)
    pdf = draw(signing, issued, look_of(signing))
    assert judged(signing, pdf).verdict is Verdict.GENUINE
    assert judged(signing, pdf).check(11).outcome is Outcome.PASSED
    assert draw(signing, issued, look_of(signing)) == pdf
    old = signing.keys.current(Use.PDF, signing.now()).kid
    rotate(signing, Use.PDF, timedelta())
    clock.now += timedelta(minutes=11)
    retire(signing, old)
    again = draw(signing, issued, look_of(signing))
    assert again != pdf
    for one in (pdf, again):
        assert judged(signing, one).verdict is Verdict.GENUINE


def test_a_stolen_key_is_cut_off_at_a_place_in_the_log(
    signing: Instance, clock: Clock, people: list[dict[str, Any]]
) -> None:
    first = issue_roster(signing, roster_of(people[:1]), quiet)[0][0].issued
    with_first = draw(signing, first, look_of(signing))
    publish(signing)
    size = judged(signing, with_first).trust and _size(signing)
    second = issue_roster(signing, roster_of(people[1:2]), quiet)[0][0].issued
    with_second = draw(signing, second, look_of(signing))
    kid = signing.keys.current(Use.PDF, signing.now()).kid
    with pytest.raises(KeyStateError, match="below"):
        compromise(signing, kid, None)
    clock.now += timedelta(minutes=1)
    assert compromise(signing, kid, size).serials == ()
    assert judged(signing, with_first).check(11).outcome is Outcome.PASSED
    assert judged(signing, with_second).check(11).outcome is Outcome.FAILED
    drawn_again = draw(signing, second, look_of(signing))
    assert judged(signing, drawn_again).verdict is Verdict.GENUINE


def _size(instance: Instance) -> int:
    return int((instance.settings.public / "checkpoint").read_text().splitlines()[1])


def judged(instance: Instance, pdf: bytes) -> Report:
    public = instance.settings.public
    root = read_root((public / "trust-root.jwk").read_bytes())
    trust = open_trust((public / "trust-list.jwt").read_text(), root, instance.now())
    return verify(read_evidence(pdf, "c.pdf"), trust, Folder(public), instance.now())


def test_a_certificate_that_expires_in_the_middle_of_a_batch(
    signing: Instance, clock: Clock, people: list[dict[str, Any]], tmp_path: Path
) -> None:
    issued = [one.issued for one in issue_roster(signing, roster_of(people[:3]), quiet)[0]]
    drawn = tmp_path / "certificates"
    drawn.mkdir()
    certify(signing, signing.keys.current(Use.PDF, signing.now()).kid, 1)

    def later(done: int, _all: int) -> None:
        clock.now += timedelta(days=2) if done == 1 else timedelta()

    with pytest.raises(SettingsError, match="valid from"):
        draw_all(signing, issued, drawn, later)
    assert len(list(drawn.iterdir())) == 1
    certify(signing, signing.keys.current(Use.PDF, signing.now()).kid, 30)
    assert len(draw_all(signing, issued, drawn, lambda _done, _all: None)) == 3
    publish(signing)
    assert {judged(signing, path.read_bytes()).verdict for path in drawn.iterdir()} == {Verdict.GENUINE}


def test_a_token_that_goes_away(in_module: Instance, tokens: Path) -> None:
    away = tokens.with_name("away")
    tokens.rename(away)
    try:
        with pytest.raises(KeyUnavailable, match="nothing was signed"):
            sign(in_module, rendered("plain"), ISSUED)
    finally:
        away.rename(tokens)
    assert sign(in_module, rendered("plain"), ISSUED) != rendered("plain")


def test_without_the_setting_nothing_is_signed(instance: Instance) -> None:
    assert sign(instance, rendered("plain"), ISSUED) is rendered("plain")
