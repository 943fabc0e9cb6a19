"""Each sealed text says under which key it is; those that are there are under the one derived from the secret of persons."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the columns."""
    for table, column in (
        ("identity_document", "sealed_by"),
        ("account", "totp_sealed_by"),
        ("kept_answer", "answer_by"),
    ):
        op.add_column(table, sa.Column(column, sa.String(40), nullable=False, server_default=""))
    op.create_index("ix_identity_document_sealed_by", "identity_document", ["sealed_by"])
