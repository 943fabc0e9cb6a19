"""Style sheets, pictures and scripts, served from our own origin under the digest of the whole set.

The digest is in the address, so a browser keeps them for a year and a new release is a new address. One digest for all
lets a style sheet name a picture beside it.
"""

import hashlib
import mimetypes
from pathlib import Path

from fastapi import Request, Response

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "static"
_IMMUTABLE = "public, max-age=31536000, immutable"


class Assets:
    """The files of one folder, read once."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Read the files; there are a dozen small ones."""
        self._files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}
        whole = hashlib.sha256()
        for name, data in self._files.items():
            whole.update(f"{name}\n{len(data)}\n".encode() + data)
        self.digest = whole.hexdigest()[:16]

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
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return Response(data, media_type=kind, headers=headers)
