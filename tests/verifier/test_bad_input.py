"""Inputs made to stop the verifier: each has its own clear answer, within its limits."""

import io
import zlib
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from tests.verifier.authority import DID, NOW, Authority, credential, es256, payload, text
from tests.verifier.papers import certificate_pdf, picture_of, png
from verifier import jws
from verifier.credential import encode_header
from verifier.errors import InputError
from verifier.evidence import MAX_INPUT, read_evidence
from verifier.inputs import Given
from verifier.report import Outcome
from verifier.verify import verify


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def pdf(authority: Authority) -> bytes:
    shown = credential()
    return certificate_pdf(authority, authority.issue(shown), shown)


def huge_png(side: int = 30_000) -> bytes:
    """A picture of 900 million pixels in a few hundred thousand bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    head = side.to_bytes(4, "big") * 2 + bytes([1, 0, 0, 0, 0])
    rows = zlib.compress(bytes((side + 7) // 8 + 1) * side, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_a_file_of_two_gigabytes_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "big.pdf"
    with path.open("wb") as file:
        file.write(b"%PDF-1.7\n")
        file.truncate(2_000_000_000)
    data, name = Given(str(path)).read()
    assert len(data) == MAX_INPUT + 1
    with pytest.raises(InputError, match="20 MB"):
        read_evidence(data, name)


def many_attachments(count: int = 10_000) -> bytes:
    with pikepdf.new() as made:
        made.add_blank_page()
        one = pikepdf.AttachedFileSpec(made, b"x", filename="a.txt").obj
        names = [thing for n in range(count) for thing in (pikepdf.String(f"{n:05d}"), one)]
        made.Root.Names = pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary(Names=pikepdf.Array(names)))
        file = io.BytesIO()
        made.save(file)
    return file.getvalue()


def test_ten_thousand_attachments() -> None:
    with pytest.raises(InputError, match="10000 个附件"):
        read_evidence(many_attachments(), "many.pdf")


def test_a_pdf_that_asks_for_a_password(pdf: bytes) -> None:
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as made:
        made.save(file, encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(InputError, match="密码"):
        read_evidence(file.getvalue(), "locked.pdf")


REFUSED = {
    "an empty file": (b"", "空的"),
    "a broken PDF": (b"%PDF-1.7\nhello", "损坏"),
    "a picture of 900 million pixels": (huge_png(), "像素|pixels"),
    "neither": (b"\x00\x01\x02", "credential|known here"),
    "a broken picture": (b"\x89PNG\r\n\x1a\n" + b"x" * 100, "图|picture|打不开"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_used(name: str) -> None:
    data, words = REFUSED[name]
    with pytest.raises(InputError, match=words):
        read_evidence(data, "x")


def test_two_codes_on_a_page(authority: Authority, pdf: bytes) -> None:
    other = authority.issue(credential(name="李娜"))
    second = certificate_pdf(authority, other, credential(name="李娜"))
    pages = [picture_of(pdf), picture_of(second)]
    both = Image.new("RGB", (pages[0].width * 2, pages[0].height), "white")
    for place, page in enumerate(pages):
        both.paste(page, (place * page.width, 0))
    report = verify(read_evidence(png(both), "x"), authority.trust(), authority.public(), NOW)
    assert report.check(1).outcome is Outcome.FAILED


def token(authority: Authority, data: bytes) -> str:
    return jws.assemble(encode_header(f"{DID}#2026-1"), data, es256(authority.key))


def test_json_keys_that_stand_twice(authority: Authority) -> None:
    data = text(payload()).replace(b'"name":', b'"name":"x","name":', 1)
    report = verify(read_evidence(token(authority, data).encode(), "x"), authority.trust(), None, NOW)
    assert report.check(2).outcome is Outcome.FAILED
    assert "twice" in report.check(2).detail.en


@pytest.mark.parametrize("year", [2999, 9999, 99999])
def test_a_moment_in_the_year_9999(authority: Authority, year: int) -> None:
    fields = payload()
    fields["validFrom"] = f"{year}-12-31T23:59:59Z"
    fields["iat"] = 253402300799 if year == 9999 else 32503679999
    report = verify(read_evidence(token(authority, text(fields)).encode(), "x"), authority.trust(), None, NOW)
    assert {report.check(2).outcome, report.check(6).outcome} & {Outcome.FAILED}


def test_a_picture_that_says_it_is_larger(tmp_path: Path) -> None:
    file = io.BytesIO()
    Image.new("L", (10, 10)).save(file, "PNG")
    with pytest.raises(InputError):
        read_evidence(file.getvalue()[:40], "cut.png")
