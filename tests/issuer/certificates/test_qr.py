import io
from collections.abc import Callable
from random import Random

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from issuer.certificates.errors import CertificateError
from issuer.certificates.qr import MODULE_MM, PIXELS, QR_ONLY, QUIET, Code, encode, symbol
from tests.issuer.certificates.samples import HOST, SAMPLES
from verifier.credential import DocumentType
from verifier.transport import QrText

PREFIX = f"https://{HOST}/v#"


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_has_a_version_that_prints_within_54_mm_and_ten_years_within_58(name: str) -> None:
    drawn = encode(SAMPLES[name].qr)
    assert drawn.version <= (20 if SAMPLES[name].credential.document is DocumentType.TRANSFER else 18)
    assert drawn.modules == 17 + 4 * drawn.version
    assert drawn.width_mm == pytest.approx((drawn.modules + 8) * MODULE_MM)


def test_the_usual_record_has_version_13_at_most() -> None:
    assert encode(SAMPLES["plain"].qr).version <= 13


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**6), st.integers(300, 1200))
def test_a_picture_is_one_bit_with_a_white_border_and_reads_back(seed: int, length: int) -> None:
    digits = str(10**1300 + Random(seed).getrandbits(4300))[:length]  # noqa: S311 - a picture, not a secret
    drawn = encode(QrText(PREFIX, digits))
    picture = Image.open(io.BytesIO(drawn.png))
    assert picture.mode == "1"
    assert picture.size == ((drawn.modules + 2 * QUIET) * PIXELS,) * 2
    (found,) = zxingcpp.read_barcodes(picture, formats=QR_ONLY)
    assert found.text == PREFIX + digits
    assert found.ec_level == "M"
    edge = QUIET * PIXELS
    for box in ((0, 0, picture.width, edge), (0, 0, edge, picture.height)):
        assert picture.crop(box).getextrema() == (255, 255)


def test_digits_cost_a_numeric_segments_bits() -> None:
    """Version 12 at level M holds 2,320 bits: in byte mode these 600 digits would need 4,800."""
    assert encode(QrText(PREFIX, "1234567890" * 60)).version == 12


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(3, 3000))
def test_both_encoders_make_the_same_symbol(seed: int, length: int) -> None:
    digits = str(10**3000 + Random(seed).getrandbits(9900))[-length:]  # noqa: S311 - a picture, not a secret
    assert encode(QrText(PREFIX, digits)) == symbol(QrText(PREFIX, digits))


@pytest.mark.parametrize("draw", [encode, symbol])
@pytest.mark.parametrize(
    "text",
    [
        pytest.param(QrText(PREFIX, "1" * 6000), id="longer than any symbol"),
        pytest.param(QrText(PREFIX, "12a4" * 100), id="a letter among the digits"),
    ],
)
def test_what_cannot_be_drawn_is_refused(text: QrText, draw: Callable[[QrText], Code]) -> None:
    with pytest.raises(CertificateError):
        draw(text)
