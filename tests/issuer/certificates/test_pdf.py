"""The rendered document, read back by other means than those that made it."""

import ctypes

import pypdfium2
import pytest
import zxingcpp
from jinja2 import Environment, StrictUndefined

from issuer.certificates.errors import CertificateError, MissingGlyphError
from issuer.certificates.look import SPECIMEN, Look
from issuer.certificates.pdf import render
from issuer.certificates.printing import fill, print_page, write
from issuer.certificates.proofread import proofread
from issuer.certificates.qr import QR_ONLY
from tests.issuer.certificates.samples import (
    LONG_NAME,
    PROOF,
    SAMPLES,
    Sample,
    credential,
    lines,
    rendered,
    statement,
    text_of,
)
from verifier.errors import CredentialError
from verifier.page import differences, page_of
from verifier.page_check import check_page
from verifier.pdf import read_pdf
from verifier.report import Outcome
from verifier.transport import QrText, decode_qr

every = pytest.mark.parametrize("name", SAMPLES)


@every
def test_the_page_says_exactly_what_the_credential_says(name: str) -> None:
    sample = SAMPLES[name]
    assert differences(sample.credential, sample.parsed, text_of(rendered(name))) == []


@every
def test_the_verifier_finds_the_credential_twice_the_proof_and_the_lines(name: str) -> None:
    sample = SAMPLES[name]
    evidence = read_pdf(rendered(name), "证明.pdf")
    assert [finding.jws for finding in evidence.findings] == [sample.jws, sample.jws]
    assert evidence.unreadable == ()
    assert evidence.other_codes == ()


@every
def test_the_qr_reads_at_150_dpi(name: str) -> None:
    with pypdfium2.PdfDocument(rendered(name)) as document:
        picture = document[0].render(scale=150 / 72, grayscale=True).to_pil()
    (found,) = zxingcpp.read_barcodes(picture, formats=QR_ONLY)
    assert decode_qr(found.text).jws == SAMPLES[name].jws


@every
def test_attachments_are_there_to_the_byte(name: str) -> None:
    sample = SAMPLES[name]
    with pypdfium2.PdfDocument(rendered(name)) as document:
        files = [document.get_attachment(i) for i in range(document.count_attachments())]
        attached = {file.get_name(): bytes(file.get_data()) for file in files}
    expected = {"credential.jwt": sample.jws.encode(), "ledger-proof.txt": PROOF.encode()}
    assert attached == expected | ({} if sample.lines is None else {"lines.json": sample.lines})


@every
def test_one_pdf_page_for_each_sheet(name: str) -> None:
    sample = SAMPLES[name]
    with pypdfium2.PdfDocument(rendered(name)) as document:
        assert len(document) == len(page_of(sample.credential, sample.parsed).sheets)
        assert [page.get_size() for page in document] == [pytest.approx((595.28, 841.89), abs=0.01)] * len(
            document
        )


def test_statements_run_over_several_sheets() -> None:
    sample = SAMPLES["statement, three sheets"]
    assert len(page_of(sample.credential, sample.parsed).sheets) >= 3


@pytest.mark.parametrize(
    ("name", "bold"),
    [pytest.param("rare characters", False, id="rare"), pytest.param("plain", True, id="usual")],
)
def test_a_name_is_of_one_weight(name: str, *, bold: bool) -> None:
    """The faces of rare characters have no bold, so the whole name goes without it."""
    said = SAMPLES[name].credential.credential_subject.name
    with pypdfium2.PdfDocument(rendered(name)) as document:
        page = document[0].get_textpage()
        at = page.get_text_range().index(said)
        fonts = set()
        for index in range(at, at + len(said)):
            buffer = ctypes.create_string_buffer(100)
            pypdfium2.raw.FPDFText_GetFontInfo(page, index, buffer, 100, ctypes.c_int())
            fonts.add(buffer.value.decode())
    assert {"Bold" in font for font in fonts} == {bold}


def test_the_longest_region_has_its_heading_and_its_foot_in_one_line() -> None:
    said = text_of(rendered("elsewhere"))
    assert "积石山保安族东乡族撒拉族自治县专业技术人员" in said
    assert "本证明按积石山保安族东乡族撒拉族自治县统一制式生成，电子证明与纸质证书具有同等效力。" in said


@pytest.mark.parametrize("name", ["transfer, long names, two sheets", "statement, three sheets"])
def test_a_long_name_has_a_line_of_its_own_on_further_sheets(name: str) -> None:
    """In the middle, and within the block of the words."""
    with pypdfium2.PdfDocument(rendered(name)) as document:
        page = document[1].get_textpage()
        at = page.get_text_range().index(LONG_NAME)
        boxes = [page.get_charbox(index) for index in range(at, at + len(LONG_NAME))]
        width, margin = document[1].get_width(), 30 / 25.4 * 72
    left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
    assert left > margin
    assert left + right == pytest.approx(width, abs=2)


def test_the_same_input_gives_the_same_bytes() -> None:
    sample = SAMPLES["statement"]
    again = render(sample.credential, sample.jws, sample.qr, PROOF, sample.lines, SPECIMEN)
    assert again == rendered("statement")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("<img src=file:" + "///etc/passwd>", id="a file"),
        pytest.param("<b>张</b>&amp;{{ 7*7 }}{% raw %}", id="markup and template"),
        pytest.param('O\'Neill-Ångström "x"', id="quotes and accents"),
        pytest.param(
            "Anna-Maria-Louise-Charlotte-Bernadette-Josephine-Wilhelmina", id="hyphens at the ends of lines"
        ),
        pytest.param("office ﬁnal affluent", id="ligatures"),
        pytest.param("扎西·卓玛", id="interpunct"),
        pytest.param("'Abd ‘Abd “示例” AVAToj", id="quotes first, kerned"),
        pytest.param("𠀀𪛖𪜀𫜴𫝀𫠝𫠠𬺡𬺰𮯠", id="first and last of Ext B to F"),
        pytest.param("德吉" * 32, id="64 characters"),
    ],
)
def test_a_name_prints_as_it_is(name: str) -> None:
    sample = Sample(credential(name=name))
    pdf = render(sample.credential, sample.jws, sample.qr, PROOF, None, SPECIMEN)
    assert differences(sample.credential, None, text_of(pdf)) == []


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"employer": "“示例”科技有限公司"}, id="employer begins with a quotation mark"),
        pytest.param({"registrar": "《示例》局，、。"}, id="registrar ends in low marks"),
        pytest.param({"name": "'Abd ‘示例"}, id="name begins with an apostrophe"),
    ],
)
def test_what_is_printed_stands_where_check_10_wants_it(changes: dict[str, str]) -> None:
    sample = Sample(credential(**changes))
    pdf = render(sample.credential, sample.jws, sample.qr, PROOF, None, SPECIMEN)
    check = check_page(sample.credential, read_pdf(pdf, "certificate.pdf"))
    assert check.outcome is Outcome.PASSED, check.detail


def test_a_character_that_no_font_has_is_refused_with_its_code_point() -> None:
    sample = Sample(credential(name="扎西\u0f40", employer="示例\U00031353"))
    with pytest.raises(MissingGlyphError, match=r"U\+0F40, U\+31353"):
        render(sample.credential, sample.jws, sample.qr, PROOF, None, SPECIMEN)


def test_characters_that_look_alike_are_told_apart() -> None:
    """The radical U+2F00 has the shape of U+4E00, which stands elsewhere on the page; each has a glyph of its own."""
    sample = Sample(credential(employer="示例第⼀中学", registrar="示例第一局"))
    text = text_of(render(sample.credential, sample.jws, sample.qr, PROOF, None, SPECIMEN))
    assert "第⼀中学" in text
    assert "第一局" in text


def test_what_does_not_fit_is_refused() -> None:
    exceptions = [{"exception": "示例函〔2026〕12号" * 5}] * 15
    sample = Sample(
        credential(
            name="示" * 64,
            employer="例" * 100,
            registrar="局" * 100,
            rules=["gs-2023-03-31@1.0.0", *exceptions],
        )
    )
    with pytest.raises(CertificateError, match=r"sheet 1: .* lies on the QR"):
        render(sample.credential, sample.jws, sample.qr, PROOF, None, SPECIMEN)


@pytest.mark.parametrize(
    ("seal", "message"),
    [
        pytest.param("<svg><text>公章</text></svg>", "without text", id="text"),
        pytest.param('<svg><image x="1"/></svg>', "without image", id="a picture"),
        pytest.param('<svg><path fill="url(#a)"/></svg>', r"without url\(", id="a reference"),
        pytest.param("<!DOCTYPE svg><svg/>", "without !DOCTYPE", id="a document type"),
        pytest.param(None, "no seal", id="none"),
    ],
)
def test_a_look_without_a_proper_seal_is_refused(seal: str | None, message: str) -> None:
    with pytest.raises(CertificateError, match=message):
        Look(issuer="示例机关", seal=seal)


@pytest.mark.parametrize("url", ["file:" + "///etc/hostname", "https://example.org/seal.png"])
def test_nothing_is_fetched(url: str) -> None:
    with pytest.raises(CertificateError, match="asks for something"):
        write(f'<img src="{url}">', {}, SAMPLES["plain"].credential.issued_at)
    with pytest.raises(CertificateError, match="asks for something"):
        print_page(f'<img src="{url}">')


def test_a_configured_seal_and_name_are_printed_without_the_specimens_mark() -> None:
    seal = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 42 42"><circle cx="21" cy="21" r="20" fill="none" stroke="#d7181e"/></svg>'
    look = Look(issuer="示例省人力资源和社会保障厅（示例）专业技术人员管理处", seal=seal)
    sample = SAMPLES["plain"]
    pdf = render(sample.credential, sample.jws, sample.qr, PROOF, None, look)
    assert differences(sample.credential, None, text_of(pdf)) == []
    assert pdf != rendered("plain")


def test_lines_that_are_not_what_the_format_says_are_refused() -> None:
    sample = Sample(statement(lines(1)), lines(1) + b"\n")
    with pytest.raises(CredentialError, match=r"lines\.json"):
        render(sample.credential, sample.jws, sample.qr, PROOF, sample.lines, SPECIMEN)


def test_a_code_of_other_digits_than_the_one_drawn_is_noticed() -> None:
    sample = SAMPLES["plain"]
    other = QrText(sample.qr.prefix, sample.qr.digits[::-1])
    faults = proofread(rendered("plain"), sample.credential, None, other)
    assert faults.any
    assert "150 dpi" in faults.unreadable


def test_a_template_that_asks_for_a_missing_slot_says_which() -> None:
    template = Environment(undefined=StrictUndefined, autoescape=True).from_string(
        "{{ page.professional_title }}"
    )
    page = page_of(SAMPLES["plain"].credential, None)
    with pytest.raises(CertificateError, match="professional_title"):
        fill(template, page=page)
