"""Fetching: only public addresses, the address that was looked at, the name kept for TLS and the server."""

import datetime as dt
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.verifier.authority import HOST
from verifier import fetching
from verifier.errors import AbsentError, SourceError
from verifier.fetching import Fetcher, is_public

PRIVATE = [
    "0.0.0.0",  # noqa: S104 - nothing is bound to it
    "127.0.0.1", "127.1.2.3", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "224.0.0.1", "239.255.255.250", "255.255.255.255", "240.0.0.1", "192.0.2.1", "::", "::1", "fe80::1", "fe80::1%eth0",
    "fc00::1", "fd12:3456::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::10.0.0.1", "2002:7f00:1::",
    "2001:db8::1", "localhost", "", "1.2.3",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_that_are_not_asked(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "202.100.64.68", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1"]
)
def test_public_addresses(address: str) -> None:
    assert is_public(address)


class Site(BaseHTTPRequestHandler):
    """Says which host it was asked for."""

    hosts: list[str]

    def do_GET(self) -> None:
        type(self).hosts.append(self.headers["Host"])
        body = b"list"
        self.send_response(200 if self.path == "/status/r1" else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, message: str, *args: object) -> None:
        """Say nothing."""


def certificate(host: str, folder: Path) -> Path:
    """A certificate for a host that signs itself, with its key, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "specimen 示例")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "site.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, ssl.SSLContext]]:
    """A TLS server on this computer that is the issuer's by its certificate, and whom to trust for that."""
    pem = certificate(HOST, tmp_path_factory.mktemp("site"))
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(pem)
    Site.hosts = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as httpd:
        httpd.socket = serving.wrap_socket(httpd.socket, server_side=True)
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        yield httpd.server_port, ssl.create_default_context(cafile=str(pem))
        httpd.shutdown()
        thread.join()


def here(address: str) -> bool:
    """In these tests this computer stands for the public internet."""
    return ipaddress.ip_address(address).is_loopback


def test_the_connection_goes_to_the_address_that_was_looked_at(site: tuple[int, ssl.SSLContext]) -> None:
    port, tls = site
    asked: list[tuple[str, int]] = []

    def once(host: str, at: int) -> list[str]:
        """A name that rebinds: public at first, then at the cloud's metadata service."""
        asked.append((host, at))
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    fetcher = Fetcher(once, here, tls)
    assert fetcher.get(f"https://{HOST}:{port}/status/r1", 100) == b"list"
    assert asked == [(HOST, port)], "resolved once, by us alone"
    assert Site.hosts == [f"{HOST}:{port}"]
    with pytest.raises(SourceError, match=r"169\.254\.169\.254, which is not a public address"):
        fetcher.get(f"https://{HOST}:{port}/status/r1", 100)
    assert len(Site.hosts) == 1


def test_a_certificate_for_another_name_is_refused(site: tuple[int, ssl.SSLContext]) -> None:
    port, tls = site
    with pytest.raises(SourceError, match="ConnectError"):
        Fetcher(lambda *_: ["127.0.0.1"], here, tls).get(f"https://other.example:{port}/status/r1", 100)


def test_what_is_not_there(site: tuple[int, ssl.SSLContext]) -> None:
    port, tls = site
    with pytest.raises(AbsentError):
        Fetcher(lambda *_: ["127.0.0.1"], here, tls).get(f"https://{HOST}:{port}/status/r2", 100)


def test_limits(site: tuple[int, ssl.SSLContext]) -> None:
    port, tls = site
    with pytest.raises(SourceError, match="more than 3 bytes"):
        Fetcher(lambda *_: ["127.0.0.1"], here, tls).get(f"https://{HOST}:{port}/status/r1", 3)


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["1.1.1.1", "10.0.0.1"], ["10.0.0.1", "1.1.1.1"], ["::1"], []],
    ids=" ".join,
)
def test_one_private_address_is_enough_to_refuse(addresses: list[str]) -> None:
    with pytest.raises(SourceError, match=r"public address|no address"):
        Fetcher(lambda *_: addresses).get(f"https://{HOST}/status/r1", 100)


def test_a_name_that_is_not_known() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise OSError(host)

    with pytest.raises(SourceError, match="has no address"):
        Fetcher(unknown).get(f"https://{HOST}/status/r1", 100)


@pytest.mark.parametrize(
    "url", [f"http://{HOST}/", "ftp://127.0.0.1/", "file:/etc/passwd", "https://[::1/", "//a/b"]
)
def test_other_schemes(url: str) -> None:
    with pytest.raises((SourceError, ValueError)):
        Fetcher(lambda *_: ["1.1.1.1"]).get(url, 100)


def test_the_systems_resolver() -> None:
    assert set(fetching.resolve("localhost", 80)) <= {"127.0.0.1", "::1"}
