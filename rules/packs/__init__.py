"""Rule packs, overlays, interpretation notes and activations: data, loaded and checked here.

What is shipped lies in rules/packs and rules/overlays. An authority keeps its own in one folder:
`*.pack.yaml`, `*.overlay.yaml`, `*.note.yaml`, `*.activation.yaml`; endings, `*.ending.yaml`, in its folder
`endings`, and the texts of a law, `*.law.yaml`, in `law`.
"""

from collections.abc import Iterable, Iterator
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

from rules.completion import Deemed
from rules.engine import decide
from rules.errors import FactsError, NoPackInForce, PackError
from rules.facts import parse_facts
from rules.library import Library, Model, read_model
from rules.overlay import Expected, Overlay
from rules.pack import Activation, Ending, InterpretationNote, Law, Pack, Strength
from rules.quantity import hours_text
from rules.reading import load_yaml
from rules.settings import Settings

__all__ = [
    "Activation",
    "Ending",
    "InterpretationNote",
    "Law",
    "Library",
    "Overlay",
    "Pack",
    "Strength",
    "load_library",
    "load_overlay",
    "load_pack",
    "read_folder",
]
KINDS = ("pack", "overlay", "note", "activation", "ending", "law")
ENDINGS, LAW = "endings", "law"
"""The folders of the endings and of the law's texts: readers that know of none pass them by, since a certificate is checked by what it names."""
Document = tuple[str, bytes]
"""The name of a file, which ends in `.{kind}.yaml`, and its text."""


def load_library(folder: Path | None = None, documents: Iterable[Document] = ()) -> Library:
    """Load what is shipped, what an authority keeps in `folder`, and its `documents` from elsewhere. Without any, nothing is activated.

    Raises:
        InputError: a file is not YAML.
        PackError: there is no such folder, a file does not hold together, or an overlay's own example fails.
    """
    found: dict[str, list[Document]] = {kind: [] for kind in KINDS}
    own = [] if folder is None else read_folder(folder)
    for name, data in (*_shipped(), *own, *documents):
        kind = kind_of(name)
        if kind not in found:
            raise PackError(
                name, "", f"文件名应以 .{{种类}}.yaml 结尾 / the name must end in one of: {_ENDINGS}"
            )
        found[kind].append((name, data))
    library = Library(
        [load_pack(data, name) for name, data in found["pack"]],
        overlays=[load_overlay(data, name) for name, data in found["overlay"]],
        notes=[_read(InterpretationNote, data, name) for name, data in found["note"]],
        activations=[_read(Activation, data, name) for name, data in found["activation"]],
        endings=[_read(Ending, data, name) for name, data in found["ending"]],
        laws=[_read(Law, data, name) for name, data in found["law"]],
    )
    bare = Library(
        library.packs, overlays=library.overlays.values()
    )  # an overlay's examples know no interpretations
    for overlay in library.overlays.values():
        check_examples(overlay, bare)
    return library


_ENDINGS = ", ".join(f".{kind}.yaml" for kind in KINDS)


def read_folder(folder: Path) -> list[Document]:
    """Read the documents that an authority keeps in a folder, by name.

    Raises:
        PackError: there is no such folder.
    """
    if not folder.is_dir():
        raise PackError(str(folder), "", "不是文件夹 / not a folder")
    paths = [path for place in (folder, folder / ENDINGS, folder / LAW) for path in place.glob("*.yaml")]
    return [(path.name, path.read_bytes()) for path in sorted(paths, key=lambda path: path.name)]


def kind_of(name: str) -> str:
    """Return the kind of a document, by the name of its file."""
    return name.removesuffix(".yaml").rpartition(".")[2]


def _shipped() -> Iterator[Document]:
    for kind, place in (("pack", "packs"), ("overlay", "overlays")):
        for file in sorted((files("rules") / place).iterdir(), key=lambda file: file.name):
            if file.name.endswith(".yaml"):
                yield file.name.replace(".yaml", f".{kind}.yaml"), file.read_bytes()


def _read(model: type[Model], data: bytes, name: str) -> Model:
    return read_model(model, load_yaml(data, name), name)


def load_pack(data: bytes, name: str) -> Pack:
    """Read one pack.

    Raises:
        InputError: not YAML.
        PackError: an unknown or missing key, a figure of the wrong kind, or dates with a gap.
    """
    pack = _read(Pack, data, name)
    _check_dates(pack, name)
    for day in sorted({value.since for parameter in pack.parameters.values() for value in parameter.values}):
        values = {parameter: found.on(day).value for parameter, found in pack.parameters.items()}
        read_model(Settings, values, name, "/parameters")
    for parameter, found in pack.parameters.items():
        if found.ambiguity is not None and found.ambiguity not in pack.ambiguities:
            raise PackError(
                name, f"/parameters/{parameter}/ambiguity", f"没有 {found.ambiguity} / no such ambiguity"
            )
    return pack


def load_overlay(data: bytes, name: str) -> Overlay:
    """Read one overlay; its examples are run when the library is put together.

    Raises:
        InputError: not YAML.
        PackError: an unknown or missing key, or a condition beyond the overlay's scope.
    """
    overlay = _read(Overlay, data, name)
    for word, asked in (("requirement", overlay.minima), ("cycle", overlay.cycle)):
        if asked and word not in overlay.scope:
            raise PackError(
                name, "/scope", f"须含 {word} 并有依据 / must include {word}, with its basis (A28)"
            )
    if overlay.status == "in_force" and not all(basis.checked for basis in overlay.basis):
        raise PackError(
            name, "/basis", "启用之前须核对依据 / every basis must be checked before it is in force"
        )
    return overlay


def check_examples(overlay: Overlay, library: Library) -> None:
    """Run an overlay's own examples.

    Raises:
        PackError: one fails.
    """
    for number, example in enumerate(overlay.examples):
        place = f"/examples/{number}"
        try:
            decision = decide(parse_facts(example.facts | {"overlay": overlay.key}, study=True), library)
        except (FactsError, NoPackInForce) as error:
            raise PackError(overlay.key, place, f"{example.id}: {error}") from None
        found = Expected(
            professional=hours_text(decision.professional),
            public=hours_text(decision.public),
            total=hours_text(decision.total),
            complete=decision.complete,
            deemed=Deemed(decision.deemed).value,
        )
        if found != example.expected:
            raise PackError(
                overlay.key, place, f"{example.id}: 应为 / expected {example.expected}, 得到 / found {found}"
            )


def _check_dates(pack: Pack, name: str) -> None:
    if pack.first_day > pack.last_day:
        raise PackError(name, "/valid", "先后颠倒 / ends before it starts")
    for parameter, found in pack.parameters.items():
        days = [value.since for value in found.values]
        place = f"/parameters/{parameter}/values"
        if days[0] != pack.first_day:
            raise PackError(
                name,
                f"{place}/0/from",
                f"日期有缺口：应自 {pack.first_day} 起 / a gap: must start on {pack.first_day}",
            )
        if any(later <= earlier for earlier, later in pairwise(days)):
            raise PackError(name, place, "日期须逐次向后，不得重叠 / each date must be after the one before")
        if days[-1] > pack.last_day:
            raise PackError(name, f"{place}/{len(days) - 1}/from", "在有效期之后 / after the pack's last day")
