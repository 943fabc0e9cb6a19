"""The log's tables, the same on SQLite and PostgreSQL; `migrations/` makes them and their guards.

| table              | who writes      | what |
| ledger_event       | business        | every event id ever staged, with what its entry will say |
| ledger_private     | business        | payload and salt, apart, so that erasing them touches nothing else |
| ledger_pending     | business        | the queue: events without a place |
| ledger_entry       | sequencer       | the exact bytes of each leaf, and its hash |
| ledger_place       | sequencer       | event id -> index |
| ledger_issuance    | sequencer       | digest of an issued credential -> index; private to the issuer |
| ledger_tile        | sequencer       | full tiles of the tree |
| ledger_edge        | sequencer       | the partial tile of each level; the only rows that change |
| ledger_checkpoint  | sequencer       | every head ever signed |
| ledger_cosignature | witness client  | signatures of witnesses under these heads |
| ledger_closed      | `moving`        | the logs that this one continues: last signed head, key, folder of the public files |
| ledger_closed_place, ledger_closed_issuance | `moving` | event id, digest of a credential -> number and index of a closed log |

No table has a second UNIQUE beside its key, and none on SQLite a hidden rowid beside it: `INSERT OR REPLACE`
deletes through either without any trigger seeing a DELETE. The foreign keys of private, pending and place are SQLite's: on
PostgreSQL a trigger asks once for all rows of a statement (migration 0005).
"""

import sqlalchemy as sa

metadata = sa.MetaData()
PARTITION_SPAN = 2**24
"""Entries in one partition on PostgreSQL: what one hash of a level-3 tile spans."""

_hash = sa.LargeBinary(32)
_big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

event = sa.Table(
    "ledger_event",
    metadata,
    sa.Column("event_id", sa.Uuid(), primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("day", sa.Date(), nullable=False),
    sa.Column("commitment", _hash),
    sa.Column("digest", _hash),
    sqlite_with_rowid=False,
)
private = sa.Table(
    "ledger_private",
    metadata,
    sa.Column("event_id", sa.Uuid(), sa.ForeignKey(event.c.event_id), primary_key=True),
    sa.Column("salt", _hash, nullable=False),
    sa.Column("payload", sa.LargeBinary(), nullable=False),
    sqlite_with_rowid=False,
)
pending = sa.Table(
    "ledger_pending",
    metadata,
    sa.Column("id", _big, primary_key=True, autoincrement=True),
    sa.Column("event_id", sa.Uuid(), sa.ForeignKey(event.c.event_id), nullable=False),
)
entry = sa.Table(
    "ledger_entry",
    metadata,
    sa.Column("idx", _big, primary_key=True, autoincrement=False),
    sa.Column("leaf_hash", _hash, nullable=False),
    sa.Column("body", sa.LargeBinary(), nullable=False),
    postgresql_partition_by="RANGE (idx)",
)
place = sa.Table(
    "ledger_place",
    metadata,
    sa.Column("event_id", sa.Uuid(), sa.ForeignKey(event.c.event_id), primary_key=True),
    sa.Column("idx", _big, nullable=False, index=True),
    sqlite_with_rowid=False,
)
issuance = sa.Table(
    "ledger_issuance",
    metadata,
    sa.Column("digest", _hash, primary_key=True),
    sa.Column("idx", _big, nullable=False),
    sqlite_with_rowid=False,
)
tile = sa.Table(
    "ledger_tile",
    metadata,
    sa.Column("level", sa.SmallInteger(), primary_key=True, autoincrement=False),
    sa.Column("n", _big, primary_key=True, autoincrement=False),
    sa.Column("data", sa.LargeBinary(), nullable=False),
    sqlite_with_rowid=False,
)
edge = sa.Table(
    "ledger_edge",
    metadata,
    sa.Column("level", sa.SmallInteger(), primary_key=True, autoincrement=False),
    sa.Column("n", _big, nullable=False),
    sa.Column("data", sa.LargeBinary(), nullable=False),
    sqlite_with_rowid=False,
)
checkpoint = sa.Table(
    "ledger_checkpoint",
    metadata,
    sa.Column("size", _big, primary_key=True, autoincrement=False),
    sa.Column("root", _hash, nullable=False),
    sa.Column("note", sa.LargeBinary(), nullable=False),
    sa.Column("created", sa.String(32), nullable=False),
)
cosignature = sa.Table(
    "ledger_cosignature",
    metadata,
    sa.Column("size", _big, sa.ForeignKey(checkpoint.c.size), primary_key=True, autoincrement=False),
    sa.Column("witness", sa.String(255), primary_key=True),
    sa.Column("line", sa.Text(), nullable=False),
    sqlite_with_rowid=False,
)
closed = sa.Table(
    "ledger_closed",
    metadata,
    sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
    sa.Column("path", sa.String(80), nullable=False),
    sa.Column("vkey", sa.String(400), nullable=False),
    sa.Column("note", sa.LargeBinary(), nullable=False),
)
closed_place = sa.Table(
    "ledger_closed_place",
    metadata,
    sa.Column("event_id", sa.Uuid(), sa.ForeignKey(event.c.event_id), primary_key=True),
    sa.Column("number", sa.Integer(), sa.ForeignKey(closed.c.number), nullable=False),
    sa.Column("idx", _big, nullable=False),
    sqlite_with_rowid=False,
)
closed_issuance = sa.Table(
    "ledger_closed_issuance",
    metadata,
    sa.Column("digest", _hash, primary_key=True),
    sa.Column("number", sa.Integer(), sa.ForeignKey(closed.c.number), nullable=False),
    sa.Column("idx", _big, nullable=False),
    sqlite_with_rowid=False,
)

CLOSED = (closed, closed_place, closed_issuance)
APPEND_ONLY = (event, entry, place, issuance, tile, checkpoint, cosignature, *CLOSED)
"""Rows of these are never changed and never deleted."""
