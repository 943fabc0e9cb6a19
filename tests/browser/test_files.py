"""Several files, ZIPs, bundles, and what cannot be used: each with its own answer, the others go on."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import httpx
import pikepdf
import pytest
from playwright.sync_api import Page

from tests.browser.acting import open_page, put_in, refusal, rows, verdict
from tests.verifier import papers
from tests.verifier.authority import NOW
from tests.verifier_web.conftest import Issued
from verifier.bundle.making import make_bundle
from verifier.evidence import MAX_INPUT
from verifier.sources import Folder
from verifier.trust import read_root


def zipped(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(name.replace("__", "/"), data)
    return made.getvalue()


def bundle(issued: Issued) -> bytes:
    root = read_root((issued.folder / "root.jwk").read_bytes())
    token = (issued.folder / "trust.jwt").read_text()
    return make_bundle(token, "", root, Folder(issued.folder / "public"), NOW)


def test_many_files_are_a_row_each(page: Page, service: httpx.Client, issued: Issued) -> None:
    asked = open_page(page, service)
    put_in(
        page,
        ("张.pdf", issued.pdf),
        ("马.jwt", issued.superseded.encode()),
        ("假.jwt", issued.forged.encode()),
        ("明细.jwt", issued.statement.encode()),
        ("空.pdf", b""),
        ("包.zip", zipped(内__码_txt=issued.qr.encode())),
    )
    found = rows(page)
    assert {name: words.split("\n")[0] for name, words in found.items()} == {
        "张.pdf": "签名成立，文字未比对",
        "马.jwt": "真实，但已有新版",
        "假.jwt": "不可信，不能采信",
        "明细.jwt": "现在还不能判断",  # signed, and not in the ledger
        "空.pdf": "没有核验",
        "包.zip/内/码_txt": "真实，现在有效",
    }
    assert "文件是空的" in found["空.pdf"]
    forged = page.locator("#result .batch tbody tr", has_text="假.jwt")
    assert forged.locator("td").all_inner_texts()[:3] == ["—", "—", "—"]  # figures of a forgery are not shown
    assert not [each for each in asked if each.startswith("POST")]

    forged.locator("button").click()
    assert "第 4 项未通过" in page.locator("#report").inner_text()

    page.click("text=把 1 份 PDF 送服务器")
    page.wait_for_selector("#result >> text=真实，现在有效 2")
    assert rows(page)["张.pdf"] == "真实，现在有效"


def test_files_are_dropped_anywhere(page: Page, service: httpx.Client, issued: Issued) -> None:
    open_page(page, service)
    page.evaluate(
        """text => {
          const dropped = new DataTransfer();
          dropped.items.add(new File([text], "a.jwt"));
          document.querySelector("h1").dispatchEvent(new DragEvent("drop", { dataTransfer: dropped, bubbles: true, cancelable: true }));
        }""",
        issued.token,
    )
    assert "真实，现在有效" in verdict(page)


def test_a_bundle_stands_in_for_the_network(page: Page, service: httpx.Client, issued: Issued) -> None:
    open_page(page, service)
    put_in(page, ("room.bundle", bundle(issued)))
    page.wait_for_selector("text=资料包可用")
    assert "正在用资料包“room.bundle”" in page.locator("#standing").inner_text()
    page.reload()
    asked = open_page(page, service)
    put_in(page, ("a.txt", issued.qr.encode()))
    assert "真实" in verdict(page)
    assert "没有联网取数据" in page.locator("#result").inner_text()
    assert not [each for each in asked if "/public/" in each]
    page.click("text=不用资料包")
    page.wait_for_function("!document.getElementById('standing').textContent.includes('资料包')")


def spoiled(issued: Issued) -> bytes:
    """A bundle whose status list is of another number."""
    source = zipfile.ZipFile(io.BytesIO(bundle(issued)))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as packed:
        for name in source.namelist():
            data = source.read(name)
            packed.writestr(name, data.replace(b"e", b"f") if name.endswith("status/r3") else data)
    return made.getvalue()


def huge_picture(_: Issued) -> bytes:
    head = b"IHDR" + struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)
    rows_ = zlib.compress(bytes(3_751), 9)
    chunks = [head, b"IDAT" + rows_, b"IEND"]
    body = b"".join(struct.pack(">I", len(c) - 4) + c + struct.pack(">I", zlib.crc32(c)) for c in chunks)
    return b"\x89PNG\r\n\x1a\n" + body


def bomb(_: Issued) -> bytes:
    return zipped(**{"a.pdf": bytes(MAX_INPUT + 1)})


def locked(pdf: bytes) -> bytes:
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(made, encryption=pikepdf.Encryption(owner="a", user="b"))
    return made.getvalue()


def laden(pdf: bytes) -> bytes:
    return papers.edited(pdf, *(papers.attach(f"{number}.txt", b"x") for number in range(30)))


def leading_out(issued: Issued) -> bytes:
    return zipped(**{"../a.jwt": issued.token.encode()})


REFUSED: dict[str, tuple[str, Callable[[Issued], bytes], str]] = {
    "empty": ("a.pdf", lambda _: b"", "文件是空的"),
    "too large": ("a.pdf", lambda _: b"%PDF-1.7" + bytes(MAX_INPUT), "文件超过 20 MB"),
    "broken pdf": ("a.pdf", lambda issued: issued.pdf[:900], "文件损坏"),
    "pdf with a password": ("a.pdf", lambda issued: locked(issued.pdf), "有密码"),
    "pdf with many attachments": ("a.pdf", lambda issued: laden(issued.pdf), "至多 30 页、20 个附件"),
    "pdf without a credential": ("a.pdf", lambda _: _plain_pdf(), "没有凭证附件"),
    "picture of 900 million pixels": ("a.png", huge_picture, "30000 × 30000"),
    "picture that is none": ("a.jpg", lambda _: b"\xff\xd8\xff" + bytes(100), "图片是坏的"),
    "something else": ("a.docx", lambda _: b"\xd0\xcf\x11\xe0", "认不出是什么文件"),
    "text without a credential": ("a.txt", lambda _: b"hello", "里面没有凭证"),
    "zip bomb": ("a.zip", bomb, "解开后超过 20 MB"),
    "zip with a path outside": ("a.zip", leading_out, "指向包外"),
    "zip with too many files": (
        "a.zip",
        lambda _: zipped(**{str(n): b"x" for n in range(501)}),
        "至多 500 份",
    ),
    "zip that is broken": ("a.zip", lambda issued: zipped(a=issued.token.encode())[:60], "打不开"),
    "zip with nothing in it": ("a.zip", lambda _: zipped(), "里面没有文件"),
    "bundle with a spoiled list": ("room.bundle", spoiled, "信任数据不能采信"),
}


def _plain_pdf() -> bytes:
    import pypdfium2

    made = io.BytesIO()
    document = pypdfium2.PdfDocument.new()
    document.new_page(100, 100)
    document.save(made)
    document.close()
    return made.getvalue()


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_used_is_told_why(
    page: Page, service: httpx.Client, issued: Issued, case: str
) -> None:
    name, make, words = REFUSED[case]
    open_page(page, service)
    put_in(page, (name, make(issued)))
    assert words in refusal(page)
