"""Transfer certificates: credentials that certify no single year, and the years' documents that they name."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Let a credential have no year's record, and make the two tables."""
    if op.get_bind().dialect.name == "sqlite":
        _let_sqlite_have_none()
    else:
        op.alter_column("credential", "record_id", nullable=True)
    op.create_table(
        "transfer",
        sa.Column("serial", sa.String(30), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_digest", sa.LargeBinary(32), nullable=False),
        sa.ForeignKeyConstraint(["serial"], ["credential.serial"], name="fk_transfer_serial_credential"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["professional.id"], name="fk_transfer_person_id_professional"
        ),
        sa.PrimaryKeyConstraint("serial", name="pk_transfer"),
        sa.UniqueConstraint("person_id", "version", name="uq_transfer_person_id_version"),
    )
    op.create_table(
        "transfer_year",
        sa.Column("serial", sa.String(30), nullable=False),
        sa.Column("certificate", sa.String(30), nullable=False),
        sa.ForeignKeyConstraint(["serial"], ["transfer.serial"], name="fk_transfer_year_serial_transfer"),
        sa.ForeignKeyConstraint(
            ["certificate"], ["credential.serial"], name="fk_transfer_year_certificate_credential"
        ),
        sa.PrimaryKeyConstraint("serial", "certificate", name="pk_transfer_year"),
    )
    op.create_index("ix_transfer_year_certificate", "transfer_year", ["certificate"])


def _let_sqlite_have_none() -> None:
    """SQLite changes no column: the table is made anew. Meanwhile no row of another may point into the old one."""
    op.execute("CREATE TEMPORARY TABLE withdrawal_meanwhile AS SELECT * FROM withdrawal")
    op.execute("DELETE FROM withdrawal")
    with op.batch_alter_table("credential") as table:
        table.alter_column("record_id", existing_type=sa.Integer(), nullable=True)
    op.execute("INSERT INTO withdrawal SELECT * FROM withdrawal_meanwhile")
    op.execute("DROP TABLE withdrawal_meanwhile")
