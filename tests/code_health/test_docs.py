"""A reader who follows a link must arrive, and every page must be found from docs/README.md."""

import re
from pathlib import Path

import pytest

from tests.code_health.checkout import ROOT, name, ours

PAGES = [p for p in ours() if p.suffix == ".md" and "law" not in p.parts]
FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+\s+(.*)$", re.MULTILINE)


def prose(page: Path) -> str:
    return FENCED.sub("", page.read_text("utf-8"))


def anchors(page: Path) -> set[str]:
    """The fragments that a page's headings make, as code hosts spell them."""
    words = (re.sub(r"[^\w\s-]", "", heading.strip().lower()) for heading in HEADING.findall(prose(page)))
    return {re.sub(r"\s", "-", w) for w in words}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(prose(page)):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, fragment = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), f"{name(page)} links to {link}, which is not there"
        if fragment and target.suffix == ".md":
            assert fragment in anchors(target), f"{name(page)} links to {link}; that page has no such heading"


def test_the_index_names_every_page() -> None:
    index = ROOT / "docs" / "README.md"
    linked = {(index.parent / link.partition("#")[0]).resolve() for link in LINK.findall(prose(index))}
    lost = [name(p) for p in PAGES if p.is_relative_to(ROOT / "docs") and p != index and p not in linked]
    assert not lost, f"docs/README.md does not link {lost}"


def test_the_changelog_has_a_place_for_the_next_change() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert re.search(r"^## \[Unreleased\]$", text, re.MULTILINE), (
        "changes are written down when they are made"
    )


def test_decisions_are_numbered_and_say_at_once_what_was_decided() -> None:
    pages = list((ROOT / "docs" / "adr").glob("*.md"))
    assert pages, "the decisions behind the formats and the layers are written down"
    for page in pages:
        assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", page.name), (
            f"{name(page)}: decisions are found by their number"
        )
        assert page.read_text("utf-8").startswith("# "), f"{name(page)}: its heading is the decision"
