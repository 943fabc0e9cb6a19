"""Certificates as people hold them: the PDF, a scan of it, and files that are neither."""

import io
import struct
import zlib

import pypdfium2
import pytest
from PIL import Image, ImageFile

from tests.verifier import papers
from tests.verifier.authority import HOST, NOW, Authority, credential
from tests.verifier.make_vectors import LINES
from verifier import evidence as evidences
from verifier.errors import InputError
from verifier.evidence import InputKind, read_evidence
from verifier.report import Outcome, Report, Verdict
from verifier.verify import verify


class Paper:
    """One issuer with a certificate and a statement, laid out once."""

    def __init__(self) -> None:
        self.authority = Authority()
        self.token = self.authority.issue(credential())
        self.statement = papers.statement_pdf(self.authority)
        self.certificate = papers.certificate_pdf(self.authority, self.token, credential())

    def report(self, data: bytes, *, offline: bool = False) -> Report:
        source = None if offline else self.authority.public()
        return verify(read_evidence(data, "a"), self.authority.trust(), source, NOW)


@pytest.fixture(scope="module")
def paper() -> Paper:
    return Paper()


def test_a_certificate_is_genuine(paper: Paper) -> None:
    report = paper.report(paper.certificate)
    assert report.verdict is Verdict.GENUINE
    assert report.input is InputKind.PDF
    assert {c.number for c in report.checks if c.outcome is Outcome.PASSED} == set(range(1, 11))
    found = read_evidence(paper.certificate, "a")
    assert [(f.where, f.host) for f in found.findings] == [
        ("attachment credential.jwt", None),
        ("QR on page 1", HOST),
    ]


def test_a_statement_is_genuine_and_no_certificate(paper: Paper) -> None:
    report = paper.report(paper.statement)
    assert report.verdict is Verdict.GENUINE, [c.detail.zh for c in report.checks]
    assert report.credential
    assert report.credential.document.zh == "学时登记明细"


def test_a_statement_of_several_sheets_with_long_words_is_genuine(paper: Paper) -> None:
    """Whatever wraps or runs over to the next sheet still stands where it should."""
    long = LINES[0].model_copy(
        update={"recognised": "1", "reason": "每天最多 8 学时，超出的部分不予认定。" * 4}
    )
    subject = {
        "name": "阿" * 20 + "·买买提",
        "employer": "甘肃省示例地区高原农业与林业科学技术研究推广服务中心" * 3,
        "hours": {"professional": "30", "public": "0", "total": "30"},
        "categories": {"training": "30"},
    }
    report = paper.report(papers.statement_pdf(paper.authority, [long] * 30, **subject))
    assert report.check(10).outcome is Outcome.PASSED, report.check(10).detail.zh


def test_a_scan_is_genuine_at_150_dpi(paper: Paper) -> None:
    report = paper.report(papers.png(papers.picture_of(paper.certificate)))
    assert (report.verdict, report.input) == (Verdict.GENUINE, InputKind.SCAN)
    assert "对照手中的文件" in report.to_json()["nextStep"]["zh"]  # type: ignore[index]  # nextStep is {zh, en}


def test_a_scan_turned_and_as_jpeg_is_read(paper: Paper) -> None:
    turned = papers.picture_of(paper.certificate, 200).rotate(94, expand=True, fillcolor="white")
    file = io.BytesIO()
    turned.save(file, "JPEG", quality=60)
    assert paper.report(file.getvalue()).verdict is Verdict.GENUINE


def test_a_pdf_of_nothing_but_a_scan_is_a_scan(paper: Paper) -> None:
    report = paper.report(papers.picture_pdf(papers.picture_of(paper.certificate, 200)))
    assert (report.verdict, report.input) == (Verdict.GENUINE, InputKind.SCAN)


def test_a_pdf_without_its_attachments_still_has_its_qr_and_its_text(paper: Paper) -> None:
    bare = papers.edited(paper.certificate, papers.detach(papers.CREDENTIAL), papers.detach(papers.PROOF))
    report = paper.report(bare)
    assert (report.verdict, report.input) == (Verdict.GENUINE, InputKind.PDF)
    assert paper.report(bare, offline=True).verdict is Verdict.UNDETERMINED


def blank_pdf(pages: int = 1) -> bytes:
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(200, 200)
    file = io.BytesIO()
    document.save(file)
    document.close()
    return file.getvalue()


def huge_png(side: int) -> bytes:
    """A picture that claims `side` by `side` pixels in a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


def encrypted_pdf() -> bytes:
    """A PDF that asks for a password: an encryption dictionary whose password nobody has."""
    body = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    )
    encrypt = (
        b"3 0 obj<</Filter/Standard/V 1/R 2/O<" + b"41" * 32 + b">/U<" + b"42" * 32 + b">/P -4>>endobj\n"
    )
    start = len(body + encrypt)
    offsets = [body.index(b"1 0 obj"), body.index(b"2 0 obj"), len(body)]
    table = b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer<</Size 4/Root 1 0 R/Encrypt 3 0 R/ID[<00><00>]>>\nstartxref\n%d\n%%%%EOF" % start
    return body + encrypt + table + trailer


def no_code() -> bytes:
    return papers.png(Image.new("L", (400, 400), 255))


UNUSABLE = {
    "empty": (lambda: b"", "空"),
    "too large": (lambda: b"%PDF-" + bytes(evidences.MAX_INPUT), "超过 20 MB"),
    "a ZIP or an Office document": (lambda: b"PK\x03\x04\xff", "请解压后再核验"),
    "not a known kind": (lambda: b"\x7fELF\xff", "认不出"),
    "text without a credential": (lambda: b"hello", "没有凭证"),
    "Chinese text": ("你好".encode, "认不出"),
    "a PDF without a credential": (blank_pdf, "没有凭证"),
    "a PDF of too many pages": (lambda: blank_pdf(31), "31 页"),
    "a PDF of too many attachments": (
        lambda: papers.edited(blank_pdf(), *(papers.attach(f"a{i}", b"x") for i in range(21))),
        "21 个附件",
    ),
    "a PDF with a large attachment": (
        lambda: papers.edited(blank_pdf(), papers.attach("a", bytes(2_000_001))),
        "附件太大",
    ),
    "a broken PDF": (lambda: b"%PDF-1.7 nothing more", "损坏"),
    "an encrypted PDF": (encrypted_pdf, "有密码"),
    "a PDF of too many characters": (
        lambda: papers.edited(
            blank_pdf(), *[papers.write("x" * 2000, 0, y, size=0.1) for y in range(100, 151)]
        ),
        "文字超过",
    ),
    "a PDF whose page is missing": (
        lambda: blank_pdf().replace(b"/Kids[ 4 0 R ]", b"/Kids[ 9 0 R ]"),
        "打不开",
    ),
    "a picture without a code": (no_code, "没有读到"),
    "a broken picture": (lambda: no_code()[:60], "打不开"),
    "a picture of 30,000 by 30,000": (lambda: huge_png(30_000), "图片太大"),
    "a picture of 10,000 by 10,000": (lambda: huge_png(10_000), "图片太大"),
    "RIFF that is no picture": (lambda: b"RIFF\x00\x00\x00\x00WAVE", "打不开"),
    "an ID number by mistake": (lambda: b"620102199001011234", "没有凭证"),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_unusable_inputs_say_why(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # The layout engine, loaded for the other tests, makes Pillow put up with cut pictures; the verifier alone does not.
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", False)
    make, words = UNUSABLE[case]
    with pytest.raises(InputError, match=words) as caught:
        read_evidence(make(), "名字")
    assert caught.value.name == "名字"
    assert caught.value.expected


def test_a_newer_format_is_not_called_forged(paper: Paper) -> None:
    digits = paper.authority.qr(paper.token).digits
    newer = "0" * 15 + "49" + digits[17:]
    report = paper.report(newer.encode())
    assert report.check(1).outcome is Outcome.NOT_DONE
    assert report.verdict is Verdict.UNDETERMINED
    assert report.credential is None
    assert report.to_json()["subject"] is None
