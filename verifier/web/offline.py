"""What the page needs to verify in the browser: what is known here of the rules, as check 9 needs it."""

from collections.abc import Iterator

from rules.library import Library
from rules.overlay import Overlay
from rules.pack import InterpretationNote, Pack
from verifier.figures import shipped

FIGURES = ("required_total", "professional_ratio", "ratio_basis", "public_min", "exam_deemed_credit")
"""The parameters that check 9 asks for."""


def documents(library: Library | None = None) -> list[tuple[str, dict[str, object]]]:
    """Return kind and content of each document of a library, by default of what is shipped.

    They look like the published YAML with every scalar read as text, so that a browser reads both alike.
    """
    known = library or shipped()
    return [
        *(("pack", _named(pack) | dict(_pack(pack))) for pack in known.packs),
        *(
            ("note", _named(note) | {"parameter": note.parameter, "value": _text(note.value)})
            for note in known.notes
        ),
        *(("overlay", _named(one) | {"status": one.status}) for one in known.overlays.values()),
    ]


def _named(document: Pack | InterpretationNote | Overlay) -> dict[str, object]:
    return {"id": document.id, "version": document.version}


def _pack(pack: Pack) -> Iterator[tuple[str, object]]:
    first, last = pack.valid
    yield "valid", [f"{first}", last and f"{last}"]
    yield (
        "parameters",
        {
            name: {
                "values": [
                    {"from": f"{value.since}", "value": _text(value.value)}
                    for value in pack.parameters[name].values
                ]
            }
            for name in FIGURES
        },
    )


def _text(value: object) -> object:
    return [f"{each}" for each in value] if isinstance(value, list | tuple) else f"{value}"
