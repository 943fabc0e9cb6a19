"""On PostgreSQL a statement's rows are held to name events that are staged all at once, not one by one.

A foreign key asks and locks the event of each row by itself, which took half of the server's time for an import. Events are never
changed nor deleted (0001), so that nothing has to be locked, and one query says the same of all rows of a statement.
"""

from alembic import op

revision = "0005"
down_revision = "0004"

NAMING = ("private", "pending", "place")


def upgrade() -> None:
    """Put the guard in the foreign keys' place."""
    if op.get_context().dialect.name == "sqlite":
        return
    # By the index, whatever the planner thinks of a table that has just been made: a plan is kept for the session.
    op.execute(
        "CREATE FUNCTION ledger_refuse_unknown() RETURNS trigger LANGUAGE plpgsql "
        "SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$ "
        "BEGIN IF EXISTS (SELECT 1 FROM added WHERE NOT EXISTS "
        "(SELECT 1 FROM ledger_event WHERE ledger_event.event_id = added.event_id)) "
        "THEN RAISE EXCEPTION 'the ledger is append-only: no such event was staged' USING ERRCODE = 'foreign_key_violation'; "
        "END IF; RETURN NULL; END $$"
    )
    for name in NAMING:
        table = f"ledger_{name}"
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_event_id_fkey")
        op.execute(
            f"CREATE TRIGGER known AFTER INSERT ON {table} REFERENCING NEW TABLE AS added "
            "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_unknown()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER known")
