"""People where they belong, accounts and roles, acts of authorities, declarations with their steps and proofs."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    _people()
    _access()
    _declarations()
    _steps_and_proofs()


def _people() -> None:
    op.create_table(
        "authority",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("region_code", sa.String(6), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["authority.id"], name="fk_authority_parent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_authority"),
        sa.UniqueConstraint("code", name="uq_authority_code"),
    )
    op.create_index("ix_authority_parent_id", "authority", ["parent_id"])
    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=True),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name="fk_unit_authority_id"),
        sa.ForeignKeyConstraint(["merged_into"], ["unit.id"], name="fk_unit_merged_into"),
        sa.PrimaryKeyConstraint("id", name="pk_unit"),
        sa.UniqueConstraint("code", name="uq_unit_code"),
    )
    op.create_index("ix_unit_name", "unit", ["name"])
    op.create_table(
        "affiliation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["authority.id"], name="fk_affiliation_agency_id"),
        sa.ForeignKeyConstraint(["person_id"], ["professional.id"], name="fk_affiliation_person_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_affiliation_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_affiliation"),
    )
    op.create_index("ix_affiliation_person_id", "affiliation", ["person_id"])
    op.create_index("ix_affiliation_unit_id", "affiliation", ["unit_id"])
    op.create_table(
        "identity_document",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(80), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["professional.id"], name="fk_identity_document_person_id"),
        sa.PrimaryKeyConstraint("person_id", name="pk_identity_document"),
    )
    op.create_table(
        "title_series",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("series", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["professional.id"], name="fk_title_series_person_id"),
        sa.PrimaryKeyConstraint("person_id", "year", name="pk_title_series"),
    )


def _access() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(60), nullable=False),
        sa.Column("person_key", sa.LargeBinary(32), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=True),
        sa.Column("totp_sealed", sa.LargeBinary(120), nullable=True),
        sa.Column("totp_last", sa.Integer(), nullable=False),
        sa.Column("oidc_subject", sa.String(255), nullable=True),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("wait_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("login", name="uq_account_login"),
        sa.UniqueConstraint("oidc_subject", name="uq_account_oidc_subject"),
    )
    op.create_index("ix_account_person_key", "account", ["person_key"])
    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("authority_id", sa.Integer(), nullable=True),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_role_grant_account_id"),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name="fk_role_grant_authority_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_role_grant_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_role_grant"),
    )
    op.create_index("ix_role_grant_account_id", "role_grant", ["account_id"])
    op.create_table(
        "signed_in",
        sa.Column("token_digest", sa.LargeBinary(32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("form_key", sa.String(44), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_signed_in_account_id"),
        sa.PrimaryKeyConstraint("token_digest", name="pk_signed_in"),
    )
    op.create_index("ix_signed_in_account_id", "signed_in", ["account_id"])
    op.create_table(
        "governance_act",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_key", sa.LargeBinary(32), nullable=True),
        sa.Column("second_key", sa.LargeBinary(32), nullable=True),
        sa.Column("document_no", sa.String(60), nullable=True),
        sa.Column("document_day", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(400), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_governance_act"),
    )
    op.create_index("ix_governance_act_subject", "governance_act", ["subject"])
    op.create_index("ix_governance_act_what", "governance_act", ["what"])


def _declarations() -> None:
    op.create_table(
        "declaration",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(40), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("event_key", sa.String(120), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("corrects", sa.Uuid(), nullable=True),
        sa.Column("review_unit_id", sa.Integer(), nullable=True),
        sa.Column("review_authority_id", sa.Integer(), nullable=True),
        sa.Column("verify_unit_id", sa.Integer(), nullable=True),
        sa.Column("verify_authority_id", sa.Integer(), nullable=True),
        sa.Column("affiliation_kind", sa.String(30), nullable=True),
        sa.Column("self_verified", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["corrects"], ["declaration.id"], name="fk_declaration_corrects"),
        sa.ForeignKeyConstraint(["person_id"], ["professional.id"], name="fk_declaration_person_id"),
        sa.ForeignKeyConstraint(
            ["review_authority_id"], ["authority.id"], name="fk_declaration_review_authority_id"
        ),
        sa.ForeignKeyConstraint(["review_unit_id"], ["unit.id"], name="fk_declaration_review_unit_id"),
        sa.ForeignKeyConstraint(
            ["verify_authority_id"], ["authority.id"], name="fk_declaration_verify_authority_id"
        ),
        sa.ForeignKeyConstraint(["verify_unit_id"], ["unit.id"], name="fk_declaration_verify_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_declaration"),
    )
    op.create_index("ix_declaration_event_key", "declaration", ["event_key"])
    op.create_index("ix_declaration_inbox", "declaration", ["review_unit_id", "state"])
    op.create_index("ix_declaration_person_id", "declaration", ["person_id"])
    op.create_index("ix_declaration_queue", "declaration", ["verify_authority_id", "state"])


def _steps_and_proofs() -> None:
    op.create_table(
        "procedure_step",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("duty", sa.String(20), nullable=False),
        sa.Column("actor_key", sa.LargeBinary(32), nullable=False),
        sa.Column("reason", sa.String(3), nullable=True),
        sa.Column("words", sa.String(400), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["declaration_id"], ["declaration.id"], name="fk_procedure_step_declaration_id"
        ),
        sa.PrimaryKeyConstraint("event_id", name="pk_procedure_step"),
        sa.UniqueConstraint("declaration_id", "turn", name="uq_procedure_step_declaration_id_turn"),
    )
    op.create_index("ix_procedure_step_declaration_id", "procedure_step", ["declaration_id"])
    op.create_table(
        "evidence",
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("media_type", sa.String(40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_evidence"),
    )
    op.create_table(
        "declaration_evidence",
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["declaration_id"], ["declaration.id"], name="fk_declaration_evidence_declaration_id"
        ),
        sa.ForeignKeyConstraint(["digest"], ["evidence.digest"], name="fk_declaration_evidence_digest"),
        sa.PrimaryKeyConstraint("declaration_id", "digest", name="pk_declaration_evidence"),
    )
