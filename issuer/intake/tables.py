"""Batches, the records of other systems as they last came, and what became of them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from issuer.database import Moment, metadata

import_batch = Table(
    "import_batch",
    metadata,
    Column("id", Uuid(), primary_key=True),
    Column("system", String(40), nullable=False),
    Column("profile", String(60), nullable=False),
    Column("profile_digest", LargeBinary(32), nullable=False),
    Column("file_digest", LargeBinary(32), nullable=False),
    Column("as_of", String(30), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("last_row", Integer, nullable=False),
    Column("totals", Text, nullable=False),
    Column("started_at", Moment(), nullable=False),
    Column("finished_at", Moment(), nullable=True),
    Column("receipt", Text, nullable=True),
    Column("share", Float, nullable=False, default=0.0, server_default="0"),
    Column("within", Integer, nullable=True),
    UniqueConstraint(
        "system", "profile_digest", "file_digest", "as_of", "attempt", name="uq_import_batch_sent"
    ),
    Index("ix_import_batch_system_finished_at", "system", "finished_at"),
)
"""One file of one system, read by one profile; once more (`attempt`) where people were missing. `last_row`: how far it is recorded; a run that was cut short goes on there.
`totals`: `report.Totals` as JSON. `share`: of the file, 0 to 1, for showing progress. `within`: the authority whose people alone may be in it, None for everybody's."""

import_sending = Table(
    "import_sending",
    metadata,
    Column("id", Uuid(), primary_key=True),
    Column("client_id", ForeignKey("import_client.id"), nullable=True),
    Column("key", String(64), nullable=True),
    Column("attempt", Integer, nullable=False, default=1),
    Column("system", String(40), nullable=False),
    Column("profile", String(60), nullable=False),
    Column("profile_text", Text, nullable=False),
    Column("asked", Text, nullable=False),
    Column("dry_run", Boolean, nullable=False),
    Column("file_digest", LargeBinary(32), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("state", String(12), nullable=False, index=True),
    Column("batch_id", ForeignKey("import_batch.id"), nullable=True),
    Column("report", Text, nullable=True),
    Column("received_at", Moment(), nullable=False),
    Column("ended_at", Moment(), nullable=True),
    UniqueConstraint("client_id", "key", "attempt", name="uq_import_sending_key"),
    Index("ix_import_sending_received_at", "received_at"),
)
"""A file that was received and is worked on by the service. The file itself lies in a folder until it was worked off
(`spool`). `client_id` and `key`: who sent it, under which Idempotency-Key; neither for the server's terminal; `attempt` counts how often
the file was taken under that key. `profile_text`: the profile as it was then, so that a later one does not change how it is read.
`report`: of a dry run, and why a file was refused."""

import_part = Table(
    "import_part",
    metadata,
    Column("batch_id", ForeignKey("import_batch.id"), primary_key=True),
    Column("last_row", Integer, primary_key=True),
    Column("events", LargeBinary, nullable=False),
)
"""What one transaction recorded: the ids of its events, 16 bytes each, in the order in which they were queued."""

import_problem = Table(
    "import_problem",
    metadata,
    Column("batch_id", ForeignKey("import_batch.id"), primary_key=True),
    Column("row", Integer, primary_key=True),
    Column("place", String(120), nullable=False),
    Column("code", String(30), nullable=False),
    Column("message", String(500), nullable=False),
)
"""Rows that were not taken, with the reason; never what stood in the cell."""

imported_record = Table(
    "imported_record",
    metadata,
    Column("key", LargeBinary(16), primary_key=True),
    Column("revision", String(30), nullable=False),
    Column("state", String(12), nullable=False),
    Column("activity_id", Uuid(), nullable=True, index=True),
    Column("batch_id", ForeignKey("import_batch.id"), nullable=False),
    Column("row", Integer, nullable=False),
)
"""A record of a system as it last came. `key`: keyed, of the system and its number, or of its content where it has
none. `activity_id`: the activity that it says was done; several may say the same, which is then one activity."""

import_change = Table(
    "import_change",
    metadata,
    Column("event_id", Uuid(), primary_key=True),
    Column("activity_id", ForeignKey("registered_activity.event_id"), nullable=False, index=True),
    Column("status", String(20), nullable=False),
    Column("batch_id", ForeignKey("import_batch.id"), nullable=False),
    Column("row", Integer, nullable=False),
    Column("at", Moment(), nullable=False),
)
"""An imported activity that its system withdrew (`reversed`), or sent again after that (`registered`)."""

held_import = Table(
    "held_import",
    metadata,
    Column("activity_id", Uuid(), primary_key=True),
    Column("person_id", ForeignKey("professional.id"), nullable=False, index=True),
    Column("category", String(40), nullable=False),
    Column("facts", Text, nullable=False),
    Column("state", String(12), nullable=False),
    Column("why", String(12), nullable=False),
    Column("declaration_id", ForeignKey("declaration.id"), nullable=False),
    Column("batch_id", ForeignKey("import_batch.id"), nullable=False),
    Column("row", Integer, nullable=False),
    Column("decided_key", LargeBinary(32), nullable=True),
    Column("decided_at", Moment(), nullable=True),
    Index("ix_held_import_declaration_id", "declaration_id"),
)
"""What was declared by hand and registered before it was sent: it is shown, and the declared one counts until an authority
decides otherwise, or the declaration is reversed. `decided_key`: the natural person who decided."""
