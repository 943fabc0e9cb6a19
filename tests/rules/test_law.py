"""Every figure and every place that a pack cites stands in the law's text, word for word."""

from pathlib import Path

import pytest

from rules.citation import Citation, numeral
from rules.pack import Pack, Provision
from rules.packs import load_library

LAW = Path(__file__).parents[2] / "rules" / "law"
PACKS = load_library().packs
QUOTES = [
    pytest.param(pack.law, place, id=f"{pack.id}:{name}:{number}")
    for pack in PACKS
    for name, places in [
        *((name, (place,)) for name, place in pack.provisions.items()),
        *((name, parameter.values) for name, parameter in pack.parameters.items()),
    ]
    for number, place in enumerate(places)
]


@pytest.mark.parametrize(("law", "place"), QUOTES)
def test_quote_stands_in_the_article(law: str, place: Provision) -> None:
    assert place.quote in part_of(law, place)


def part_of(law: str, place: Provision) -> str:
    """The text of the article, or of its item (项) and point (目) where one is cited."""
    text = (LAW / f"{law}-art-{place.article:02}.md").read_text("utf-8").split("---\n", 2)[2].strip()
    assert text.startswith(f"第{numeral(place.article)}条")
    if place.item:
        text = text.split(f"（{numeral(place.item)}）", 1)[1].split(f"（{numeral(place.item + 1)}）", 1)[0]
    if place.point:
        text = text.split(f"\n{place.point}.", 1)[1].split(f"\n{place.point + 1}.", 1)[0]
    return text


@pytest.mark.parametrize("path", sorted(LAW.glob("*.md")), ids=lambda path: path.stem)
def test_law_file_names_its_source_and_date(path: Path) -> None:
    _, front, body = path.read_text("utf-8").split("---\n", 2)
    keys = {line.split(":", 1)[0] for line in front.splitlines()}
    assert {"document", "issuer", "source", "issued", "article", "retrieved"} <= keys
    assert body.strip()


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)
def test_every_parameter_names_a_known_ambiguity(pack: Pack) -> None:
    named = {parameter.ambiguity for parameter in pack.parameters.values()} - {None}
    assert named <= set(pack.ambiguities)
    assert {a.parameter for a in pack.ambiguities.values()} - {None} <= set(pack.parameters)


def test_the_register_of_ambiguities_is_whole() -> None:
    gansu = load_library().in_force(2024)
    numbers = {f"A{number:02}" for number in range(1, 41)} | {"A22b", "A24b", "A33c"}
    assert set(gansu.ambiguities) == numbers


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Citation(article=6, item=6, point=2), "第六条第（六）项第2目"),
        (Citation(article=11, paragraph=2), "第十一条第二款"),
        (Citation(article=17), "第十七条"),
        (Citation(article=20), "第二十条"),
        (Citation(article=25, item=10), "第二十五条第（十）项"),
    ],
    ids=str,
)
def test_citation_form(place: Citation, text: str) -> None:
    assert place.text() == text
