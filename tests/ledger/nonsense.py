"""A witness that answers whatever it was told to."""

from http.server import BaseHTTPRequestHandler

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.cosignature import Cosigner
from tests.ledger.logs import START, noise

_ITSELF = Cosigner("A.example", Ed25519PrivateKey.from_private_bytes(noise("A")))


class Nonsense(BaseHTTPRequestHandler):
    """A witness that answers whatever it was told to."""

    answer = (200, b"")

    def do_POST(self) -> None:
        self.send_response(self.answer[0])
        self.send_header("Content-Length", str(len(self.answer[1])))
        self.end_headers()
        self.wfile.write(self.answer[1])

    def do_GET(self) -> None:
        self.do_POST()

    def log_message(self, *_: object) -> None:
        pass


_STRANGER = Cosigner("A.example", Ed25519PrivateKey.from_private_bytes(bytes([7] * 32)))
NONSENSE = {
    "nothing": (200, b""),
    "no signature": (200, b"hello\n"),
    "not UTF-8": (200, b"\xff\xfe\n"),
    "a signature of another key": (200, _STRANGER.cosign(b"x\n", START).line().encode()),
    "its signature under another head": (200, _ITSELF.cosign(b"x\n", START).line().encode()),
    "without end": (200, b"x" * 200_000),
    "a thousand lines": (200, _ITSELF.cosign(b"x\n", START).line().encode() * 1000),
    "conflict without a size": (409, b"no\n"),
    "conflict with a size far ahead": (409, b"9007199254740992\n"),
    "conflict with size 0": (409, b"0\n"),
    "an error": (500, b""),
    "a redirect": (302, b""),
}
