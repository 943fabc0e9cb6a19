"""Which certificates fall behind the place where a key was cut off, in the log that grows and in those before it."""

import sqlalchemy as sa

from issuer.credentials.tables import credential
from issuer.instance import Instance
from ledger import tables
from ledger.store import reading
from verifier import jws


def behind(instance: Instance, kid: str, origin: str, below: int) -> tuple[str, ...]:
    """Return the serials that a key signed whose entries stand at `below` or later in the log `origin`, or in a later log."""
    order = [*(log.origin for log in instance.closed), instance.settings.log_origin]
    numbers = [*(log.number for log in instance.closed), instance.settings.log_number]
    cut = numbers[order.index(origin)]
    place, closed = tables.place, tables.closed_place
    of = sa.select(credential.c.serial, credential.c.jws)
    in_closed = of.add_columns(closed.c.number, closed.c.idx).join(
        closed, closed.c.event_id == credential.c.event_id
    )
    queries = [in_closed.where(closed.c.number >= cut).order_by(closed.c.number, closed.c.idx)]
    growing = sa.literal(numbers[-1]).label("number")
    queries.append(
        of.add_columns(growing, place.c.idx)
        .join(place, place.c.event_id == credential.c.event_id)
        .where(place.c.idx >= (below if cut == numbers[-1] else 0))
        .order_by(place.c.idx)
    )
    with reading(instance.engine).connect() as connection:
        rows = [row for query in queries for row in connection.execute(query)]
    return tuple(
        row.serial
        for row in rows
        if (row.number, row.idx) >= (cut, below) and jws.split(row.jws).field("kid") == kid
    )
