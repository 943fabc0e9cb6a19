"""A log that had to be closed, and the one that goes on after it."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typer.testing import CliRunner

from ledger import auditor, continuing, tables
from ledger.cli import app
from ledger.entry import Kind
from ledger.errors import ContinuationError, MissingTileError, SignatureError
from ledger.fsck import fsck
from ledger.merkle import EMPTY_ROOT
from ledger.migrate import migrate
from ledger.note import Signer
from ledger.publish import Folder, publish
from ledger.receipts import places
from ledger.sequencer import Sequencer
from ledger.store import open_engine, reading
from ledger.views import tiles_of
from tests.ledger.logs import SIGNER, START, Log, noise, private_event

SECOND = Signer("log.example/示例/2", Ed25519PrivateKey.from_private_bytes(noise("second")))
TODAY = START.date()


@pytest.fixture
def new(tmp_path: Path) -> Iterator[sa.Engine]:
    (tmp_path / "new").mkdir()
    engine = open_engine(f"sqlite:///{tmp_path}/new/ledger.db")
    migrate(engine)
    yield engine
    engine.dispose()


def compared(log: Log) -> continuing.Comparison:
    fetch = tiles_of(auditor.fetch_from(str(log.public)))
    closed = continuing.read_closed(fetch, SIGNER.verifier())
    return continuing.compare(closed, fetch, log.engine, lambda _done, _all: None)


def sequenced(new: sa.Engine, folder: Path) -> Path:
    """Let the new log's sequencer take what is queued, and publish it."""
    Sequencer(new, SECOND, lambda: START, folder / "new-high-water").drain()
    with reading(new).connect() as connection:
        publish(connection, folder / "new-public", SECOND.verifier())
    return folder / "new-public"


def test_what_was_not_published_goes_on(log: Log, new: sa.Engine, tmp_path: Path) -> None:
    """Entries that the closed log never showed, and events that waited, come into the new one with their payloads."""
    log.grow(300)
    log.publish()
    shown = (log.public / "checkpoint").read_bytes()
    log.grow(7)
    waiting = log.stage_next(2)
    comparison = compared(log)
    assert (comparison.closed.head.size, comparison.missing) == (300, ())
    assert continuing.begin(new, comparison, log.engine, TODAY) == 9
    public = sequenced(new, tmp_path)
    assert fsck(new, SECOND.verifier()).clean
    assert log.fsck().clean, "the old database was only read"
    head = continuing.check_link(tiles_of(auditor.fetch_from(str(public))), SECOND.verifier(), shown)
    assert head.size == 10
    with reading(new).connect() as connection:
        assert [*places(connection, [event.event_id for event in waiting]).values()] == [8, 9]
        payloads = connection.execute(sa.select(tables.private.c.event_id)).scalars().all()
    assert waiting[0].event_id in payloads or waiting[1].event_id in payloads
    with pytest.raises(ContinuationError, match="not empty"):
        continuing.begin(new, comparison, log.engine, TODAY)


def test_a_restored_backup_lacks_entries(sqlite_log: Log, new: sa.Engine, tmp_path: Path) -> None:
    """They are found in the closed log's files and written down; what the restored database knows goes on."""
    sqlite_log.grow(10)
    sqlite_log.engine.dispose()
    shutil.copytree(tmp_path, tmp_path.parent / f"{tmp_path.name}-backup")
    try:
        sqlite_log.grow(5)
        sqlite_log.publish()
        restored = Log(open_engine(f"sqlite:///{tmp_path.parent}/{tmp_path.name}-backup/ledger.db"), tmp_path)
        restored.stage(private_event(500), replace(private_event(501), kind=Kind.ERASURE))
        comparison = compared(restored)
        assert [entry.index for entry in comparison.missing] == [10, 11, 12, 13, 14]
        assert continuing.begin(new, comparison, restored.engine, TODAY) == 2
        restored.engine.dispose()
    finally:
        shutil.rmtree(tmp_path.parent / f"{tmp_path.name}-backup")


def test_an_overwritten_entry_is_missing_and_goes_on(sqlite_log: Log, new: sa.Engine) -> None:
    """Somebody wrote another one in its place: the closed log has the true one, the new log gets what stands there now."""
    sqlite_log.grow(20)
    sqlite_log.publish()
    sqlite_log.engine.dispose()
    with sqlite_log.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.set_authorizer(None)
        driver.execute("DROP TRIGGER ledger_entry_no_update")
        driver.execute("UPDATE ledger_entry SET body = x'00' WHERE idx = 4")
    comparison = compared(sqlite_log)
    assert [entry.index for entry in comparison.missing] == [4]
    assert continuing.begin(new, comparison, sqlite_log.engine, TODAY) == 1


def test_an_end_that_nobody_can_continue(sqlite_log: Log) -> None:
    sqlite_log.grow(600)
    sqlite_log.publish()
    fetch = tiles_of(auditor.fetch_from(str(sqlite_log.public)))
    with pytest.raises(SignatureError):
        continuing.read_closed(fetch, SECOND.verifier())
    bundle = sqlite_log.public / "tile/entries/001"
    data = bytearray(bundle.read_bytes())
    data[20] ^= 1
    bundle.write_bytes(data)
    with pytest.raises(ContinuationError, match="do not lead to its last head"):
        compared(sqlite_log)
    bundle.unlink()
    with pytest.raises(MissingTileError):
        compared(sqlite_log)


def test_a_log_that_continues_another(sqlite_log: Log, new: sa.Engine, tmp_path: Path) -> None:
    """Only the very bytes of the closed head: one more signature under it makes another head."""
    sqlite_log.grow(3)
    sqlite_log.publish()
    note = (sqlite_log.public / "checkpoint").read_bytes()
    fetch = tiles_of(auditor.fetch_from(str(sqlite_log.public)))
    with pytest.raises(ContinuationError, match="does not begin with"):
        continuing.check_link(fetch, SIGNER.verifier(), note)
    empty = Folder(tmp_path / "empty")
    empty.write("checkpoint", SECOND_EMPTY)
    with pytest.raises(ContinuationError, match="no entry yet"):
        continuing.check_link(tiles_of(auditor.fetch_from(str(empty.path))), SECOND.verifier(), note)
    continuing.begin(new, compared(sqlite_log), sqlite_log.engine, TODAY)
    begun = tiles_of(auditor.fetch_from(str(sequenced(new, tmp_path))))
    continuing.check_link(begun, SECOND.verifier(), note)
    with pytest.raises(ContinuationError, match="does not begin with"):
        continuing.check_link(begun, SECOND.verifier(), note + note.splitlines(keepends=True)[-1])


def _empty_head() -> bytes:
    from ledger import checkpoint

    return checkpoint.sign(checkpoint.Checkpoint(SECOND.name, 0, EMPTY_ROOT), SECOND)


SECOND_EMPTY = _empty_head()


def test_on_the_command_line(sqlite_log: Log, tmp_path: Path) -> None:
    sqlite_log.grow(10)
    sqlite_log.publish()
    sqlite_log.stage_next(3)
    new, missing = f"sqlite:///{tmp_path}/second.db", tmp_path / "missing.jsonl"

    def command(*arguments: object) -> tuple[int, str]:
        done = CliRunner().invoke(app, [str(one) for one in arguments])
        return done.exit_code, done.output

    key = SIGNER.verifier().vkey()
    old = sqlite_log.engine.url.render_as_string()
    whole = ("continue", sqlite_log.public, new, "--vkey", key, "--restored", old, "--missing", missing)
    code, says = command(*whole)
    assert (code, missing.read_text()) == (0, ""), says
    assert "queued again 3" in says
    assert command(*whole)[0] == 2, "not empty any more"
    engine = open_engine(new)
    public = sequenced(engine, tmp_path)
    engine.dispose()
    ours = ("--vkey", SECOND.verifier().vkey(), "--closed-vkey", key)
    assert command("link", public, sqlite_log.public, *ours)[0] == 0
    assert command("link", sqlite_log.public, sqlite_log.public, "--vkey", key, "--closed-vkey", key)[0] == 1
    assert command("link", tmp_path / "nowhere", sqlite_log.public, *ours)[0] == 2
    lost = (
        "continue",
        sqlite_log.public,
        f"sqlite:///{tmp_path}/third.db",
        "--vkey",
        key,
        "--missing",
        missing,
    )
    assert command(*lost)[0] == 0
    rows = [json.loads(line) for line in missing.read_text().splitlines()]
    assert [row["index"] for row in rows] == [*range(10)], "with no old database at all, everything"
