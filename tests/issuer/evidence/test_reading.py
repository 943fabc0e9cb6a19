"""What may be a proof, by its content; each is read in a process of its own, as in production."""

import io

import pytest
from PIL import Image

from issuer.evidence.errors import EvidenceRefused
from issuer.evidence.workshop import proof_apart
from tests.issuer.evidence.samples import BAD, GOOD


@pytest.mark.parametrize("case", GOOD)
def test_a_proof_that_can_be_kept(case: str) -> None:
    name, make, media_type, pages = GOOD[case]
    read = proof_apart(make(), name)
    assert (read.media_type, read.pages) == (media_type, pages)
    preview = Image.open(io.BytesIO(read.preview))
    assert preview.format == "JPEG"
    assert max(preview.size) <= 1600
    assert preview.getexif() == {}, "no place, no camera"
    assert set(preview.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"}
    lowest, highest = preview.convert("L").getextrema()
    assert lowest < highest, "not an empty picture"


def test_a_picture_is_shown_upright() -> None:
    name, make, _, _ = GOOD["JPEG"]
    original = Image.open(io.BytesIO(make()))
    preview = Image.open(io.BytesIO(proof_apart(make(), name).preview))
    assert (original.width > original.height) != (preview.width > preview.height)


@pytest.mark.parametrize(
    "case", {name: one for name, one in BAD.items() if name not in {"an empty file", "a file too large"}}
)
def test_a_file_that_is_no_proof(case: str) -> None:
    name, make, words = BAD[case]
    with pytest.raises(EvidenceRefused) as refused:
        proof_apart(make(), name)
    assert words in refused.value.zh
    assert refused.value.en.isascii()
