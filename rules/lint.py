"""What is wrong with the rules as files: shape, dates, citations, and packs that overlap or leave a gap."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

from rules.citation import numeral
from rules.errors import InputError, PackError
from rules.library import Library
from rules.pack import Pack, Provision
from rules.packs import Document, load_library


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: in which document, where in it."""

    name: str
    place: str
    message: str


def lint(folder: Path | None = None, documents: Iterable[Document] = ()) -> list[Finding]:
    """Check what is shipped together with what an authority keeps in `folder` (its law files under `law/`), and its `documents` from elsewhere."""
    try:
        library = load_library(folder, documents)
    except InputError as error:
        return [Finding(error.name, f"{error.line}:{error.column}", error.message)]
    except PackError as error:
        return [Finding(error.name, error.place, error.message)]
    return check(library, law_texts(folder))


def check(library: Library, law: dict[str, str]) -> list[Finding]:
    """Check what is loaded, by the law's texts, and by those that are loaded."""
    law = law | {name: text for one in library.laws for name, text in one.texts.items()}
    findings = [finding for pack in library.packs for finding in _citations(pack, law)]
    findings += [finding for pack in library.packs for finding in _readings(pack)]
    return [*findings, *_calendar(library)]


def law_texts(folder: Path | None) -> dict[str, str]:
    """Return the law's texts by file name, front matter left out."""
    texts = {file.name: file.read_text("utf-8") for file in (files("rules") / "law").iterdir()}
    if folder is not None:
        texts |= {path.name: path.read_text("utf-8") for path in sorted((folder / "law").glob("*.md"))}
    return {name: text.split("---\n", 2)[-1].strip() for name, text in texts.items()}


def part_of(text: str, place: Provision) -> str:
    """Return an article's item (项) and point (目) where one is cited, else the whole article."""
    if place.item:
        text = text.partition(f"（{numeral(place.item)}）")[2].partition(f"（{numeral(place.item + 1)}）")[0]
    if place.point:
        text = text.partition(f"\n{place.point}.")[2].partition(f"\n{place.point + 1}.")[0]
    return text


def _citations(pack: Pack, law: dict[str, str]) -> Iterator[Finding]:
    places: dict[str, Provision] = {f"/provisions/{name}": place for name, place in pack.provisions.items()}
    for name, parameter in pack.parameters.items():
        places |= {
            f"/parameters/{name}/values/{number}": value for number, value in enumerate(parameter.values)
        }
    for at, place in places.items():
        file = f"{pack.law}-art-{place.article:02}.md"
        if file not in law:
            yield Finding(pack.key, at, f"没有条文文件 {file} / no law file {file}")
        elif place.quote not in part_of(law[file], place):
            yield Finding(
                pack.key, f"{at}/quote", f"{place.text()} 中没有这句话 / not in the text: {place.quote}"
            )


def _readings(pack: Pack) -> Iterator[Finding]:
    """An ambiguity's default is what its parameter says, where a parameter carries it."""
    for name, ambiguity in pack.ambiguities.items():
        if ambiguity.parameter is None:
            continue
        parameter = pack.parameters.get(ambiguity.parameter)
        if parameter is None:
            yield Finding(
                pack.key,
                f"/ambiguities/{name}/parameter",
                f"没有参数 {ambiguity.parameter} / no such parameter",
            )
        elif (
            parameter.ambiguity == name
            and len(parameter.values) == 1
            and not _says(ambiguity.default, parameter.values[0].value)
        ):
            yield Finding(
                pack.key,
                f"/ambiguities/{name}/default",
                f"与参数 {ambiguity.parameter} 不符 / not what the parameter says",
            )


def _says(default: str, value: object) -> bool:
    """Whether a reading in words can be compared with a parameter's value, and agrees with it."""
    if isinstance(value, bool) or value is None:
        return default == {True: "true", False: "false", None: "null"}[value]
    plain = isinstance(value, str | int) and default.replace(".", "").isdigit()
    return default == str(value) if plain else True


def _calendar(library: Library) -> Iterator[Finding]:
    """Provincial packs follow each other day by day: the newest version of each measure, in order. One that was ended before it began is none."""
    newest = {pack.id: pack for pack in library.packs if pack.level == "provincial"}
    judging = [pack for pack in newest.values() if pack.first_day <= library.last_day(pack)]
    for earlier, later in pairwise(sorted(judging, key=lambda pack: pack.first_day)):
        last = library.last_day(earlier)
        if later.first_day <= last:
            words = f"与 {earlier.key} 重叠，先终止它 / overlaps {earlier.key}: end that first"
            yield Finding(later.key, "/valid/0", words)
        elif later.first_day > last + timedelta(days=1):
            yield Finding(later.key, "/valid/0", f"与 {earlier.key} 之间有缺口 / a gap after {earlier.key}")
