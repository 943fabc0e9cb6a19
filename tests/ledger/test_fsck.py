"""The re-check finds what somebody with the file in his hands has changed; every case names what must be found."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from ledger import checkpoint, fsck, tables
from ledger.checkpoint import Checkpoint
from ledger.cli import app
from ledger.findings import Check, Result
from ledger.guard import Duty, acting_as
from ledger.store import open_engine
from tests.ledger.logs import ORIGIN, OTHER_SIGNER, SIGNER, Log, event_id, noise, private_event

SIZE = 300


@pytest.fixture(scope="module")
def made(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    shutil.copy(sqlite_template, folder / "ledger.db")
    engine = open_engine(f"sqlite:///{folder}/ledger.db")
    log = Log(engine, folder)
    log.grow(SIZE, batch=130)
    log.stage(private_event(5000))
    engine.dispose()
    return folder


@pytest.fixture
def forged(made: Path, tmp_path: Path) -> Iterator[Log]:
    """A log that the test may change as the owner of the file can: triggers dropped, no authorizer."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    engine = open_engine(f"sqlite:///{tmp_path}/ledger.db")
    with engine.begin() as connection, acting_as(connection, Duty.MIGRATION):
        triggers = connection.execute(
            sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        ).scalars()
        for name in list(triggers):
            connection.execute(sa.text(f"DROP TRIGGER {name}"))
    yield Log(engine, tmp_path)
    engine.dispose()


def change(log: Log, *statements: sa.Executable | str) -> None:
    with log.engine.begin() as connection, acting_as(connection, Duty.MIGRATION):
        connection.execute(sa.text("PRAGMA defer_foreign_keys = ON"))
        for statement in statements:
            connection.execute(sa.text(statement) if isinstance(statement, str) else statement)


def resign(size: int, root: bytes, signer: object = SIGNER) -> sa.Executable:
    note = checkpoint.sign(Checkpoint(ORIGIN, size, root), signer)
    return tables.checkpoint.update().where(tables.checkpoint.c.size == size).values(root=root, note=note)


def body_of(log: Log, index: int) -> bytes:
    with log.engine.connect() as connection:
        return connection.execute(
            sa.select(tables.entry.c.body).where(tables.entry.c.idx == index)
        ).scalar_one()


def entry_is(index: int, **values: object) -> sa.Executable:
    return tables.entry.update().where(tables.entry.c.idx == index).values(**values)


def forge_body(log: Log) -> None:
    """Another commitment in one entry, its stored hash made to fit."""
    body = body_of(log, 7).replace(b'"d":"', b'"d":"0')[: len(body_of(log, 7))]
    change(log, entry_is(7, body=body))


def forge_entry_and_hash(log: Log) -> None:
    from ledger.entry import leaf_hash

    body = body_of(log, 4).replace(b"registration", b"decision")
    change(log, entry_is(4, body=body, leaf_hash=leaf_hash(body)))


FORGERIES: dict[str, tuple[Callable[[Log], None], set[Check]]] = {
    "a body in no format": (forge_body, {Check.ENTRY, Check.CHAIN, Check.TILE, Check.CHECKPOINT, Check.ISSUANCE}),
    "another kind, its hash made to fit": (
        forge_entry_and_hash,
        {Check.EVENT, Check.CHAIN, Check.TILE, Check.CHECKPOINT},
    ),
    "a stored hash": (lambda log: change(log, entry_is(9, leaf_hash=noise(1))), {Check.ENTRY}),
    "an entry taken out": (
        lambda log: change(log, "DELETE FROM ledger_entry WHERE idx = 150"),
        {Check.ENTRY, Check.CHAIN, Check.TILE, Check.CHECKPOINT, Check.EVENT},
    ),
    "the last entries cut off": (
        lambda log: change(log, "DELETE FROM ledger_entry WHERE idx > 289"),
        {Check.TILE, Check.CHECKPOINT, Check.EVENT, Check.ISSUANCE, Check.PENDING, Check.HIGH_WATER},
    ),
    "two entries exchanged": (
        lambda log: change(
            log,
            "UPDATE ledger_entry SET idx = -1 WHERE idx = 20",
            "UPDATE ledger_entry SET idx = 20 WHERE idx = 21",
            "UPDATE ledger_entry SET idx = 21 WHERE idx = -1",
        ),
        {Check.ENTRY, Check.CHAIN, Check.EVENT, Check.TILE, Check.CHECKPOINT},
    ),
    "a full tile": (lambda log: change(log, "UPDATE ledger_tile SET data = zeroblob(8192)"), {Check.TILE}),
    "a full tile missing": (lambda log: change(log, "DELETE FROM ledger_tile"), {Check.TILE}),
    "a partial tile": (lambda log: change(log, "UPDATE ledger_edge SET data = zeroblob(32)"), {Check.TILE}),
    "a tile too many": (lambda log: change(log, "INSERT INTO ledger_tile VALUES (5, 0, x'00')"), {Check.TILE}),
    "a checkpoint by another key": (
        lambda log: change(log, resign(130, noise(2), OTHER_SIGNER)),
        {Check.CHECKPOINT},
    ),
    "a checkpoint of another root, well signed": (
        lambda log: change(log, resign(130, noise(2))),
        {Check.CHECKPOINT},
    ),
    "a checkpoint's row": (
        lambda log: change(log, tables.checkpoint.update().where(tables.checkpoint.c.size == 130).values(root=noise(2))),
        {Check.CHECKPOINT},
    ),
    "the newest checkpoint missing": (
        lambda log: change(log, "DELETE FROM ledger_checkpoint WHERE size = 300"),
        {Check.CHECKPOINT, Check.HIGH_WATER},
    ),
    "a checkpoint beyond the end": (
        lambda log: change(
            log,
            tables.checkpoint.insert().values(
                size=400, root=noise(3), note=checkpoint.sign(Checkpoint(ORIGIN, 400, noise(3)), SIGNER), created=""
            ),
        ),
        {Check.CHECKPOINT},
    ),
    "a payload": (
        lambda log: change(log, tables.private.update().where(tables.private.c.event_id == event_id(0)).values(payload=b"{}")),
        {Check.PAYLOAD},
    ),
    "a salt": (
        lambda log: change(log, tables.private.update().where(tables.private.c.event_id == event_id(1)).values(salt=noise(4))),
        {Check.PAYLOAD},
    ),
    "a payload taken away unrecorded": (
        lambda log: change(log, tables.private.delete().where(tables.private.c.event_id == event_id(0))),
        {Check.PAYLOAD},
    ),
    "an event's day": (
        lambda log: change(log, tables.event.update().where(tables.event.c.event_id == event_id(2)).values(kind="transfer")),
        {Check.EVENT},
    ),
    "an event's place": (
        lambda log: change(log, tables.place.update().where(tables.place.c.event_id == event_id(2)).values(idx=6)),
        {Check.EVENT},
    ),
    "an event neither in nor waiting": (lambda log: change(log, "DELETE FROM ledger_pending"), {Check.PENDING}),
    "an event in and waiting": (
        lambda log: change(log, tables.pending.insert().values(event_id=event_id(0))),
        {Check.PENDING},
    ),
    "the index of issuances led astray": (
        lambda log: change(log, tables.issuance.update().where(tables.issuance.c.idx == 7).values(idx=8)),
        {Check.ISSUANCE},
    ),
    "an issuance not in the index": (
        lambda log: change(log, "DELETE FROM ledger_issuance WHERE idx = 7"),
        {Check.ISSUANCE},
    ),
    "an issuance that never was": (
        lambda log: change(log, tables.issuance.insert().values(digest=noise(5), idx=7)),
        {Check.ISSUANCE},
    ),
    "text where bytes should be": (
        lambda log: change(log, "UPDATE ledger_entry SET body = 'text' WHERE idx = 3"),
        {Check.ENTRY, Check.CHAIN, Check.TILE, Check.CHECKPOINT, Check.ISSUANCE},
    ),
    "the high-water file of another log": (
        lambda log: log.high_water.write_bytes(checkpoint.sign(Checkpoint("other.example", 1, noise(6)), SIGNER)),
        {Check.HIGH_WATER},
    ),
    "the high-water file ahead": (
        lambda log: log.high_water.write_bytes(checkpoint.sign(Checkpoint(ORIGIN, 301, noise(6)), SIGNER)),
        {Check.HIGH_WATER},
    ),
    "the high-water file gone": (lambda log: log.high_water.unlink(), {Check.HIGH_WATER}),
}  # fmt: skip


def test_a_good_log_is_clean(forged: Log) -> None:
    result = forged.fsck()
    assert result.clean
    assert (result.entries, result.checkpoints, result.pending, result.erased) == (SIZE, 3, 1, 0)


@pytest.mark.parametrize("name", FORGERIES)
def test_every_forgery_is_found(forged: Log, name: str) -> None:
    forge, expected = FORGERIES[name]
    forge(forged)
    result = forged.fsck()
    assert {finding.check for finding in result.findings} == expected, result.findings


def test_the_entry_is_named(forged: Log) -> None:
    change(forged, entry_is(9, leaf_hash=noise(1)))
    assert [finding.index for finding in forged.fsck().findings] == [9]


def test_an_empty_log_is_clean(log: Log) -> None:
    log.sequencer().check()
    assert log.fsck() == Result(0, 0, 0, 0, ())


def test_findings_are_not_without_end(forged: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    change(forged, "UPDATE ledger_entry SET leaf_hash = zeroblob(32)")
    assert len(forged.fsck().findings) == SIZE


def test_progress(forged: Log) -> None:
    seen: list[tuple[int, int]] = []
    fsck.fsck(forged.engine, SIGNER.verifier(), progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (SIZE, SIZE)


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return result.exit_code, result.output


def test_the_command(forged: Log, tmp_path: Path) -> None:
    url, vkey = f"sqlite:///{tmp_path}/ledger.db", SIGNER.verifier().vkey()
    (tmp_path / "ledger.vkey").write_text(f"{vkey}\n")
    for key in (vkey, tmp_path / "ledger.vkey"):
        code, output = run("fsck", url, "--vkey", key, "--high-water", forged.high_water)
        assert (code, "账本完好 / the ledger is clean" in output) == (0, True)
    change(forged, entry_is(9, leaf_hash=noise(1)))
    code, output = run("fsck", url, "--vkey", vkey)
    assert (code, "entry 9:" in output) == (1, True)


@pytest.mark.parametrize(
    ("url", "vkey"),
    [
        pytest.param("sqlite:////nowhere/ledger.db", SIGNER.verifier().vkey(), id="no such folder"),
        pytest.param("mysql://localhost/x", SIGNER.verifier().vkey(), id="another database"),
        pytest.param("sqlite:////tmp/x.db", "nonsense", id="no key"),
        pytest.param("sqlite:////tmp/x.db", "name+123", id="a damaged key"),
        pytest.param("not a url", SIGNER.verifier().vkey(), id="no url"),
    ],
)
def test_the_command_cannot_be_used(url: str, vkey: str) -> None:
    code, output = run("fsck", url, "--vkey", vkey)
    assert (code, "无法完成" in output) == (2, True)
    assert "+" in vkey or f"'{vkey}'" in output, "the file that is not there is named"
