"""The checkout as these tests see it: which files are ours, and what a Python file imports."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("rules", "ledger", "verifier", "issuer")
PYTHON = (*PRODUCT, "templates", "demo", "bench", "tests")
MADE_BY_TOOLS = {"out", "build", "dist", "node_modules", "built", "__pycache__"}
OUR_DOT_NAMES = {".ci", ".gitignore", ".dockerignore"}


def ours(folder: Path = ROOT) -> Iterator[Path]:
    """Every file that belongs to the repository; found without git, which a plain copy does not have."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") and path.name not in OUR_DOT_NAMES:
            continue
        if path.name in MADE_BY_TOOLS or path.name.endswith(".egg-info"):
            continue
        if path.is_dir():
            yield from ours(path)
        else:
            yield path


def python_files(*packages: str) -> list[Path]:
    return [
        p
        for package in packages
        if (ROOT / package).is_dir()
        for p in ours(ROOT / package)
        if p.suffix == ".py"
    ]


def name(path: Path) -> str:
    """How a file is called in messages and test ids."""
    return path.relative_to(ROOT).as_posix()


def module(path: Path) -> str:
    """The dotted name of a Python file: `ledger/store.py` is `ledger.store`, `ledger/__init__.py` is `ledger`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> set[str]:
    """Every module that a file imports, at its head or inside a function, with relative imports spelt out.

    `from ledger import store` counts as `ledger` and `ledger.store`: whether a name is a module is not known here.
    """
    package = module(path) if path.name == "__init__.py" else module(path).rpartition(".")[0]
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            found |= {base} | {f"{base}.{alias.name}" for alias in node.names}
    return found


def within(modules: set[str], package: str) -> set[str]:
    return {m for m in modules if m == package or m.startswith(package + ".")}
