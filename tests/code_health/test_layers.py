"""Which package may import which. Change docs/architecture.md together with these tables."""

import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.code_health.checkout import PYTHON, ROOT, imports, module, name, python_files, within

EVERYONE = set(PYTHON)
MAY_IMPORT = {
    "rules": set(),
    "ledger": set(),
    "verifier": {"rules", "ledger", "templates"},
    "issuer": {"rules", "ledger", "verifier", "templates"},
    "templates": set(),
    "demo": EVERYONE - {"tests", "bench"},
    "bench": EVERYONE,
    "tests": EVERYONE,
}
LEDGER_PURE = {
    "checkpoint", "cosignature", "entry", "errors", "issued", "merkle", "note", "policy", "proof", "tiles",
}  # fmt: skip
FRAMES = {"portal", "migrations"}
"""The portal is the frame of every page, and its app hangs all of them up."""
BACK = {
    ("credentials", "records"),  # made from a record; issuing a year makes both
    ("keys", "credentials"),  # what a stolen key signed
}
"""What still goes back. It only becomes less."""
SERVES = ("verifier.api", "verifier.web", "verifier.config")
HEAVY = {
    "sqlalchemy",
    "alembic",
    "psycopg",
    "pysqlite3",
    "weasyprint",
    "qrcode",
    "fontTools",
    "fastapi",
    "jinja2",
}
BASE = {
    "PIL",
    "cryptography",
    "httpx",
    "jwt",
    "pydantic",
    "pydantic_core",
    "openpyxl",
    "pypdfium2",
    "rich",
    "typer",
    "yaml",
    "zxingcpp",
}
THIRD_PARTY = {"rules": {"pydantic", "pydantic_core", "rich", "typer", "yaml"}, "verifier": BASE}


def verifier_alone() -> list[Path]:
    """The verifier without its web service: what runs on the base install."""
    files = python_files("verifier")
    return [p for p in files if not any(within({module(p)}, served) for served in SERVES)]


def ledger_pure() -> list[Path]:
    return [ROOT / "ledger" / f"{stem}.py" for stem in sorted(LEDGER_PURE)]


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_point_one_way(package: str) -> None:
    for path in python_files(package):
        seen = {m.split(".")[0] for m in imports(path)} & EVERYONE
        wrong = seen - MAY_IMPORT[package] - {package}
        assert not wrong, (
            f"{name(path)} imports {sorted(wrong)}. An auditor runs rules, ledger and verifier without the issuer, "
            "so nothing may import upwards; move what is needed down, or pass it as an argument"
        )


def rooms() -> dict[str, set[str]]:
    """Which room of the issuer imports which, apart from pages, calls and commands, which look into all that they show."""
    found: dict[str, set[str]] = {}
    for path in python_files("issuer"):
        room, shows = path.parent.name, path.stem.rpartition("_")[2] in {"pages", "routes", "schemas", "cli"}
        if room not in {"issuer", "versions", *FRAMES} and not shows:
            others = {m.split(".")[1] for m in within(imports(path), "issuer") if m.count(".") > 1}
            found.setdefault(room, set()).update(others - {room, *FRAMES})
    return found


def test_rooms_of_the_issuer_import_one_way() -> None:
    found = rooms()
    for room, other in BACK:
        assert other in found[room], f"{room} no longer imports {other}: take it out of BACK"
        found[room].remove(other)
    try:
        TopologicalSorter(found).prepare()
    except CycleError as error:
        pytest.fail(f"rooms import in a circle: {' <- '.join(error.args[1])}")


@pytest.mark.parametrize("path", ledger_pure(), ids=name)
def test_the_ledger_formats_need_no_database(path: Path) -> None:
    outside = {m.split(".")[0] for m in imports(path)} - sys.stdlib_module_names - {"ledger"}
    assert outside <= {"cryptography"}, f"{name(path)}: outsiders check proofs with this file and no database"
    inside = {m.split(".")[1] for m in within(imports(path), "ledger") if "." in m}
    stores = {m.stem for m in (ROOT / "ledger").iterdir()} - LEDGER_PURE
    assert not inside & stores, f"{name(path)} imports a part of the ledger that has a database"


@pytest.mark.parametrize("path", verifier_alone(), ids=name)
def test_the_verifier_reads_only_the_ledger_formats(path: Path) -> None:
    stores = {m.stem for m in (ROOT / "ledger").iterdir()} - LEDGER_PURE - {"__init__"}
    wrong = {m for m in within(imports(path), "ledger") if "." in m and m.split(".")[1] in stores}
    assert not wrong, f"{name(path)} imports {sorted(wrong)}: the verifier has no database"


@pytest.mark.parametrize("package", THIRD_PARTY)
def test_light_packages_stay_light(package: str) -> None:
    files = verifier_alone() if package == "verifier" else python_files(package)
    for path in files:
        outside = {m.split(".")[0] for m in imports(path)} - sys.stdlib_module_names - EVERYONE
        extra = outside - THIRD_PARTY[package]
        assert not extra, f"{name(path)} imports {sorted(extra)}, which the base install does not have"


def loaded_after(modules: list[str]) -> set[str]:
    """The top names that a fresh Python has loaded after importing `modules`."""
    code = "import importlib, sys\nfor m in sys.argv[1:]: importlib.import_module(m)\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code, *modules],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return {m.split(".")[0] for m in done.stdout.split()}


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(verifier_alone(), id="the verifier without its web service"),
        pytest.param(python_files("rules"), id="the rules"),
        pytest.param(ledger_pure(), id="the ledger's formats"),
    ],
)
def test_loads_no_database_no_pdf_renderer_no_issuer(files: list[Path]) -> None:
    modules = [module(p) for p in files if p.stem != "__main__"]
    loaded = loaded_after(modules)
    assert not loaded & (HEAVY | {"issuer"}), (
        "importing these alone must not pull in what only the issuer needs"
    )
