"""The witness as a small HTTP server: two addresses, no framework."""

import logging
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from ledger.errors import WitnessRefusedError
from ledger.witness.answering import Witness

MAX_REQUEST = 256_000
SECONDS = 10
_MONITOR = re.compile("/([0-9a-f]{64})/checkpoint")
_log = logging.getLogger(__name__)


def make_server(witness: Witness, host: str, port: int) -> ThreadingHTTPServer:
    """Return a server that answers for `witness`; port 0 takes a free one."""

    class Handler(_Handler):
        pass

    Handler.witness = witness
    return ThreadingHTTPServer((host, port), Handler)


class _Handler(BaseHTTPRequestHandler):
    witness: Witness
    timeout = SECONDS
    protocol_version = "HTTP/1.1"
    server_version = "witness"
    sys_version = ""

    def do_POST(self) -> None:
        """Take a checkpoint: POST /add-checkpoint."""
        length = self.headers.get("Content-Length", "")
        if self.path != "/add-checkpoint" or not length.isascii() or not length.isdigit():
            self._answer(404 if self.path != "/add-checkpoint" else 411, b"", close=True)
            return
        if int(length) > MAX_REQUEST:
            self._answer(413, b"", close=True)
            return
        try:
            lines = self.witness.add_checkpoint(self.rfile.read(int(length)))
        except WitnessRefusedError as error:
            if error.size is None:
                self._answer(error.status, f"{error}\n".encode())
            else:
                self._answer(error.status, b"%d\n" % error.size, media="text/x.tlog.size")
            return
        self._answer(200, lines)

    def do_GET(self) -> None:
        """Show the newest head signed here of a log: GET /<sha256 of its origin>/checkpoint."""
        match = _MONITOR.fullmatch(self.path)
        note = None if match is None else self.witness.newest(match[1])
        self._answer(404 if note is None else 200, note or b"")

    def _answer(
        self, status: int, body: bytes, media: str = "text/plain; charset=utf-8", *, close: bool = False
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(body)))
        if close:  # the request's body was not read
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 the signature of http.server
        _log.info(format, *args)
