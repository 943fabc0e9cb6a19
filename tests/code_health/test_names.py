"""Names that say nothing collect everything: each of these grew past a thousand lines somewhere."""

import ast
from pathlib import Path

import pytest

from tests.code_health.checkout import PRODUCT, ROOT, name, ours, python_files

EMPTY_WORDS = {"utils", "util", "common", "helpers", "helper", "misc", "core", "manager", "managers"}
MAY_PRINT = {"cli.py"}


def test_file_and_folder_names_say_what_is_inside() -> None:
    for path in ours():
        words = {
            word for part in path.relative_to(ROOT).parts for word in part.split(".")[0].lower().split("_")
        }
        assert not words & EMPTY_WORDS, f"{name(path)}: name it after what it is about"


@pytest.mark.parametrize("path", [p for p in python_files(*PRODUCT) if p.name not in MAY_PRINT], ids=name)
def test_only_command_lines_print(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            where = f"{name(path)}:{node.lineno}"
            assert node.func.id != "print", (
                f"{where} prints; `rules decide` and `verify --json` promise bare JSON"
            )
