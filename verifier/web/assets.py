"""Style sheets, pictures and scripts, served from our own origin under the digest of the whole set.

The digest is in the address, so a browser keeps them for a year and a new release is a new address. One digest for all
lets a style sheet name a picture beside it.
"""

import hashlib
import mimetypes
from pathlib import Path

from fastapi import Request, Response

_TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
BUILT = _TEMPLATES / "built"
FOLDERS = (_TEMPLATES / "static", BUILT)
"""What is written by hand, and what browser/build.mjs makes: absent where that has not run."""
_SCRIPT_POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"
"""Of a script: pdf.js runs its second half as a worker, which reads decoders in WebAssembly from beside itself."""
_IMMUTABLE = "public, max-age=31536000, immutable"


class Assets:
    """The files of some folders, read once."""

    def __init__(self, *folders: Path) -> None:
        """Read the files of `folders`, by default FOLDERS; of two with one name the later counts."""
        found = {p.name: p for folder in folders or FOLDERS if folder.is_dir() for p in folder.iterdir()}
        kept = sorted(name for name, path in found.items() if path.is_file() and not name.startswith("."))
        self._files = {name: found[name].read_bytes() for name in kept}
        whole = hashlib.sha256()
        for name, data in self._files.items():
            whole.update(f"{name}\n{len(data)}\n".encode() + data)
        self.digest = whole.hexdigest()[:16]

    def __contains__(self, name: str) -> bool:
        """Say whether there is such a file."""
        return name in self._files

    @property
    def urls(self) -> tuple[str, ...]:
        """The addresses of all files, sorted."""
        return tuple(map(self.url, self._files))

    def url(self, name: str) -> str:
        """Return the address of a file.

        Raises:
            KeyError: there is no such file.
        """
        self._files[name]
        return f"/static/{self.digest}/{name}"

    def respond(self, request: Request, digest: str, name: str) -> Response | None:
        """Answer a request for a file; None when there is none, or it is of another release."""
        data = self._files.get(name)
        if data is None or digest != self.digest:
            return None
        headers = {"Cache-Control": _IMMUTABLE, "ETag": f'"{digest}"'}
        if name.endswith(".js"):
            headers["Content-Security-Policy"] = _SCRIPT_POLICY
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return Response(data, media_type=kind, headers=headers)
