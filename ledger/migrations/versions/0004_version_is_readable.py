"""On PostgreSQL every role may read of which version the tables are: whoever opens an old database is told so in words."""

from alembic import op

revision = "0004"
down_revision = "0003"

READERS = "ledger_reader, ledger_business, ledger_sequencer, ledger_erasure"


def upgrade() -> None:
    """Grant it."""
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"GRANT SELECT ON ledger_version TO {READERS}")
