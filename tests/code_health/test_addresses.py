"""Where packages come from is each machine's business; a name or a path of one machine works on no other."""

import re
from pathlib import Path

import pytest

from tests.code_health.checkout import name, ours

# Written apart, so that this file does not contain what it looks for.
REGISTRIES = [
    "pypi" + r"\.org",
    "python" + r"hosted\.org",
    "npm" + r"js\.org",
    "deb\\." + r"debian\.org",
    "npm" + "mirror",
]
OPTIONS = ["--(extra-)?index" + "-url", "--find" + "-links", "--trusted" + "-host"]
MACHINE = ["/ro" + "ot/", "/ho" + "me/", "/wo" + "rk/", "file:" + "///", r"[A-Z]:\\Us" + "ers"]
PRIVATE = ["-----BEGIN (EC |RSA |ENCRYPTED )?PRIVATE" + " KEY-----"]
UNWANTED = re.compile("|".join(REGISTRIES + OPTIONS + MACHINE + PRIVATE))


def text_files() -> list[Path]:
    return [p for p in ours() if b"\0" not in p.read_bytes()[:8192]]


@pytest.mark.parametrize("path", text_files(), ids=name)
def test_no_registry_no_path_of_one_machine_no_private_key(path: Path) -> None:
    for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
        found = UNWANTED.search(line)
        assert found is None, f"{name(path)}:{number} has {found[0]!r}" if found else ""
