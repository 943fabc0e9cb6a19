"""A document's pages, in words: everything that is printed, as a pure function of the credential (and its lines).

The issuer's template prints `page_of(credential, lines)` and nothing else; check 10 extracts the text of a PDF and asks
`differences`. Both use this one module, so a word that is not made here cannot stand on a genuine page. What is the
issuer's configuration (the seal, the issuer's name beside it, a specimen's mark) is drawn as outlines and proves nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from verifier.credential import Credential, TransferCertificate
from verifier.lines import StatementLine
from verifier.sheet import TEMPLATE, Page
from verifier.text_difference import locate, plain
from verifier.transfer_page import transfer_page
from verifier.yearly_page import yearly_page


@dataclass(frozen=True)
class Difference:
    """One place where a page does not say what its credential says.

    `field` is as in Word, or "" for added text that belongs to no field. `expected` and `found` are without white space;
    `found` is empty for missing text.
    """

    field: str
    expected: str
    found: str


def page_of(credential: Credential, lines: Sequence[StatementLine] | None = None) -> Page:
    """Return the printed words of a credential, in the wording of its version; of a statement, with its `lines`."""
    return WORDINGS[credential.format_version](credential, lines)


def _first(credential: Credential, lines: Sequence[StatementLine] | None) -> Page:
    if isinstance(credential, TransferCertificate):
        return transfer_page(credential)
    return yearly_page(credential, lines)


WORDINGS: Mapping[str, Callable[[Credential, Sequence[StatementLine] | None], Page]] = {"v1": _first}
"""By the ending of `@context`. One that was published stays as it is; a later one stands beside it (docs/format.md, section 7)."""


def differences(
    credential: Credential, lines: Sequence[StatementLine] | None, extracted_text: str
) -> list[Difference]:
    """Compare the text extracted from a whole PDF with what must be printed; an empty list means: exactly that.

    `extracted_text` is the text of all sheets, in order, as PDFium gives it. White space is set aside, since an extractor
    invents it, and so are two of PDFium's habits (see `plain`); of the rest every character and its place counts.
    """
    words = [w for w in page_of(credential, lines).words() if plain(w.text)]
    result = []
    for touched, expected, found in locate([plain(w.text) for w in words], plain(extracted_text)):
        fields = [words[i].field for i in touched]
        named = [field for field in fields if field != TEMPLATE]
        result.append(Difference((named or fields or [""])[0], expected, found))
    return result
