"""Uploads that look right at first sight, and an origin's server that sends the reader somewhere else: nothing is taken in."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread

import pypdfium2
import pytest

from issuer.certificates.service import draw_all
from issuer.instance import writing
from issuer.people.affiliation import AffiliationKind
from issuer.people.identifier import IdType, read_identifier
from issuer.people.registry import Belonging, enter_professional
from issuer.records.issuing import standing_of
from issuer.transfers.bringing import Upload
from issuer.transfers.errors import ChecksMissing, NotTheHolder, TransferRefused
from issuer.transfers.service import issue_to_leave, receive
from ledger.store import reading
from tests.issuer import town
from tests.issuer.transfers.provinces import MOVED, Province, altered, kept
from verifier import base64url, jws

Both = tuple[Province, Province, bytes]


def test_somebody_of_the_same_name_and_another_number(both: Both) -> None:
    _, b, token = both
    belonging = Belonging(AffiliationKind.LOCAL_UNIT, date(2026, 1, 1), b.office.province.units["local"])
    with writing(b.instance) as work:
        stranger = enter_professional(
            work, read_identifier(IdType.RESIDENT_ID, town.number(21)), "示例甲", belonging
        )
    with pytest.raises(NotTheHolder):
        receive(b.instance, stranger, Upload(token, MOVED))
    assert kept(b) == [0, 0, 0]


@pytest.mark.parametrize("claims", [{"validUntil": "2026-06-30T00:00:00Z"}, {"exp": 1782777600}], ids=str)
def test_a_credential_that_says_it_expired(both: Both, claims: dict[str, object]) -> None:
    """Signed by the origin's own key. Credentials of this format do not expire: one that claims to is of another format."""
    a, b, token = both
    head, body, _ = token.decode().split(".")
    payload = json.loads(base64url.decode(body)) | claims
    written = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    made = jws.assemble(base64url.decode(head), written, a.instance.credential_signer.sign)
    with pytest.raises(TransferRefused, match=r"\(2\)"):
        b.receive(made.encode(), MOVED)
    assert kept(b) == [0, 0, 0]


class Redirecting(BaseHTTPRequestHandler):
    """Sends whoever asks for a status list to another folder of the same computer."""

    asked: list[str]

    def do_GET(self) -> None:
        type(self).asked.append(self.path)
        self.send_response(302 if self.path.startswith("/status/") else 404)
        self.send_header("Location", f"/elsewhere{self.path}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, message: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def redirecting() -> Iterator[str]:
    Redirecting.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Redirecting)
    Thread(target=server.serve_forever).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def test_a_host_that_redirects_is_not_followed(both: Both) -> None:
    _, b, token = both
    with redirecting() as address, pytest.raises(ChecksMissing, match="「状态：取不到状态表」"):
        receive(altered(b.instance, origins_public=address), b.person, Upload(token, MOVED))
    assert any(path.startswith("/status/") for path in Redirecting.asked)
    assert not any(path.startswith("/elsewhere") for path in Redirecting.asked)
    assert kept(b) == [0, 0, 0]


def test_a_host_in_a_private_network_is_not_asked(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name that the trust list gives leads into the adopter's own network: the computer is not even called."""
    _, b, token = both
    called: list[object] = []
    at_home = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.1.2.3", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: at_home)
    monkeypatch.setattr(socket, "create_connection", lambda *args, **_more: called.append(args))
    with pytest.raises(ChecksMissing, match="「状态：取不到状态表」"):
        receive(altered(b.instance, origins_public=None), b.person, Upload(token, MOVED))
    assert (called, kept(b)) == ([], [0, 0, 0])


def test_a_pdf_with_two_credentials(both: Both, tmp_path: Path) -> None:
    """The year's own document and the transfer certificate: each is genuine; which of them is meant, nobody can tell."""
    a, b, _ = both
    with reading(a.instance.engine).connect() as connection:
        issued = [*standing_of(connection, 2025), issue_to_leave(a.instance, a.person.id)]
    draw_all(a.instance, issued, tmp_path, lambda _done, _all: None)
    out = BytesIO()
    with pypdfium2.PdfDocument.new() as whole:
        for file in sorted(tmp_path.iterdir()):
            with pypdfium2.PdfDocument(file) as one:
                whole.import_pages(one)
        whole.save(out)
    with pytest.raises(TransferRefused, match="第1项只有一份凭证"):
        b.receive(out.getvalue(), MOVED)
    assert kept(b) == [0, 0, 0]
