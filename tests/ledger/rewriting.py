"""What a rewriter of the log might try, for both databases."""

import sqlalchemy as sa

from ledger import tables
from ledger.guard import Duty, acting_as
from tests.ledger.logs import Log, event_id, noise, private_event

COLUMNS = {
    "ledger_event": ("kind", "'governance'"),
    "ledger_entry": ("leaf_hash", "'x'"),
    "ledger_place": ("idx", "0"),
    "ledger_issuance": ("idx", "0"),
    "ledger_tile": ("data", "'x'"),
    "ledger_checkpoint": ("created", "'2000'"),
    "ledger_cosignature": ("line", "'x'"),
    "ledger_closed": ("note", "'x'"),
    "ledger_closed_place": ("idx", "0"),
    "ledger_closed_issuance": ("idx", "0"),
}
"""For each append-only table a change that a rewriter might want."""


EVERYTHING = "SELECT * FROM {table}"


def rows(connection: sa.Connection, table: str) -> list[sa.Row]:
    return sorted(connection.execute(sa.text(EVERYTHING.format(table=table))).all())


def fill(log: Log) -> None:
    """Put something into every table."""
    log.grow(260)
    log.stage(private_event(9000))
    with log.engine.begin() as connection, acting_as(connection, Duty.WITNESSING):
        connection.execute(tables.cosignature.insert(), {"size": 260, "witness": "w", "line": "— w AAAA\n"})
    with log.engine.begin() as connection, acting_as(connection, Duty.CONTINUING):
        place = {"number": 1, "idx": 7}
        connection.execute(tables.closed.insert(), {"number": 1, "path": "", "vkey": "v", "note": b"n"})
        connection.execute(tables.closed_place.insert(), {"event_id": event_id(9000), **place})
        connection.execute(tables.closed_issuance.insert(), {"digest": noise("closed"), **place})
