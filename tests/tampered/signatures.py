"""Cheating with the PDF's own signature, and what is no cheating: the issuer of these cases signs PDFs."""

from datetime import timedelta

from tests.tampered.scene import Case, Make, Scene, edited, fails, holds, not_done
from tests.verifier import papers
from tests.verifier import signatures as by
from tests.verifier.authority import ISSUED
from verifier.suites import SUITES

LAST = 2
"""Index of the entry of 张伟's certificate: two others are before it."""


def good(scene: Scene, pdf: bytes, promised: int | None = None, **key: object) -> Case:
    return holds(pdf, trust=by.signing_trust(scene.authority, promised, **key))


def bad(scene: Scene, pdf: bytes, promised: int | None = None, **key: object) -> Case:
    return fails(pdf, 11, trust=by.signing_trust(scene.authority, promised, **key))


def exchanged(pdf: bytes, old: bytes, new: bytes) -> bytes:
    assert old in pdf
    return pdf.replace(old, new)


def signed(scene: Scene) -> bytes:
    return by.signed(scene.pdf)


def by_a_stranger(scene: Scene) -> Case:
    return bad(scene, by.signed(scene.pdf, by.pdf_key("a stranger")))


def by_the_credential_key(scene: Scene) -> Case:
    """The issuer's own key, but not one for PDFs."""
    return bad(scene, by.signed(scene.pdf, by.pdf_key(key=scene.authority.key)))


def under_a_borrowed_certificate(scene: Scene) -> Case:
    """The issuer's certificate beside a stranger's signature."""
    stranger, own = by.pdf_key("a stranger"), by.pdf_key()
    return bad(scene, by.signed(scene.pdf, by.PdfKey(stranger.opened, own.chain, own.name)))


def in_part(scene: Scene) -> Case:
    return bad(scene, by.with_ranges(signed(scene), by.pdf_key(), end=40))


def with_a_wide_gap(scene: Scene) -> Case:
    """Bytes beside the signature's value are left out of what is signed."""
    return bad(scene, by.with_ranges(signed(scene), by.pdf_key(), after=20))


def taken_from_another(scene: Scene) -> Case:
    """The value of a true signature, of another certificate."""
    pdf = signed(scene)
    return bad(scene, by.put(pdf, by.gap_of(pdf), by.value_of(by.signed(scene.other_pdf))))


def altered(scene: Scene) -> Case:
    return bad(scene, exchanged(signed(scene), b"/SigFlags 3", b"/SigFlags 1"))


def added_to(scene: Scene) -> Case:
    return bad(scene, by.updated(signed(scene)))


def a_line_added(scene: Scene) -> Case:
    """Not even a line at the end."""
    return bad(scene, signed(scene) + b"\n")


def signed_again(scene: Scene) -> Case:
    return bad(scene, by.signed_again(signed(scene), by.pdf_key("an employer")))


def expired(scene: Scene) -> Case:
    """Signed, as it says itself, after its certificate had ended."""
    key = by.pdf_key(ends=ISSUED + timedelta(days=30))
    return bad(scene, by.signed(scene.pdf, key, ISSUED + timedelta(days=60)))


def expired_since(scene: Scene) -> Case:
    """The certificate has ended by now; the list still names the key."""
    return good(scene, by.signed(scene.pdf, by.pdf_key(ends=ISSUED + timedelta(days=30))))


def before_the_key(scene: Scene) -> Case:
    return bad(scene, signed(scene), from_=ISSUED + timedelta(days=1))


def without_a_moment(scene: Scene) -> Case:
    pdf = signed(scene)
    made = exchanged(pdf, b"/M (D", b"/X (D")
    return bad(scene, by.resigned(made, by.pdf_key(), by.gap_of(pdf)))


def of_another_form(scene: Scene) -> Case:
    pdf = signed(scene)
    made = exchanged(pdf, b"/ETSI.CAdES.detached", b"/adbe.pkcs7.detached")
    return bad(scene, by.resigned(made, by.pdf_key(), by.gap_of(pdf)))


def of_another_algorithm(scene: Scene) -> Case:
    """ecdsa-with-SHA384 over what SHA-256 made."""
    suite = SUITES["ES256"].cms
    assert suite is not None
    pdf = signed(scene)
    told, other = suite.algorithm, suite.algorithm[:-1] + b"\x03"
    start, end = value_parts(by.value_of(pdf), told)
    return bad(scene, by.put(pdf, by.gap_of(pdf), start + other + end))


def value_parts(value: bytes, part: bytes) -> tuple[bytes, bytes]:
    """What stands before and after the last place of `part`."""
    before, _, after = value.rpartition(part)
    return before, after


def broken(scene: Scene) -> Case:
    pdf = signed(scene)
    value = by.value_of(pdf)
    return bad(scene, by.put(pdf, by.gap_of(pdf), value[:400] + bytes(len(value) - 400)))


def withheld(scene: Scene) -> Case:
    """Promised, unsigned, and neither a proof attached nor a ledger within reach."""
    public = {path: data for path, data in scene.public.items() if path.startswith("status/")}
    bare = edited(scene.pdf, papers.detach(papers.PROOF))
    return not_done(bare, 8, 11, trust=by.signing_trust(scene.authority, 0), public=public)


SIGNATURES: dict[str, Make] = {
    "pdf-signed": lambda scene: good(scene, signed(scene)),
    "pdf-signed-as-promised": lambda scene: good(scene, signed(scene), 0),
    "pdf-signed-after-an-update": lambda scene: good(scene, by.signed(by.updated(scene.pdf))),
    "pdf-signed-by-a-stranger": by_a_stranger,
    "pdf-signed-by-the-credential-key": by_the_credential_key,
    "pdf-signed-under-a-borrowed-certificate": under_a_borrowed_certificate,
    "pdf-signed-in-part": in_part,
    "pdf-signed-with-a-wide-gap": with_a_wide_gap,
    "pdf-signed-and-altered": altered,
    "pdf-signed-and-added-to": added_to,
    "pdf-signed-and-a-line-added": a_line_added,
    "pdf-signed-and-signed-again-by-somebody": signed_again,
    "pdf-signed-with-an-expired-certificate": expired,
    "pdf-signed-with-a-certificate-expired-since": expired_since,
    "pdf-signed-before-the-key-began": before_the_key,
    "pdf-signed-with-a-key-cut-off-before": lambda scene: bad(scene, signed(scene), cut=LAST),
    "pdf-signed-with-a-key-cut-off-after": lambda scene: good(scene, signed(scene), cut=LAST + 1),
    "pdf-signature-without-a-moment": without_a_moment,
    "pdf-signature-of-another-certificate": taken_from_another,
    "pdf-signature-of-another-form": of_another_form,
    "pdf-signature-of-another-algorithm": of_another_algorithm,
    "pdf-signature-that-is-broken": broken,
    "pdf-signature-stripped-though-promised": lambda scene: bad(scene, scene.pdf, 0),
    "pdf-unsigned-before-the-promise": lambda scene: good(scene, scene.pdf, LAST + 1),
    "pdf-unsigned-where-nothing-is-promised": lambda scene: good(scene, scene.pdf),
    "pdf-unsigned-and-its-place-withheld": withheld,
}
"""Name → how it is made."""
