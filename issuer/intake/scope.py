"""Who sees what of other systems' sendings: the province all of them, any other place those of its own systems (Art. 9, 14).

A system is the authority's that answers for it. What it sent of people elsewhere, their own authorities see as these
people's records, not as a file.
"""

from uuid import UUID

import sqlalchemy as sa

from issuer.access.roles import Actor, Role
from issuer.access.tables import client
from issuer.errors import NotFound
from issuer.intake.tables import import_batch, import_sending
from issuer.people.tables import authority
from issuer.people.units import provincial_hrss, subordinate
from issuer.registration.tables import declaration

ROLES = (Role.ADMINISTRATOR, Role.INSPECTOR)


def province_wide(connection: sa.Connection, actor: Actor) -> bool:
    """Whether the actor administrates or inspects the whole province."""
    return provincial_hrss(connection) in _places(actor)


def sendings_for(connection: sa.Connection, actor: Actor) -> sa.ColumnElement[bool]:
    """Which rows of `import_sending` the actor may see: without a client, those of the server's terminal, the province alone."""
    if province_wide(connection, actor):
        return sa.true()
    its = sa.select(client.c.id).where(clients_for(connection, actor))
    return import_sending.c.client_id.in_(its)


def clients_for(connection: sa.Connection, actor: Actor) -> sa.ColumnElement[bool]:
    """Which rows of `import_client` the actor may see: those that their place or one below it answers for; the province, all."""
    if province_wide(connection, actor):
        return sa.true()
    return client.c.authority_id.in_(_jurisdiction(actor))


def batches_for(connection: sa.Connection, actor: Actor) -> sa.ColumnElement[bool]:
    """Which rows of `import_batch` the actor may see: those of such sendings; the province, all."""
    if province_wide(connection, actor):
        return sa.true()
    its = sa.select(import_sending.c.batch_id).where(sendings_for(connection, actor))
    return import_batch.c.id.in_(its)


def hold_batch(connection: sa.Connection, actor: Actor, batch: UUID) -> None:
    """Insist that the actor may see a batch.

    Raises:
        NotFound: there is none, or it is none of theirs.
    """
    mine = sa.select(import_batch.c.id).where(import_batch.c.id == batch, batches_for(connection, actor))
    if connection.scalar(mine) is None:
        raise NotFound("没有这个批次 there is no such batch")


def held_for(connection: sa.Connection, actor: Actor) -> sa.ColumnElement[bool]:
    """Beside which declarations the actor may see what is held: those of the places that verify below them."""
    if province_wide(connection, actor):
        return sa.true()
    return declaration.c.verify_authority_id.in_(_jurisdiction(actor))


def within(connection: sa.Connection, actor: Actor) -> int | None:
    """Whose people alone a file may tell about that the actor tries out; None: everybody's."""
    return None if province_wide(connection, actor) else next(iter(_places(actor)), 0)


def _places(actor: Actor) -> list[int]:
    return [
        place.authority_id for role in ROLES for place in actor.places(role) if place.authority_id is not None
    ]


def _jurisdiction(actor: Actor) -> sa.Select[tuple[int]]:
    mine = [authority.c.id.in_(subordinate(place)) for place in _places(actor)]
    return sa.select(authority.c.id).where(sa.or_(sa.false(), *mine))
