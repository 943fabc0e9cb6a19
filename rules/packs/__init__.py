"""Rule packs: the figures of a measure as dated data, each with its citation and its words. Here they are loaded."""

from importlib.resources import files
from itertools import pairwise

from rules.errors import PackError
from rules.library import Activation, Library, read_model
from rules.pack import InterpretationNote, Pack, Strength
from rules.reading import load_yaml
from rules.settings import Settings

__all__ = ["Activation", "InterpretationNote", "Library", "Pack", "Strength", "load_library", "load_pack"]


def load_library() -> Library:
    """Load the packs that are shipped; nothing is activated.

    Raises:
        PackError: a shipped file does not hold together.
    """
    folder = files("rules.packs")
    shipped = sorted(file.name for file in folder.iterdir() if file.name.endswith(".yaml"))
    return Library(load_pack((folder / name).read_bytes(), name) for name in shipped)


def load_pack(data: bytes, name: str) -> Pack:
    """Read one pack.

    Raises:
        InputError: not YAML.
        PackError: an unknown or missing key, a figure of the wrong kind, or dates with a gap.
    """
    pack = read_model(Pack, load_yaml(data, name), name)
    _check_dates(pack, name)
    for value_day in sorted(
        {value.since for parameter in pack.parameters.values() for value in parameter.values}
    ):
        values = {parameter: found.on(value_day).value for parameter, found in pack.parameters.items()}
        read_model(Settings, values, name, "/parameters")
    return pack


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
