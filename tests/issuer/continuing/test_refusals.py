"""What a move refuses, each in words and with nothing changed."""

import os
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from issuer.continuing.rewriting import rewritten
from issuer.continuing.service import Move, carry_out, plan
from issuer.errors import DatabaseHeld, IssuerError, NotFound, SettingsError
from issuer.instance import open_instance
from issuer.public_files import kind_of
from ledger.errors import ContinuationError, LedgerError, MissingTileError
from ledger.store import open_engine
from tests.issuer.conftest import quiet
from tests.issuer.continuing.conftest import HOST, instance_of
from tests.postgres import make, unmade


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return instance_of(tmp_path_factory.mktemp("refusals") / "instance", None)


def refused(home: Path, move: Move, error: type[IssuerError | LedgerError]) -> str:
    before = (home / "xueshi.toml").read_bytes(), (home / "keys/index.json").read_bytes()
    for attempt in (
        lambda: plan(home, move, quiet),
        lambda: carry_out(home, move, quiet, lambda: datetime.now(UTC)),
    ):
        with pytest.raises(error) as caught:
            attempt()
    assert ((home / "xueshi.toml").read_bytes(), (home / "keys/index.json").read_bytes()) == before
    return str(caught.value)


def test_another_log(home: Path) -> None:
    assert HOST in refused(home, Move("another.example"), NotFound)


def test_an_instance_at_work(home: Path) -> None:
    with open_instance(home):
        assert str(os.getpid()) in refused(home, Move(HOST), DatabaseHeld)


def test_the_same_database(home: Path) -> None:
    refused(home, Move(HOST, "sqlite:///xueshi.db"), SettingsError)


def test_settings_in_the_environment(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XUESHI_LOG_NUMBER", "1")
    assert "XUESHI_LOG_NUMBER" in refused(home, Move(HOST), SettingsError)


def test_files_that_are_not_whole(home: Path) -> None:
    """A log whose published entries do not lead to its last head can be continued by nobody."""
    bundle = next(path for path in (home / "public/tile/entries").rglob("*") if path.is_file())
    good = bundle.read_bytes()
    try:
        bundle.write_bytes(good[:40] + bytes([good[40] ^ 1]) + good[41:])
        refused(home, Move(HOST), LedgerError)
        bundle.unlink()
        refused(home, Move(HOST), MissingTileError)
    finally:
        bundle.write_bytes(good)


def test_a_database_that_is_not_empty(tmp_path: Path) -> None:
    """The log is closed by then; with another database, asking again goes on."""
    home = instance_of(tmp_path / "instance", None)
    (other,) = [instance_of(tmp_path / "other", None)]
    with pytest.raises(ContinuationError, match="not empty"):
        carry_out(home, Move(HOST, f"sqlite:///{other}/xueshi.db"), quiet, lambda: datetime.now(UTC))
    assert carry_out(home, Move(HOST), quiet, lambda: datetime.now(UTC)) is not None


def test_a_postgresql_database_in_use(postgres: str, tmp_path: Path) -> None:
    """Somebody else's session could write rows that would be left behind."""
    own = make(unmade(postgres))
    home = instance_of(tmp_path / "instance", own)
    assert "--database" in refused(home, Move(HOST), SettingsError)
    other = open_engine(own)
    with other.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
        assert "1" in refused(home, Move(HOST, "sqlite:///second.db"), DatabaseHeld)
    other.dispose()


TEXTS = {
    "as init writes it": 'did = "x"\ndatabase = "sqlite:///xueshi.db"\ndemo = true\n',
    "no database named": 'did = "x"\n# database = "no"\n',
    "a comment behind": 'database = "sqlite:///xueshi.db" # here\nkeys_in_module = [\n "status",\n]\n',
    "a second move": 'log_number = 2\ndatabase = "sqlite:///xueshi-2.db"\n',
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_settings_are_changed_and_nothing_else(text: str) -> None:
    values: dict[str, str | int] = {"database": 'postgresql://a/b"c', "log_number": 3}
    assert tomllib.loads(rewritten(text, values)) == tomllib.loads(text) | values


def test_settings_that_cannot_be_changed_by_program() -> None:
    with pytest.raises(SettingsError, match="log_number = 2"):
        rewritten('name = """\ndatabase = 1\n"""\ndatabase = "x"\n', {"database": "y", "log_number": 2})


def test_files_of_a_later_log_are_public() -> None:
    """Its own files and no others, in one spelling."""
    for path in ("checkpoint", "tile/0/000", "tile/entries/000.p/7", "ledger.vkey", "issuances/2026/head"):
        assert kind_of(f"log-2/{path}") == kind_of(path) is not None
        for wrong in (f"log-1/{path}", f"log-02/{path}", f"log-2/log-3/{path}", f"log-2//{path}"):
            assert kind_of(wrong) is None, wrong
    assert kind_of("log-2/status/r1") is None
    assert kind_of("log-2/trust-list.jwt") is None
