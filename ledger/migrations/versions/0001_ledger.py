"""The ledger's tables, append-only by triggers; on PostgreSQL partitioned and with roles.

What each trigger closes is tried in tests/ledger/test_append_only.py.
"""

from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

PARTITION_SPAN = 2**24
PARTITIONS = 64
"""Room for 2^30 entries, fifty years of a province; empty partitions cost nothing, and no running program needs DDL."""

APPEND_ONLY = ("event", "entry", "place", "issuance", "tile", "checkpoint", "cosignature")
# On SQLite: when a row to be inserted would push another one out, or (entries) leave a gap.
TAKEN = {
    "event": "EXISTS (SELECT 1 FROM ledger_event WHERE event_id = NEW.event_id)",
    "private": "EXISTS (SELECT 1 FROM ledger_private WHERE event_id = NEW.event_id)",
    "entry": "NEW.idx <> (SELECT coalesce(max(idx) + 1, 0) FROM ledger_entry)",
    "place": "EXISTS (SELECT 1 FROM ledger_place WHERE event_id = NEW.event_id)",
    "issuance": "EXISTS (SELECT 1 FROM ledger_issuance WHERE digest = NEW.digest)",
    "tile": "EXISTS (SELECT 1 FROM ledger_tile WHERE level = NEW.level AND n = NEW.n)",
    "checkpoint": "EXISTS (SELECT 1 FROM ledger_checkpoint WHERE size = NEW.size)",
    "cosignature": "EXISTS (SELECT 1 FROM ledger_cosignature WHERE size = NEW.size AND witness = NEW.witness)",
}
REFUSAL = "the ledger is append-only"


def upgrade() -> None:
    """Make everything."""
    _create_staging_tables()
    _create_log_tables()
    if op.get_context().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _partition_postgresql()
        _guard_postgresql()
        _grant_postgresql()


def _big() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _event_id(*, primary_key: bool) -> sa.Column[UUID]:
    column: sa.Column[UUID] = sa.Column(
        "event_id",
        sa.Uuid(),
        sa.ForeignKey("ledger_event.event_id"),
        nullable=False,
        primary_key=primary_key,
    )
    return column


def _number(name: str) -> sa.Column[int]:
    column: sa.Column[int] = sa.Column(name, _big(), primary_key=True, autoincrement=False)
    return column


def _create_staging_tables() -> None:
    op.create_table(
        "ledger_event",
        sa.Column("event_id", sa.Uuid(), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("commitment", sa.LargeBinary(32)),
        sa.Column("digest", sa.LargeBinary(32)),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ledger_private",
        _event_id(primary_key=True),
        sa.Column("salt", sa.LargeBinary(32), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ledger_pending",
        sa.Column("id", _big(), primary_key=True, autoincrement=True),
        _event_id(primary_key=False),
    )


def _create_log_tables() -> None:
    op.create_table(
        "ledger_entry",
        _number("idx"),
        sa.Column("leaf_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        postgresql_partition_by="RANGE (idx)",
    )
    op.create_table(
        "ledger_place",
        _event_id(primary_key=True),
        sa.Column("idx", _big(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_ledger_place_idx", "ledger_place", ["idx"])
    op.create_table(
        "ledger_issuance",
        sa.Column("digest", sa.LargeBinary(32), primary_key=True),
        sa.Column("idx", _big(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ledger_tile",
        sa.Column("level", sa.SmallInteger(), primary_key=True, autoincrement=False),
        _number("n"),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ledger_edge",
        sa.Column("level", sa.SmallInteger(), primary_key=True, autoincrement=False),
        sa.Column("n", _big(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ledger_checkpoint",
        _number("size"),
        sa.Column("root", sa.LargeBinary(32), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("created", sa.String(32), nullable=False),
    )
    op.create_table(
        "ledger_cosignature",
        sa.Column(
            "size", _big(), sa.ForeignKey("ledger_checkpoint.size"), primary_key=True, autoincrement=False
        ),
        sa.Column("witness", sa.String(255), primary_key=True),
        sa.Column("line", sa.Text(), nullable=False),
        sqlite_with_rowid=False,
    )


def _guard_sqlite() -> None:
    for name in (*APPEND_ONLY, "private"):
        refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        op.execute(f"CREATE TRIGGER ledger_{name}_no_update BEFORE UPDATE ON ledger_{name} {refuse}")
        if name != "private":  # a payload can be erased; the authorizer says by whom
            op.execute(f"CREATE TRIGGER ledger_{name}_no_delete BEFORE DELETE ON ledger_{name} {refuse}")
        # INSERT OR REPLACE deletes the old row without a DELETE trigger, unless recursive_triggers is on.
        op.execute(
            f"CREATE TRIGGER ledger_{name}_no_replace BEFORE INSERT ON ledger_{name} WHEN {TAKEN[name]} {refuse}"
        )


def _partition_postgresql() -> None:
    for k in range(PARTITIONS):
        op.execute(
            f"CREATE TABLE ledger_entry_{k:02d} PARTITION OF ledger_entry "
            f"FOR VALUES FROM ({k * PARTITION_SPAN}) TO ({(k + 1) * PARTITION_SPAN})"
        )


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    op.execute(
        "CREATE FUNCTION ledger_refuse_gap() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "DECLARE low bigint; high bigint; many bigint; "
        "BEGIN SELECT min(idx), max(idx), count(*) INTO low, high, many FROM added; "
        "IF high - low + 1 <> many OR low > 0 AND NOT EXISTS (SELECT 1 FROM ledger_entry WHERE idx = low - 1) "
        "THEN RAISE EXCEPTION 'the ledger is append-only: it has no gaps' USING ERRCODE = 'restrict_violation'; END IF; "
        "RETURN NULL; END $$"
    )
    # Statement triggers of a partitioned table do not fire for a partition named directly, so each has its own.
    guarded = {f"ledger_{name}": "UPDATE OR DELETE OR TRUNCATE" for name in APPEND_ONLY}
    guarded |= {f"ledger_entry_{k:02d}": "UPDATE OR DELETE OR TRUNCATE" for k in range(PARTITIONS)}
    guarded |= {"ledger_private": "UPDATE OR TRUNCATE"}
    for table, verbs in guarded.items():
        op.execute(
            f"CREATE TRIGGER append_only BEFORE {verbs} ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"
        )
        # ALWAYS: an ordinary trigger sleeps while session_replication_role is 'replica'.
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only")
    op.execute(
        "CREATE TRIGGER no_gap AFTER INSERT ON ledger_entry REFERENCING NEW TABLE AS added "
        "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_gap()"
    )
    op.execute("ALTER TABLE ledger_entry ENABLE ALWAYS TRIGGER no_gap")


LOG = ("entry", "place", "issuance", "tile", "edge", "checkpoint", "cosignature")
GRANTS = {
    "SELECT": {
        "ledger_reader": ("event", "pending", *LOG),
        "ledger_business": ("event", "pending", "private", *LOG),
        "ledger_sequencer": ("event", "pending", *LOG),
        "ledger_erasure": ("event", "pending", "private", *LOG),
    },
    "INSERT": {
        "ledger_business": ("event", "pending", "private"),
        "ledger_sequencer": LOG,
        "ledger_erasure": ("event", "pending", "private"),
    },
    "DELETE": {
        "ledger_sequencer": ("pending", "edge"),
        "ledger_erasure": ("private",),
    },
}


def _grant_postgresql() -> None:
    """Make the four roles and give each its verbs; a login is granted those roles that it needs."""
    known = set(op.get_bind().execute(sa.text("SELECT rolname FROM pg_roles")).scalars())
    for role in sorted(set(GRANTS["SELECT"]) - known):
        op.execute(f"CREATE ROLE {role} NOLOGIN")
    for verb, roles in GRANTS.items():
        for role, names in roles.items():
            tables = ", ".join(f"ledger_{name}" for name in names)
            op.execute(f"GRANT {verb} ON {tables} TO {role}")
    op.execute("GRANT USAGE ON SEQUENCE ledger_pending_id_seq TO ledger_business, ledger_erasure")
