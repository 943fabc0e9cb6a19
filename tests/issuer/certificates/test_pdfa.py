"""The marks of PDF/A-3u (ISO 19005-3) that can be seen without a validator; veraPDF itself is not to be had here."""

import re
import shutil
import subprocess
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests.issuer.certificates.pdf_objects import PdfObject, read_objects
from tests.issuer.certificates.samples import SAMPLES, rendered
from verifier.credential import DocumentType
from verifier.page import page_of

every = pytest.mark.parametrize("name", SAMPLES)
TITLES = {
    DocumentType.COMPLETION: "完成证明",
    DocumentType.STATEMENT: "学时登记明细",
    DocumentType.TRANSFER: "学时转移证明",
}
FORBIDDEN = (
    "/JavaScript",
    "/JS",
    "/Launch",
    "/OpenAction",
    "/AA",
    "/Encrypt",
    "/Annots",
    "/AcroForm",
    "/RichMedia",
    "/Movie",
    "/Sound",
    "/LZWDecode",
    "/PS",
    "/Alternates",
    "/OPI",
    "/Ref",
    "/NeedAppearances",
    "/NeedsRendering",
)


@cache
def objects(name: str) -> dict[int, PdfObject]:
    return read_objects(rendered(name))


def only(name: str, mark: str) -> PdfObject:
    (found,) = [o for o in objects(name).values() if re.search(mark, o.head)]
    return found


def pointed(name: str, head: str, key: str) -> PdfObject:
    found = re.search(rf"/{key} (\d+) 0 R", head)
    assert found, f"/{key} is missing"
    return objects(name)[int(found[1])]


@every
def test_the_file_is_pdf_1_7_with_binary_second_line_and_an_identifier(name: str) -> None:
    pdf = rendered(name)
    assert pdf.startswith(b"%PDF-1.7\n%")
    assert sum(byte > 127 for byte in pdf.split(b"\n")[1]) >= 4
    assert re.search(r"/ID \[[^\]]+\]", only(name, r"/Type /XRef").head)
    assert pdf.endswith(b"%%EOF\n")


@every
def test_the_catalog_has_language_metadata_colours_and_files(name: str) -> None:
    catalog = only(name, r"/Type /Catalog").head
    assert "/Lang (zh-CN)" in catalog
    intent = re.search(r"/OutputIntents \[(.*?)\]", catalog)
    assert intent
    described = objects(name)[int(m[1])].head if (m := re.match(r"(\d+) 0 R", intent[1])) else intent[1]
    assert "/GTS_PDFA1" in described
    profile = pointed(name, described, "DestOutputProfile")
    assert profile.stream is not None
    assert profile.stream[36:40] == b"acsp"
    assert "/N 3" in profile.head


@every
def test_the_metadata_claim_pdf_a_3u_and_agree_with_the_information(name: str) -> None:
    metadata = pointed(name, only(name, r"/Type /Catalog").head, "Metadata")
    assert "/Subtype /XML" in metadata.head
    assert metadata.stream is not None
    xmp = metadata.stream.decode("utf-8")
    assert re.search(r"part[=>][\"']?3\b", xmp)
    assert re.search(r"conformance[=>][\"']?U\b", xmp)
    credential = SAMPLES[name].credential
    assert f"继续教育{TITLES[credential.document]} {credential.credential_subject.serial}" in xmp
    assert xmp.count("2026-01-15T01:00:00Z") == 2
    information = only(name, r"/Producer").head
    assert "/CreationDate (D:20260115010000Z)" in information
    assert "/ModDate (D:20260115010000Z)" in information
    assert not any(word in xmp + information for word in ("张示例", "620*"))


@every
def test_each_attached_file_is_associated_once(name: str) -> None:
    sample = SAMPLES[name]
    catalog = only(name, r"/Type /Catalog").head
    listed = re.search(r"/AF \[([^\]]*)\]", catalog)
    assert listed
    numbers = re.findall(r"(\d+) 0 R", listed[1])
    assert len(numbers) == len(set(numbers)) == (2 if sample.lines is None else 3)
    kinds = {
        "credential.jwt": "application#2fjwt",
        "ledger-proof.txt": "text#2fplain",
        "lines.json": "application#2fjson",
    }
    for number in numbers:
        spec = objects(name)[int(number)].head
        assert "/AFRelationship /Data" in spec
        assert "/Desc" in spec
        (file_name,) = [n for n in kinds if f"/F ({n})" in spec and f"/UF ({n})" in spec]
        file = pointed(name, spec, r"EF\s*<<\s*/F")
        assert f"/Subtype /{kinds[file_name]}" in file.head
        assert "/ModDate (D:20260115010000Z)" in file.head


@every
def test_every_font_is_embedded_and_maps_to_unicode(name: str) -> None:
    fonts = [o for o in objects(name).values() if re.search(r"/Type /Font\b", o.head)]
    composite = [o for o in fonts if "/Type0" in o.head]
    descendants = [o for o in fonts if "/CIDFontType" in o.head]
    assert composite
    assert len(fonts) == len(composite) + len(descendants)
    for font in composite:
        assert "/Identity-H" in font.head
        table = pointed(name, font.head, "ToUnicode")
        assert table.stream is not None
        assert b"beginbfchar" in table.stream or b"beginbfrange" in table.stream
    for font in descendants:
        descriptor = pointed(name, font.head, "FontDescriptor").head
        assert re.search(r"/FontFile[23] \d+ 0 R", descriptor)
        assert "/CIDToGIDMap /Identity" in font.head or "/CIDFontType0" in font.head


@every
def test_no_picture_is_smoothed_and_nothing_acts_or_is_locked(name: str) -> None:
    heads = "\n".join(o.head for o in objects(name).values())
    assert "/Interpolate true" not in heads
    for key in FORBIDDEN:
        assert not re.search(rf"{key}\b", heads), key


@every
def test_nothing_is_transparent(name: str) -> None:
    states = [o.head for o in objects(name).values() if re.search(r"/(ca|CA|SMask|BM) ", o.head)]
    assert [s for s in states if re.search(r"/(ca|CA) (?!1\b)|/SMask (?!/None)|/BM (?!/Normal)", s)] == []


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not installed (Debian package qpdf)")
@every
def test_qpdf_finds_no_fault(name: str, tmp_path: Path) -> None:
    file = tmp_path / "certificate.pdf"
    file.write_bytes(rendered(name))
    done = subprocess.run(["qpdf", "--check", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No syntax or stream encoding errors found" in done.stdout


@pytest.mark.skipif(
    shutil.which("pdffonts") is None, reason="pdffonts is not installed (Debian package poppler-utils)"
)
@every
def test_poppler_sees_every_font_embedded_and_mapped(name: str, tmp_path: Path) -> None:
    file = tmp_path / "certificate.pdf"
    file.write_bytes(rendered(name))
    listing = subprocess.run(
        ["pdffonts", str(file)], capture_output=True, text=True, check=True
    ).stdout.splitlines()[2:]
    assert listing
    for font in listing:
        assert re.search(r" yes +yes +yes +\d+ +0$", font), font


@every
@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["pdftotext", "{}", "-"], id="poppler"),
        pytest.param(["mutool", "draw", "-q", "-F", "text", "{}"], id="MuPDF"),
    ],
)
def test_other_extractors_read_the_same_characters(name: str, command: list[str], tmp_path: Path) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed (Debian packages poppler-utils, mupdf-tools)")
    file = tmp_path / "certificate.pdf"
    file.write_bytes(rendered(name))
    filled = [part.format(file) for part in command]
    read = subprocess.run(filled, capture_output=True, text=True, check=True).stdout
    sample = SAMPLES[name]
    printed = "".join(word.text for word in page_of(sample.credential, sample.parsed).words())
    assert Counter("".join(read.split())) == Counter("".join(printed.split()))


@every
def test_the_document_is_tagged(name: str) -> None:
    catalog = only(name, r"/Type /Catalog").head
    assert re.search(r"/MarkInfo\s*<<\s*/Marked true", catalog)
    kinds = {
        m for o in objects(name).values() for m in re.findall(r"/S /(Document|H1|Table|TR|TH|TD|P)\b", o.head)
    }
    assert kinds == {"Document", "H1", "Table", "TR", "TH", "TD", "P"}
