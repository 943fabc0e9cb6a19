"""A document of the rules that was proposed keeps its text, and one that was decided on stays as it is; the database refuses otherwise."""

from alembic import op

revision = "0019"
down_revision = "0018"
REFUSAL = "a document of the rules is never changed"


def upgrade() -> None:
    """Guard the table."""
    kept = (
        "kind",
        "key",
        "name",
        "text",
        "digest",
        "first",
        "document_no",
        "reason",
        "author_key",
        "made_at",
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    differ = "IS NOT" if sqlite else "IS DISTINCT FROM"
    changed = " OR ".join(f'NEW."{name}" {differ} OLD."{name}"' for name in kept)
    decided = "OLD.state NOT IN ('draft', 'proposed')"
    edited = f"OLD.state <> 'draft' AND ({decided} OR {changed})"
    if sqlite:
        refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        op.execute(
            f"CREATE TRIGGER rule_document_no_edit BEFORE UPDATE ON rule_document WHEN {edited} {refuse}"
        )
        op.execute(
            f"CREATE TRIGGER rule_document_no_delete BEFORE DELETE ON rule_document WHEN OLD.state <> 'draft' {refuse}"
        )
        return
    op.execute(
        "CREATE FUNCTION rule_document_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    for name, verb, when in (("no_edit", "UPDATE", edited), ("no_delete", "DELETE", "OLD.state <> 'draft'")):
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {verb} ON rule_document "
            f"FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION rule_document_refuse()"
        )
