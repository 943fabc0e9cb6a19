"""Documents as they are made pass the verifier's look at their pages: a check that is too strict would call them forged."""

import pytest

from issuer.certificates.look import SPECIMEN
from issuer.certificates.pdf import render
from tests.issuer.certificates.people import person
from tests.issuer.certificates.samples import PROOF, SAMPLES, rendered
from verifier.credential import Credential
from verifier.page_check import check_page
from verifier.pdf import read_pdf
from verifier.report import Outcome


def hold_as_signed(credential: Credential, pdf: bytes) -> None:
    check = check_page(credential, read_pdf(pdf, "certificate.pdf"))
    assert check.outcome is Outcome.PASSED, check.detail.en


@pytest.mark.parametrize("name", SAMPLES)
def test_every_kind(name: str) -> None:
    hold_as_signed(SAMPLES[name].credential, rendered(name))


@pytest.mark.parametrize("seed", [3, 117, 141, 261, 279, 294])
def test_crowded_ones(seed: int) -> None:
    """People whose names and remarks make the issuer take a denser style."""
    sample = person(seed)
    hold_as_signed(sample.credential, render(sample.credential, sample.jws, sample.qr, PROOF, None, SPECIMEN))
