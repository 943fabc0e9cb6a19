"""A real PostgreSQL for the tests: its own data folder, a free port on the loopback address, gone afterwards."""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.memory import IN_MEMORY

BINARIES = Path("/usr/lib/postgresql/15/bin")
STARTS_WITHIN = 60
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "32MB",
    "max_connections": "40",
    "log_min_messages": "fatal",
}


def postgres_is_installed() -> bool:
    return (BINARIES / "initdb").exists()


@dataclass
class Postgres:
    """A server; `kill` and `start` are for tests of what a crash leaves."""

    folder: Path
    port: int
    password: str
    process: subprocess.Popen[bytes] | None = None

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres:{self.password}@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: str) -> None:
        """Run one statement outside any transaction, such as CREATE DATABASE."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement.encode())

    def start(self) -> None:
        options = [f"--{name}={value}" for name, value in {**_SETTINGS, "port": str(self.port)}.items()]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [BINARIES / "postgres", "-D", self.folder / "data", *options],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                **_ordinary_user(),
            )
        give_up = time.monotonic() + STARTS_WITHIN
        while True:
            try:
                psycopg.connect(self.url()).close()
            except psycopg.OperationalError:
                if self.process.poll() is not None or time.monotonic() > give_up:
                    raise
                time.sleep(0.05)
            else:
                return

    def kill(self) -> None:
        """Crash: every process of the server is gone at once, and nothing is flushed that had not been."""
        if self.process is not None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(timeout=STARTS_WITHIN)
            self.process = None


@contextmanager
def running_server(place: Path | None = IN_MEMORY) -> Iterator[Postgres]:
    """Start a server with an empty cluster under `place`; stop it and remove its folder at the end."""
    # Not in pytest's own folder, which an ordinary user may not enter: PostgreSQL refuses to run as root.
    folder = Path(tempfile.mkdtemp(prefix="xueshi-postgres-", dir=place))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Postgres(folder, port, secrets.token_hex(16))
    try:
        (folder / "password").write_text(server.password)
        user = _ordinary_user()
        if user:
            for path in (folder, folder / "password"):
                shutil.chown(path, user["user"], user["group"])
        subprocess.run(
            [
                BINARIES / "initdb",
                *("--pgdata", folder / "data", "--username", "postgres", "--pwfile", folder / "password"),
                *("--auth", "scram-sha-256", "--encoding", "UTF8", "--no-locale", "--no-sync"),
            ],
            check=True,
            capture_output=True,
            cwd=folder,
            **user,
        )
        server.start()
        yield server
    finally:
        server.kill()  # its data is thrown away, so nothing has to be flushed
        shutil.rmtree(folder)


@contextmanager
def running_postgres() -> Iterator[str]:
    """Yield the URL of an empty database on a server of its own."""
    with running_server() as server:
        yield server.url()


def unmade(server: str) -> str:
    """The address of a database of a test's own on the server of an address; nobody has made it yet."""
    return f"{server.rpartition('/')[0]}/test_{secrets.token_hex(8)}"


def make(address: str, template: str = "template1") -> str:
    """Make the database of an address, empty or as the copy of another; answers its address."""
    server, _, name = address.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template.rpartition('/')[2]}".encode())
    return address


def _ordinary_user() -> dict[str, str | int]:
    if os.geteuid() != 0:
        return {}
    try:
        account = pwd.getpwnam("postgres")
    except KeyError:
        account = pwd.getpwnam("nobody")
    return {"user": account.pw_uid, "group": account.pw_gid}
