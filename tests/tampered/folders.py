"""The folders: scene/ has what all share, cases/<name>/ one way to cheat each. For any implementation, in any language.

scene/trust-list.jwt, trust-root.jwk, public/…   the issuer of all cases, and what it publishes
scene/*.pdf                                      the three certificates as printed
cases/<name>/input.*                             what is handed in
cases/<name>/expected.json                       now; verdict, failed, warnings, words of the headline; notDone where it is
more than what follows from the failure; refused: the error of trust data
cases/<name>/trust-list.jwt, trust-roots.txt     in place of the scene's
cases/<name>/public/…                            in place of the scene's; "absent" in expected.json names what is gone
cases/<name>/seen.json, room.bundle              what was seen before; a bundle in place of list and public files
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from tests.tampered.changing import CHANGING
from tests.tampered.codes import CODES
from tests.tampered.fonts import FONTS
from tests.tampered.honest import HONEST
from tests.tampered.insiders import INSIDERS
from tests.tampered.lists import LISTS
from tests.tampered.names import NAMES
from tests.tampered.openings import OPENINGS
from tests.tampered.outlines import OUTLINES
from tests.tampered.pages import PAGES
from tests.tampered.rulings import RULINGS
from tests.tampered.scene import Case, Make, Scene
from tests.tampered.signatures import SIGNATURES
from tests.tampered.tokens import TOKENS
from tests.tampered.updates import UPDATES
from verifier.credential import moment_text

HERE = Path(__file__).parent
CASES: dict[str, Make] = {
    **HONEST,
    **TOKENS,
    **INSIDERS,
    **CODES,
    **LISTS,
    **PAGES,
    **NAMES,
    **UPDATES,
    **FONTS,
    **OUTLINES,
    **OPENINGS,
    **SIGNATURES,
    **RULINGS,
    **CHANGING,
}
_KINDS = {b"%PDF": "pdf", b"\x89PNG": "png"}


@dataclass(frozen=True)
class Given:
    """One folder as a verifier takes it."""

    name: str
    data: bytes
    trust: str
    chain: str
    public: Mapping[str, bytes]
    seen: dict[str, Any] | None
    bundle: bytes | None
    now: datetime
    expected: dict[str, Any]


def read(name: str) -> Given:
    """Read one folder."""
    folder = HERE / "cases" / name
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    (given,) = folder.glob("input.*")
    trust, chain, seen, bundle = (
        path if (path := folder / part).exists() else None
        for part in ("trust-list.jwt", "trust-roots.txt", "seen.json", "room.bundle")
    )
    public = {**_shared(), **_files(folder / "public")}
    return Given(
        name,
        given.read_bytes(),
        (trust or HERE / "scene/trust-list.jwt").read_text(),
        chain.read_text() if chain else "",
        {path: data for path, data in public.items() if path not in expected.get("absent", ())},
        json.loads(seen.read_text()) if seen else None,
        bundle.read_bytes() if bundle else None,
        datetime.fromisoformat(expected["now"]),
        expected,
    )


@cache
def _shared() -> dict[str, bytes]:
    return _files(HERE / "scene/public")


def root() -> bytes:
    """The root that every case pins."""
    return (HERE / "scene/trust-root.jwk").read_bytes()


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def made() -> dict[str, bytes]:
    """Make every folder anew, out of the printed certificates; file by path."""
    scene = Scene()
    files = {
        "scene/trust-list.jwt": scene.authority.trust_token().encode(),
        "scene/trust-root.jwk": json.dumps(scene.authority.root().to_jwk(), indent=2).encode() + b"\n",
        **{f"scene/public/{path}": data for path, data in scene.public.items()},
    }
    for name, make in CASES.items():
        files |= {f"cases/{name}/{path}": data for path, data in _encode(make(scene), scene).items()}
    return files


def _encode(case: Case, scene: Scene) -> dict[str, bytes]:
    kind = next((kind for magic, kind in _KINDS.items() if case.data.startswith(magic)), "txt")
    files = {f"input.{kind}": case.data}
    if case.token or case.trust:
        files["trust-list.jwt"] = (case.token or scene.authority.trust_token(case.trust)).encode()
    if case.chain:
        files["trust-roots.txt"] = case.chain.encode()
    if case.seen is not None:
        files["seen.json"] = json.dumps(case.seen, indent=2).encode() + b"\n"
    if case.bundle is not None:
        files["room.bundle"] = case.bundle
    public = dict(scene.public if case.public is None else case.public)
    files |= {f"public/{path}": data for path, data in public.items() if scene.public.get(path) != data}
    expected = {
        "now": moment_text(int(case.now.timestamp())),
        **(
            {"refused": case.refused}
            if case.refused
            else {"verdict": _verdict(case), "failed": sorted(case.failed)}
        ),
        **({} if case.not_done is None else {"notDone": sorted(case.not_done)}),
        **({"warnings": list(case.warnings)} if case.warnings else {}),
        **({"headline": case.headline} if case.headline else {}),
        **({"absent": gone} if (gone := sorted(set(scene.public) - set(public))) else {}),
    }
    files["expected.json"] = json.dumps(expected, ensure_ascii=False, indent=2).encode() + b"\n"
    return files


def _verdict(case: Case) -> str:
    """What the outcomes come to (docs/checks.md): status alone is no forgery."""
    if case.failed == {7}:
        return "revoked" if "撤销" in case.headline else "superseded"
    return "forged" if case.failed else "undetermined" if case.not_done else "genuine"
