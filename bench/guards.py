"""What it costs PostgreSQL's server to hold each row to an event that was staged: by a foreign key, and by the log's trigger.

    python -m bench.guards [--portions N]

Portions of 4,000 rows are copied by turns into three tables of one shape: with a foreign key on the events, with the trigger of migration
0005, with neither. Printed are microseconds of the server's processor a row.
"""

import argparse
import uuid
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from issuer.intake.asked import PORTION
from ledger import tables
from ledger.bulk import insert_rows
from ledger.migrate import migrate
from ledger.store import open_engine
from tests.postgres import postgres_is_installed, running_postgres

MADE = {
    "a foreign key": "ALTER TABLE {} ADD FOREIGN KEY (event_id) REFERENCES ledger_event",
    "the trigger": "CREATE TRIGGER known AFTER INSERT ON {} REFERENCING NEW TABLE AS added "
    "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_unknown()",
    "neither": "SELECT 1",
}


def table(number: int) -> sa.Table:
    columns = sa.Column("event_id", sa.Uuid(), primary_key=True), sa.Column("said", sa.LargeBinary())
    return sa.Table(f"held_{number}", sa.MetaData(), *columns)


def busy(process: int) -> float:
    """Seconds that a process has run until now (proc(5))."""
    return int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e9


def measure(url: str, portions: int) -> dict[str, float]:
    engine, seconds = open_engine(url), dict.fromkeys(MADE, 0.0)
    migrate(engine)
    held = {name: table(number) for number, name in enumerate(MADE)}
    with engine.connect() as connection:
        for name, one in held.items():
            one.create(connection)
            connection.exec_driver_sql(MADE[name].format(one.name))
        server = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        connection.commit()
        for _ in range(portions):
            ids = sorted((uuid.uuid4() for _ in range(PORTION)), key=lambda one: one.int)
            events = [(one, "registration", date(2026, 1, 1), bytes(32)) for one in ids]
            insert_rows(connection, tables.event, ("event_id", "kind", "day", "commitment"), events)
            for name, one in held.items():
                before = busy(server)
                insert_rows(connection, one, ("event_id", "said"), [(each, bytes(40)) for each in ids])
                seconds[name] += busy(server) - before
            connection.commit()
    engine.dispose()
    return {name: 1e6 * spent / portions / PORTION for name, spent in seconds.items()}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--portions", type=int, default=50)
    asked = parser.parse_args()
    if not postgres_is_installed():
        print("PostgreSQL is not installed")
        return
    with running_postgres() as url:
        found = measure(url, asked.portions)
    told = ", ".join(f"{name} {found[name]:.1f}" for name in found)
    print(f"microseconds of PostgreSQL's processor a row that is held to its event: {told}")


if __name__ == "__main__":
    main()
