"""Systems that send by API, the files that they sent, and who decided on what is held."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make the tables, and the columns of batches and holds."""
    _make_clients()
    op.add_column("import_batch", sa.Column("share", sa.Float(), nullable=False, server_default="0"))
    op.add_column("import_batch", sa.Column("within", sa.Integer(), nullable=True))
    op.add_column("held_import", sa.Column("decided_key", sa.LargeBinary(32), nullable=True))
    op.add_column("held_import", sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_held_import_declaration_id", "held_import", ["declaration_id"])
    op.create_table(
        "import_sending",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(64), nullable=True),
        sa.Column("system", sa.String(40), nullable=False),
        sa.Column("profile", sa.String(60), nullable=False),
        sa.Column("profile_text", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("file_digest", sa.LargeBinary(32), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("report", sa.Text(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id"], ["import_client.id"], name="fk_import_sending_client_id_import_client"
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name="fk_import_sending_batch_id_import_batch"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_import_sending"),
        sa.UniqueConstraint("client_id", "key", name="uq_import_sending_key"),
    )
    op.create_index("ix_import_sending_state", "import_sending", ["state"])
    op.create_index("ix_import_sending_received_at", "import_sending", ["received_at"])


def _make_clients() -> None:
    op.create_table(
        "import_client",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("profiles", sa.Text(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name="fk_import_client_authority_id_authority"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_import_client"),
        sa.UniqueConstraint("name", name="uq_import_client_name"),
    )
    op.create_table(
        "import_client_token",
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("profiles", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["import_client.id"], name="fk_import_client_token_client_id_import_client"
        ),
        sa.PrimaryKeyConstraint("digest", name="pk_import_client_token"),
    )
    op.create_index("ix_import_client_token_client_id", "import_client_token", ["client_id"])
