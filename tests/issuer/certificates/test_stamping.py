"""The fast path beside the slow one, which is its oracle: the same picture, the same text in three readers, the same parts.

Twenty people of `person`, or as many as XUESHI_ORACLE says (`./dev oracle`: 300).
"""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageChops

from issuer.certificates import printing, stamping
from issuer.certificates.errors import UnfitError
from issuer.certificates.freezing import freeze, measure
from issuer.certificates.look import SPECIMEN
from issuer.certificates.pdf import make, render
from issuer.certificates.places import paragraph
from issuer.certificates.proofread import proofread
from issuer.certificates.shaping import by_pango, shape
from tests.issuer.certificates.people import person
from tests.issuer.certificates.samples import PROOF, SAMPLES, Sample, credential, text_of
from verifier.page_check import check_page
from verifier.pdf import read_pdf
from verifier.report import Outcome

PEOPLE = int(os.environ.get("XUESHI_ORACLE", "20"))
DPI = 150
every = pytest.mark.parametrize("number", range(PEOPLE))


@cache
def both(number: int) -> tuple[bytes, bytes]:
    """The same person by the fast path and by the slow one, each step of the style sheet in turn."""
    sample, density = person(number), printing.DENSITIES[number % len(printing.DENSITIES)]
    try:
        fast = stamping.stamp(sample.draft, density)
    except UnfitError as reason:
        pytest.skip(f"laid out whole: {reason}")
    return fast, printing.lay_out(sample.draft, density)


def picture(pdf: bytes) -> Image.Image:
    """The sheet, with its QR."""
    with pypdfium2.PdfDocument(pdf) as document:
        (page,) = list(document)
        return page.render(scale=DPI / 72, grayscale=True).to_pil()


@every
def test_the_two_ways_give_the_same_picture(number: int) -> None:
    """To the last grey: no pixel differs."""
    fast, slow = (picture(pdf) for pdf in both(number))
    assert ImageChops.difference(fast, slow).getextrema() == (0, 0)


def test_a_certificate_of_the_longest_region_is_the_same_picture_both_ways() -> None:
    """Its heading and its foot are set closer than others'."""
    draft = SAMPLES["elsewhere"].draft
    fast, slow = stamping.stamp(draft, "roomy"), printing.lay_out(draft, "roomy")
    assert ImageChops.difference(picture(fast), picture(slow)).getextrema() == (0, 0)


@every
@pytest.mark.parametrize(
    "command",
    [
        pytest.param(None, id="PDFium"),
        pytest.param(["pdftotext", "-layout", "{}", "-"], id="poppler"),
        pytest.param(["mutool", "draw", "-q", "-F", "text", "{}"], id="MuPDF"),
    ],
)
def test_the_two_ways_give_the_same_text(number: int, command: list[str] | None, tmp_path: Path) -> None:
    texts = []
    for pdf in both(number):
        if command is None:
            texts.append(text_of(pdf))
            continue
        if shutil.which(command[0]) is None:
            pytest.skip(f"{command[0]} is not installed (Debian packages poppler-utils, mupdf-tools)")
        (tmp_path / "one.pdf").write_bytes(pdf)
        filled = [part.format(tmp_path / "one.pdf") for part in command]
        texts.append(subprocess.run(filled, capture_output=True, text=True, check=True).stdout)
    assert texts[0] == texts[1]
    assert texts[0].strip()


@every
def test_both_are_read_back_alike(number: int) -> None:
    """What is crowded on the one is crowded on the other, so that both ways take the same step of the style sheet."""
    sample = person(number)
    fast, slow = (proofread(pdf, sample.credential, None, sample.qr) for pdf in both(number))
    assert fast == slow
    assert not fast.differences
    assert not fast.unreadable


@every
def test_what_is_given_out_passes_the_check_of_its_page(number: int) -> None:
    sample = person(number)
    pdf = render(sample.credential, sample.jws, sample.qr, PROOF, None, SPECIMEN)
    check = check_page(sample.credential, read_pdf(pdf, "certificate.pdf"))
    assert check.outcome is Outcome.PASSED, check.detail


def test_most_people_fit() -> None:
    """Who does not: rare characters, and what follows a long registrar's name."""

    def fits(number: int) -> bool:
        try:
            return bool(stamping.stamp(person(number).draft, "roomy"))
        except UnfitError:
            return False

    assert sum(map(fits, range(PEOPLE))) > 0.85 * PEOPLE


def test_the_same_draft_gives_the_same_bytes_whatever_was_made_before() -> None:
    draft = SAMPLES["plain"].draft
    first = stamping.stamp(draft, "roomy")
    for remembered in (freeze, measure, paragraph, shape):
        remembered.cache_clear()
    by_pango.cache_clear()
    stamping.stamp(SAMPLES["all deemed"].draft, "roomy")
    assert stamping.stamp(draft, "roomy") == first


@pytest.mark.parametrize(
    ("sample", "reason"),
    [
        pytest.param(SAMPLES["rare characters"], "in another face", id="rare characters"),
        pytest.param(SAMPLES["statement"], "a statement is laid out whole", id="statement"),
        pytest.param(SAMPLES["transfer"], "a transfer is laid out whole", id="transfer certificate"),
        pytest.param(Sample(credential(name="示  例")), "spaces that HTML would not keep", id="two spaces"),
        pytest.param(
            Sample(credential(registrar="示例" * 14, selfVerified=True)),
            "more than one line",
            id="long registrar",
        ),
    ],
)
def test_what_does_not_fit_is_laid_out_whole(sample: Sample, reason: str) -> None:
    with pytest.raises(UnfitError, match=reason):
        stamping.stamp(sample.draft, "roomy")
    assert make(sample.draft, "roomy") == printing.lay_out(sample.draft, "roomy")
