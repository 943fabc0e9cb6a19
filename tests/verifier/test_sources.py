"""Public files: only where the trust list says, whole, in time, and never somewhere else."""

import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.verifier.authority import BASE
from verifier import sources
from verifier.errors import SourceError
from verifier.sources import Folder, Web


class Handler(BaseHTTPRequestHandler):
    """A small server with the ways in which servers misbehave."""

    asked: list[str]

    def do_GET(self) -> None:
        type(self).asked.append(self.path)
        match self.path:
            case "/status/r1":
                self.answer(200, b"list")
            case "/moved":
                self.send_response(302)
                self.send_header("Location", "/status/r1")
                self.end_headers()
            case "/large":
                self.answer(200, bytes(sources.MAX_FILE + 1))
            case "/packed":
                self.send_response(200)
                self.send_header("Content-Encoding", "gzip")
                self.end_headers()
                self.wfile.write(gzip.compress(bytes(10_000_000)))
            case "/cut":
                self.send_response(200)
                self.send_header("Content-Length", "100")
                self.end_headers()
                self.wfile.write(b"cut")
            case _:
                self.answer(404, b"no")

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, message: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    Handler.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()
        thread.join()


def test_a_mirror_on_this_computer_is_read_once(server: str) -> None:
    web = Web([BASE], server)
    assert web.read(BASE, "status/r1") == web.read(BASE, "status/r1") == b"list"
    assert Handler.asked == ["/status/r1"]


@pytest.mark.parametrize("path", ["moved", "large", "cut", "missing"])
def test_a_server_that_misbehaves_gives_nothing(server: str, path: str) -> None:
    with pytest.raises(SourceError):
        Web([BASE], server).read(BASE, path)
    assert Handler.asked == [f"/{path}"], "a redirect is not followed"


def test_what_was_not_asked_for_packed_stays_packed(server: str) -> None:
    assert len(Web([BASE], server).read(BASE, "packed")) < 100_000


def test_an_address_that_the_trust_list_does_not_name_is_not_asked(server: str) -> None:
    with pytest.raises(SourceError, match="not named"):
        Web([BASE], server).read("https://169.254.169.254/", "latest")
    assert Handler.asked == []


@pytest.mark.parametrize(
    "mirror",
    ["http://jxjy.example.gov.cn/", "https://other.example/", "http://169.254.169.254/", "http://127.0.0.1@evil.example/",
     "ftp://127.0.0.1/", "http://127.0.0.1/?x=", "http://0.0.0.0/"],
)  # fmt: skip
def test_other_mirrors_are_refused(mirror: str) -> None:
    with pytest.raises(SourceError):
        Web([BASE], mirror)


def test_a_base_of_the_list_may_be_named(server: str) -> None:
    assert Web([BASE], BASE).label == BASE
    assert Web([BASE]).label == "https"
    assert server


def test_nobody_listens() -> None:
    with pytest.raises(SourceError, match="ConnectError"):
        Web([BASE], "http://127.0.0.1:9").read(BASE, "status/r1")


def test_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "public"
    (folder / "status").mkdir(parents=True)
    (folder / "status/r1").write_bytes(b"list")
    (tmp_path / "secret").write_bytes(b"secret")
    source = Folder(folder)
    assert source.read(BASE, "status/r1") == b"list"
    assert source.label == "public"
    for path in ("missing", "status", "../secret", str(tmp_path / "secret"), "a" * 5000):
        with pytest.raises(SourceError):
            source.read(BASE, path)


def test_a_mirror_of_several_issuers(server: str, tmp_path: Path) -> None:
    """What stands for the issuer's address keeps two issuers' files of one name apart."""
    other = "https://other.example/ce/"
    for base, data in ((BASE, b"list"), (other, b"another")):
        place = tmp_path / base.removeprefix("https://") / "status"
        place.mkdir(parents=True)
        (place / "r1").write_bytes(data)
    folder = Folder(tmp_path / "{host}")
    assert (folder.read(BASE, "status/r1"), folder.read(other, "status/r1")) == (b"list", b"another")
    with pytest.raises(SourceError, match="outside"):
        folder.read(other, "../../jxjy.example.gov.cn/status/r1")
    web = Web([BASE, other], f"{server}/{{host}}")
    with pytest.raises(SourceError):
        web.read(other, "missing")
    assert Handler.asked == ["/other.example/ce/missing"]


def test_a_link_does_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    folder = tmp_path / "public"
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path / "secret")
    with pytest.raises(SourceError, match="outside"):
        Folder(folder).read(BASE, "link")


def test_a_file_too_large(tmp_path: Path) -> None:
    with (tmp_path / "large").open("wb") as file:
        file.truncate(sources.MAX_FILE + 1)
    with pytest.raises(SourceError, match="larger"):
        Folder(tmp_path).read(BASE, "large")
