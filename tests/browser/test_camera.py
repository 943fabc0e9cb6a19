"""Scanning by camera: Chromium's is a film of a printed certificate, moved about and out of focus at first."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from PIL import Image, ImageFilter
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.browser.acting import open_page, put_in, verdict
from tests.browser.conftest import visited
from tests.chromium import launched
from tests.verifier import papers
from tests.verifier_web.conftest import Issued

SIZE = (1280, 720)
FRAMES = 12


def film(pdf: bytes) -> bytes:
    """YUV4MPEG2: the lower left of the sheet, held by hand."""
    sheet = papers.picture_of(pdf, 120).convert("RGB")
    made = bytearray(b"YUV4MPEG2 W%d H%d F10:1 Ip A1:1 C420jpeg\n" % SIZE)
    for number in range(FRAMES):
        turned = sheet.rotate(number - 6, Image.Resampling.BICUBIC, fillcolor="grey")
        blurred = turned.filter(ImageFilter.GaussianBlur(max(0.0, 4 - number)))
        view = Image.new("RGB", SIZE, "grey")
        view.paste(blurred, (120, SIZE[1] - sheet.height + 60))
        made += b"FRAME\n"
        for plane, band in enumerate(view.convert("YCbCr").split()):
            made += (band if plane == 0 else band.resize((SIZE[0] // 2, SIZE[1] // 2))).tobytes()
    return bytes(made)


@pytest.fixture
def filming(
    request: pytest.FixtureRequest, playwright: Playwright, issued: Issued, tmp_path: Path
) -> Iterator[Browser]:
    """A browser whose camera sees the film; nobody is there to be asked, so that `param` is the answer."""
    path = tmp_path / "certificate.y4m"
    path.write_bytes(film(issued.pdf))
    flags = ("--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={path}")
    with launched(playwright, *flags, f"--use-fake-ui-for-media-stream{request.param}") as started:
        yield started


ALLOWED = pytest.mark.parametrize("filming", [""], indirect=True, ids=["allowed"])
DENIED = pytest.mark.parametrize("filming", ["=deny"], indirect=True, ids=["denied"])


@ALLOWED
def test_the_camera_reads_a_printed_certificate(
    filming: Browser, service: httpx.Client, issued: Issued
) -> None:
    with visited(filming) as context:
        page = context.new_page()
        asked = open_page(page, service)
        page.click("#camera")
        assert "真实，现在有效" in verdict(page)
        expect(page.locator("#view")).to_be_hidden()  # and let go of
        assert not [each for each in asked if each.startswith("POST")]


@DENIED
def test_a_camera_that_is_not_allowed_leaves_the_photo(
    filming: Browser, service: httpx.Client, issued: Issued
) -> None:
    with visited(filming) as context:
        page = context.new_page()
        open_page(page, service)
        page.click("#camera")
        page.wait_for_selector("#no-camera >> text=没有得到使用相机的允许。请改为拍照，再选照片")
        expect(page.locator("#photo")).to_be_focused()
        assert photographed(page, issued) == "真实，现在有效：这是完成证明"


IN_WECHAT = """
  Object.defineProperty(navigator, 'mediaDevices', { value: undefined });
  Object.defineProperty(navigator, 'serviceWorker', { value: undefined });
"""
BY_PLAIN_HTTP = "Object.defineProperty(crypto, 'subtle', { value: undefined });" + IN_WECHAT


def photographed(page: Page, issued: Issued) -> str:
    picture = papers.png(papers.picture_of(issued.pdf))
    page.set_input_files("#photo", {"name": "a.png", "mimeType": "image/png", "buffer": picture})
    return verdict(page)


def test_a_browser_without_cameras_takes_a_photo_and_says_why(
    browser: Browser, service: httpx.Client, issued: Issued
) -> None:
    """WeChat's, for one: no camera for pages, no service worker."""
    agent = "Mozilla/5.0 (Linux; Android 12) AppleWebKit/537.36 Chrome/107.0.0.0 Mobile MicroMessenger/8.0.37"
    with visited(browser, user_agent=agent) as context:
        context.add_init_script(IN_WECHAT)
        page = context.new_page()
        asked = open_page(page, service)
        expect(page.locator("#camera")).to_be_hidden()
        expect(page.locator("#no-camera")).to_contain_text("请拍下二维码，或从右上角菜单选“在浏览器打开”")
        assert photographed(page, issued) == "真实，现在有效：这是完成证明"
        assert not [each for each in asked if each.startswith("POST")]


def test_a_browser_that_cannot_verify_leaves_it_to_the_service(
    browser: Browser, service: httpx.Client, issued: Issued
) -> None:
    """By plain http there is no WebCrypto."""
    with visited(browser) as context:
        context.add_init_script(BY_PLAIN_HTTP)
        page = context.new_page()
        open_page(page, service)
        expect(page.locator("#camera")).to_be_hidden()
        put_in(page, ("a.pdf", issued.pdf))
        page.click("text=核验文件")
        expect(page.locator(".verdict h1")).to_have_text("真实，现在有效：这是完成证明")
