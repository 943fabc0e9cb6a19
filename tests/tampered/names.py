"""Cheating with attachments: the list of a PDF's files may hold one name twice, and readers differ in which they take."""

import io
from collections.abc import Callable

import pikepdf

from tests.tampered.scene import Case, Make, Scene, compact, fails
from tests.verifier.papers import CREDENTIAL, LINES_FILE, PROOF
from verifier.credential import encode_lines, parse_lines


def listed_twice(pdf: bytes, name: str, data: bytes, *, first: bool) -> bytes:
    """The PDF with another file of this name in its list, before the one that is there or after it."""
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        names = document.Root.Names.EmbeddedFiles.Names
        place = next(at for at in range(0, len(names), 2) if str(names[at]) == name)
        stream = document.make_stream(data, Type=pikepdf.Name.EmbeddedFile)
        added = pikepdf.Dictionary(
            Type=pikepdf.Name.Filespec, F=name, UF=name, EF=pikepdf.Dictionary(F=stream, UF=stream)
        )
        where = place if first else place + 2
        names.insert(where, document.make_indirect(added))
        names.insert(where, pikepdf.String(name))
        document.save(made)
    return compact(made.getvalue())


def certificate(name: str, data: Callable[[Scene], bytes], *, first: bool) -> Make:
    return lambda scene: fails(listed_twice(scene.pdf, name, data(scene), first=first), 1)


def lines(scene: Scene) -> Case:
    """A statement's lines, and before them others with more hours."""
    one, *rest = parse_lines(scene.lines)
    more = encode_lines([one.model_copy(update={"recognised": "30"}), *rest])
    return fails(listed_twice(scene.statement_pdf, LINES_FILE, more, first=True), 1)


NAMES: dict[str, Make] = {
    "credential-of-another-first-under-the-same-name": certificate(
        CREDENTIAL, lambda scene: scene.other_token.encode(), first=True
    ),
    "credential-of-another-last-under-the-same-name": certificate(
        CREDENTIAL, lambda scene: scene.other_token.encode(), first=False
    ),
    "proof-of-another-first-under-the-same-name": certificate(
        PROOF, lambda scene: scene.authority.proof(scene.other_token), first=True
    ),
    "lines-of-more-hours-first-under-the-same-name": lines,
}
"""Name → how it is made."""
