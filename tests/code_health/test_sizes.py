"""A file that fits in the head, a function that fits on a screen. Past these, ask what is two things."""

import ast
from pathlib import Path

import pytest

from tests.code_health.checkout import PYTHON, ROOT, name, ours, python_files

MAX_FILE, MAX_FUNCTION = 300, 50


SCRIPTS = [path for path in ours(ROOT / "browser") if path.suffix in {".ts", ".mjs"}]


@pytest.mark.parametrize("path", [*python_files(*PYTHON), *SCRIPTS, ROOT / "dev"], ids=name)
def test_file_is_small(path: Path) -> None:
    lines = len(path.read_text("utf-8").splitlines())
    assert lines <= MAX_FILE, (
        f"{name(path)} has {lines} lines; a reader should not have to scroll to find two things"
    )


# A migration is a list of columns, written once and read from top to bottom.
FUNCTIONS_OF = [p for p in python_files(*PYTHON) if p.parent.name != "versions"]


@pytest.mark.parametrize("path", FUNCTIONS_OF, ids=name)
def test_functions_are_small(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            assert lines <= MAX_FUNCTION, f"{name(path)}: {node.name} has {lines} lines; name its steps"
