"""Code that decides hours says which article it carries out; figures of law stand in dated YAML, never in code."""

import ast
import re
from pathlib import Path

import pytest

from tests.code_health.checkout import PRODUCT, ROOT, name, python_files

DIGITS = "一二三四五六七八九"
ARTICLE = re.compile(r"第([一二三四五六七八九十]+)条")
LAW = {int(p.stem.rpartition("-")[2]) for p in (ROOT / "rules" / "law").glob("gs-*-art-*.md")}
AMBIGUITY = re.compile(r"\bA\d\d[a-z]?\b")
PACKS = "".join(p.read_text("utf-8") for p in sorted((ROOT / "rules" / "packs").glob("*.yaml")))
LAW_TEXT = "".join(p.read_text("utf-8") for p in sorted((ROOT / "rules" / "law").glob("*.md")))
FORMULAS = [p for p in python_files("rules") if p.parent.name == "formulas" and p.stem != "__init__"]
DECIDING = [*FORMULAS, *(p for p in python_files("rules") if p.stem in {"engine", "completion"})]
FIGURES = {8, 30, 40, 60, 90}
"""Hours that the measure names. Dates and other formats' numbers are not among them."""


def number(chinese: str) -> int:
    """The value of 一 … 九十九, as articles are numbered."""
    tens, ten, ones = chinese.rpartition("十")
    value = DIGITS.index(ones) + 1 if ones else 0
    if not ten:
        return value
    return (DIGITS.index(tens) + 1 if tens else 1) * 10 + value


@pytest.mark.parametrize(
    ("chinese", "value"), [("四", 4), ("十", 10), ("十一", 11), ("十七", 17), ("二十", 20)]
)
def test_article_numbers_are_read(chinese: str, value: int) -> None:
    assert number(chinese) == value


def test_the_law_is_there_article_by_article() -> None:
    assert set(range(1, 18)) == LAW, "the measure has seventeen articles, each in a file of rules/law/"


def test_there_are_formulas() -> None:
    assert FORMULAS, "rules/formulas/ holds one small module for each article or item"


@pytest.mark.parametrize("path", FORMULAS, ids=name)
def test_each_formula_says_what_it_carries_out(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    quotes = any(words in LAW_TEXT for words in re.findall(r"[\u4e00-\u9fff0-9，]{8,}", docstring))
    settled = any(found in PACKS for found in AMBIGUITY.findall(docstring))
    assert ARTICLE.search(docstring) or quotes or settled, (
        f"{name(path)}: whoever defends the result must find the article, its words, or the open question (A01…) "
        "that a pack settles"
    )


@pytest.mark.parametrize("path", python_files(*PRODUCT), ids=name)
def test_cited_articles_exist(path: Path) -> None:
    cited = {number(found) for found in ARTICLE.findall(path.read_text("utf-8"))}
    assert cited <= LAW, f"{name(path)} cites articles that rules/law/ does not have: {sorted(cited - LAW)}"


def literal(node: ast.Constant) -> int | None:
    """The whole number that a literal is, also when written as text for a Decimal."""
    if isinstance(node.value, str) and node.value.isdecimal():
        return int(node.value)
    return node.value if isinstance(node.value, int) and not isinstance(node.value, bool) else None


@pytest.mark.parametrize("path", DECIDING, ids=name)
def test_no_figure_of_law_in_code(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and ast.unparse(n.func) == "timedelta"]
    clock = {inner for call in calls for inner in ast.walk(call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node not in clock:
            assert literal(node) not in FIGURES, (
                f"{name(path)}:{node.lineno} has {node.value!r}: figures change by date, so they stand in rules/packs/"
            )
