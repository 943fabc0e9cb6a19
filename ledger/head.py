"""The right-hand end of the log as the database has it, believed only after it has been recomputed."""

from pathlib import Path

import sqlalchemy as sa

from ledger import checkpoint as checkpoints
from ledger import merkle, tables, tiles
from ledger.checkpoint import Checkpoint
from ledger.entry import GENESIS, decode, leaf_hash
from ledger.errors import (
    EntryFormatError,
    FormatError,
    LedgerHaltedError,
    MissingTileError,
    NotProvedError,
    UnknownVersionError,
)
from ledger.files import replace_file
from ledger.growth import Tip
from ledger.merkle import HASH_SIZE
from ledger.note import Signer, Verifier
from ledger.receipts import fetcher
from ledger.tiles import HEIGHT, WIDTH, TileTree


def halt(chinese: str, english: str) -> LedgerHaltedError:
    """Return the error that stops the log until a person has looked."""
    return LedgerHaltedError(f"账本已停止：{chinese} / the ledger has stopped: {english}")


def load_tip(connection: sa.Connection, verifier: Verifier) -> tuple[Tip, Checkpoint]:
    """Return the end of the log: signature checked, root recomputed from the partial tiles, last entry rehashed.

    An empty log has the checkpoint of size 0, which nobody has signed.

    Raises:
        LedgerHaltedError: the database contradicts its own newest checkpoint.
    """
    query = sa.select(tables.checkpoint).order_by(tables.checkpoint.c.size.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    if row is None:
        head = Checkpoint(verifier.name, 0, merkle.EMPTY_ROOT)
    else:
        head = open_head(row.note, verifier)
        if (head.size, head.root) != (row.size, row.root):
            raise halt(
                f"检查点 {row.size} 与其签名内容不符", f"checkpoint {row.size} is not what its note says"
            )
    tip = Tip(head.size, _last_leaf(connection, head.size), _edges(connection, head.size))
    try:
        recomputed = tip.root()
        last = TileTree(fetcher(connection), head.size).node(0, head.size - 1) if head.size else GENESIS
    except (FormatError, MissingTileError) as error:
        raise halt(f"缺少或损坏的哈希块：{error}", f"a tile is missing or damaged: {error}") from error
    if recomputed != head.root or last != tip.previous:
        raise halt(
            f"条目 {head.size - 1} 或哈希块与检查点 {head.size} 不符",
            f"entry {head.size - 1} or the tiles do not lead to checkpoint {head.size}",
        )
    return tip, head


def open_head(note: bytes, verifier: Verifier) -> Checkpoint:
    """Verify a checkpoint of our own log that must be good.

    Raises:
        LedgerHaltedError: it is not.
    """
    try:
        return checkpoints.open_checkpoint(note, verifier.name, [verifier])
    except (FormatError, NotProvedError) as error:
        raise halt(f"检查点验证失败：{error}", f"a checkpoint does not verify: {error}") from error


def _edges(connection: sa.Connection, size: int) -> tuple[bytes, ...]:
    rows = {row.level: row for row in connection.execute(sa.select(tables.edge))}
    edges: list[bytes] = []
    while size >> HEIGHT * len(edges):
        level = len(edges)
        width, n = (size >> HEIGHT * level) % WIDTH, size >> HEIGHT * (level + 1)
        row = rows.pop(level, None)
        data: bytes = b"" if row is None else row.data
        if len(data) != width * HASH_SIZE or (row is not None and row.n != n):
            raise halt(
                f"第 {level} 层边缘哈希块有误",
                f"the partial tile of level {level} is not the one of size {size}",
            )
        edges.append(data)
    if rows:
        raise halt(
            f"多余的边缘哈希块 {sorted(rows)}",
            f"partial tiles on levels {sorted(rows)} that the tree has not",
        )
    return tuple(edges)


def _last_leaf(connection: sa.Connection, size: int) -> bytes:
    """Return the hash of the last entry, rehashed; also look whether one stands where the next should go."""
    query = sa.select(tables.entry).where(tables.entry.c.idx.in_([size - 1, size]))
    rows = {row.idx: row for row in connection.execute(query)}
    if size in rows:
        raise halt(f"条目 {size} 没有检查点", f"entry {size} stands under no checkpoint")
    if size == 0:
        return GENESIS
    if size - 1 not in rows:
        raise halt(f"缺少条目 {size - 1}", f"entry {size - 1} is missing")
    try:
        decode(rows[size - 1].body)
    except UnknownVersionError as error:
        raise halt(
            f"条目 {size - 1} 的格式版本，本程序不认识：{error}", f"entry {size - 1}: {error}"
        ) from error
    except EntryFormatError:
        pass  # its hash says that it was altered
    return leaf_hash(rows[size - 1].body)


def check_outside(
    connection: sa.Connection, head: Checkpoint, note: bytes, verifier: Verifier, place: str
) -> None:
    """Compare the database with a checkpoint of this log that was kept outside it, at `place`.

    Raises:
        LedgerHaltedError: the database is behind it, or has another tree of that size.
    """
    outside = open_head(note, verifier)
    if outside.size > head.size:
        raise halt(
            f"{place} 的检查点有 {outside.size} 条，数据库只有 {head.size} 条：可能恢复了旧备份",
            f"{place} has a checkpoint of {outside.size} entries, the database only {head.size}: "
            "a backup was restored, or entries were removed. See docs/recovery.md",
        )
    fetch = fetcher(connection)
    try:
        same = tiles.TileTree(fetch, outside.size).root() == outside.root
    except (FormatError, MissingTileError):
        same = False
    if not same:
        raise halt(
            f"{place} 的检查点 {outside.size} 与数据库不符：历史被改写",
            f"{place} has another tree of {outside.size} entries than the database: history was rewritten. "
            "See docs/recovery.md",
        )


def read_high_water(path: Path) -> bytes | None:
    """Return the high-water file's note, None before the first entry ever."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def check_high_water(
    connection: sa.Connection, head: Checkpoint, path: Path, kept: bytes | None, signer: Signer
) -> None:
    """Compare the database with the high-water note `kept`; before the first entry ever, make that file.

    `kept` must have been read before the connection's snapshot was taken: another sequencer may go on in between, and
    a note read later would be ahead of the snapshot without anything being wrong.

    Raises:
        LedgerHaltedError: the database is behind it or different, or it is missing though the log has entries.
    """
    if kept is not None:
        check_outside(connection, head, kept, signer.verifier(), str(path))
    elif head.size and not path.exists():
        raise halt(
            f"高水位文件 {path} 不存在，而账本已有 {head.size} 条",
            f"the high-water file {path} is missing though the log has {head.size} entries. See docs/recovery.md",
        )
    elif not head.size and not path.exists():
        # Made before the first entry, so that a crash right after that entry's commit finds it there.
        replace_file(path, checkpoints.sign(head, signer))
