"""Places in closed logs: where an event stands that an earlier log of this issuer has entered, append-only as the rest."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

# When a row to be inserted would push another one out (SQLite).
TAKEN = {
    "closed": "EXISTS (SELECT 1 FROM ledger_closed WHERE number = NEW.number)",
    "closed_place": "EXISTS (SELECT 1 FROM ledger_closed_place WHERE event_id = NEW.event_id)",
    "closed_issuance": "EXISTS (SELECT 1 FROM ledger_closed_issuance WHERE digest = NEW.digest)",
}
READERS = "ledger_reader, ledger_business, ledger_sequencer, ledger_erasure"


def upgrade() -> None:
    """Make the three tables and their guards. On PostgreSQL only their owner may insert: who moves an instance."""
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "ledger_closed",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("path", sa.String(80), nullable=False),
        sa.Column("vkey", sa.String(400), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
    )
    for name, key in (
        (
            "closed_place",
            sa.Column("event_id", sa.Uuid(), sa.ForeignKey("ledger_event.event_id"), primary_key=True),
        ),
        ("closed_issuance", sa.Column("digest", sa.LargeBinary(32), primary_key=True)),
    ):
        op.create_table(
            f"ledger_{name}",
            key,
            sa.Column("number", sa.Integer(), sa.ForeignKey("ledger_closed.number"), nullable=False),
            sa.Column("idx", big, nullable=False),
            sqlite_with_rowid=False,
        )
    for name, taken in TAKEN.items():
        table = f"ledger_{name}"
        if op.get_context().dialect.name == "sqlite":
            refuse = "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
            op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}")
            op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}")
            op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {taken} {refuse}")
            continue
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only")
        op.execute(f"GRANT SELECT ON {table} TO {READERS}")
