"""Several files, ZIPs, bundles, and what cannot be used: each with its own answer, the others go on."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import httpx
import pikepdf
import pypdfium2
from playwright.sync_api import Page, expect

from tests.browser.acting import open_page, paste, put_in, rows, verdict
from tests.tampered.folders import read
from tests.verifier.authority import NOW
from tests.verifier.test_bad_input import huge_png, many_attachments
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
        "明细.jwt": "现在还不能判断（不是完成证明）",  # signed, and not in the ledger
        "空.pdf": "没有核验",
        "包.zip/内/码_txt": "真实，现在有效",
    }
    assert "文件是空的" in found["空.pdf"]
    forged = page.locator("#result .batch tbody tr", has_text="假.jwt")
    assert forged.locator("td").all_inner_texts()[:3] == ["—", "—", "—"]  # figures of a forgery are not shown
    assert not [each for each in asked if each.startswith("POST")]

    forged.locator("button").click()
    expect(page.locator("#report")).to_contain_text("第 4 项未通过")

    page.click("text=把 1 份 PDF 送服务器")
    page.wait_for_selector("#result >> text=真实，现在有效 2")
    assert rows(page)["张.pdf"] == "真实，现在有效"


def test_what_is_printed_is_the_table_or_the_report(
    page: Page, service: httpx.Client, issued: Issued
) -> None:
    """Each button prints its own part; the table says when it was made and on what it rests, for the minutes."""
    open_page(page, service)
    put_in(page, ("a.jwt", issued.token.encode()), ("b.jwt", issued.statement.encode()))
    assert len(rows(page)) == 2
    expect(page.locator("#result .note")).to_contain_text(
        "核验于 2026-05-12 10:00（北京时间）。信任名单第 7 号"
    )
    page.evaluate("window.print = () => undefined")
    page.locator("#result .batch button").first.click()
    page.emulate_media(media="print")
    for part, other in (("#report", "#result"), ("#result", "#report")):
        page.locator(f"{part} .btns button", has_text="打印").evaluate("button => button.click()")
        expect(page.locator(part)).to_be_visible()
        expect(page.locator(other)).to_be_hidden()
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        expect(page.locator(other)).to_be_visible()


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


def zipped_bomb() -> bytes:
    return zipped(**{"a.pdf": bytes(MAX_INPUT + 1)})


def locked(pdf: bytes) -> bytes:
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(made, encryption=pikepdf.Encryption(owner="a", user="b"))
    return made.getvalue()


def without_credential() -> bytes:
    made = io.BytesIO()
    document = pypdfium2.PdfDocument.new()
    document.new_page(100, 100)
    document.save(made)
    document.close()
    return made.getvalue()


def case(name: str) -> Callable[[], bytes]:
    return lambda: read(name).data


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty.pdf": (lambda: b"", "文件是空的"),
    "broken.pdf": (lambda: read("pdf-untouched").data[:900], "文件损坏"),
    "password.pdf": (lambda: locked(read("pdf-untouched").data), "有密码"),
    "attachments.pdf": (many_attachments, "10000 个附件；至多 30 页、20 个附件"),
    "without.pdf": (without_credential, "没有凭证附件"),
    "900-million-pixels.png": (huge_png, "30000 × 30000"),
    "none.jpg": (lambda: b"\xff\xd8\xff" + bytes(100), "图片是坏的"),
    "other.docx": (lambda: b"\xd0\xcf\x11\xe0", "认不出是什么文件"),
    "hello.txt": (lambda: b"hello", "里面没有凭证"),
    "bomb.zip": (zipped_bomb, "解开后超过 20 MB"),
    "outside.zip": (lambda: zipped(**{"../a.jwt": read("token-as-it-is").data}), "指向包外"),
    "broken.zip": (lambda: zipped(a=read("token-as-it-is").data)[:60], "打不开"),
    "two-codes.png": (case("two-different-codes"), "有 2 份不同的凭证"),
    "fake-site.txt": (case("lookalike-host"), "真实，现在有效"),
    "key-twice.jwt": (case("json-key-twice"), "凭证不合格式"),
    "year-9999.jwt": (case("from-the-year-9999"), "凭证不合格式"),
    "good.jwt": (case("token-as-it-is"), "真实，现在有效"),
}
"""All but the last are made to stop the verifier, or to fool it."""


def test_each_that_cannot_be_used_is_told_why_and_the_others_go_on(
    page: Page, scene: httpx.Client, tmp_path: Path
) -> None:
    for name, (make, _) in REFUSED.items():
        (tmp_path / name).write_bytes(make())
    with (tmp_path / "two-gigabytes.pdf").open("wb") as big:
        big.write(b"%PDF-1.7\n")
        big.truncate(2_000_000_000)
    open_page(page, scene)
    page.set_input_files("#file", [tmp_path / name for name in ("two-gigabytes.pdf", *REFUSED)])
    found = rows(page)
    assert "文件超过 20 MB" in found.pop("two-gigabytes.pdf")
    found = {name.partition("/")[0]: words for name, words in found.items()}
    assert {name: words for name, (_, words) in REFUSED.items() if words not in found[name]} == {}
    page.locator("#result .batch tr", has_text="fake-site.txt").locator("button").click()
    expect(page.locator("#report")).to_contain_text("二维码的网址不是签发机关的")
    page.click("text=回到列表")
    expect(page.locator(":focus")).to_have_text("看报告")


WHOLE: dict[str, tuple[str, Callable[[Issued], bytes], str]] = {
    "a file": ("空.pdf", lambda _: b"", "没有核验（空.pdf）：文件是空的"),
    "too many": ("a.zip", lambda _: zipped(**{str(n): b"x" for n in range(501)}), "至多 500 份"),
    "nothing": ("a.zip", lambda _: zipped(), "里面没有文件"),
    "a bundle with a spoiled list": ("room.bundle", spoiled, "信任数据不能采信"),
}


def test_what_cannot_be_used_at_all_is_told_why(page: Page, service: httpx.Client, issued: Issued) -> None:
    open_page(page, service)
    for name, make, words in WHOLE.values():
        put_in(page, (name, make(issued)))
        page.wait_for_selector(f"#result .note-bad >> text={words}")


def test_a_newer_one_takes_the_place_of_what_is_still_worked_on(
    page: Page, service: httpx.Client, issued: Issued
) -> None:
    """An answer that comes late must not be taken for the answer to what was put in since."""
    open_page(page, service)
    put_in(page, ("a.pdf", issued.pdf), ("b.pdf", issued.pdf))
    assert "不可信" in paste(page, issued.forged)
    put_in(page, ("a.pdf", issued.pdf))
    assert "不可信" in paste(page, issued.forged)
    page.wait_for_timeout(1500)
    assert "不可信" in verdict(page)


def test_what_was_found_stays_where_the_server_is_not_reached(
    page: Page, service: httpx.Client, issued: Issued
) -> None:
    open_page(page, service)
    put_in(page, ("a.pdf", issued.pdf))
    assert "页面文字还没有比对" in verdict(page)
    page.context.set_offline(True)
    page.click("button:has-text('送服务器')")
    page.wait_for_selector("#result .err >> text=连不上服务器")
    assert "页面文字还没有比对" in verdict(page)
    page.context.set_offline(False)
    page.click("button:has-text('送服务器')")
    page.wait_for_selector(".verdict-ok")
