"""Who takes a step of a way on which three people have three duties, and who took the last one.

For declarations, changes of personnel and transfers alike. The steps of each are a table of its own; `case` is its column
that names what a step is of, beside `turn`, `duty` and `actor_key`.
"""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from issuer.access.errors import NotAllowed
from issuer.access.roles import Actor, Role
from issuer.instance import SHANGHAI
from issuer.people.affiliation import Place
from issuer.people.service import person_by_id
from issuer.registration.errors import Overtaken, SamePerson
from issuer.registration.procedure import Duty

Row = sa.Row[Any]
Case = sa.Column[UUID]
_ROLE_OF = {Duty.REVIEWER: Role.REVIEWER, Duty.VERIFIER: Role.VERIFIER}


def hold_to_duty(connection: sa.Connection, actor: Actor, row: Row, duty: Duty, case: Case) -> None:
    """Insist that a step is this actor's, and that three different people take the three duties.

    Raises:
        NotAllowed: not their duty here.
        SamePerson: they had another one on it.
    """
    if not has_duty(connection, actor, row, duty):
        raise NotAllowed
    if duty is not Duty.DECLARANT and acted_otherwise(connection, actor, row, duty, case):
        raise SamePerson


def has_duty(connection: sa.Connection, actor: Actor, row: Row, duty: Duty) -> bool:
    """Whether it is the actor's: by being the person, or by the duty's role at the place that was fixed for it."""
    if duty is Duty.DECLARANT:
        return actor.person_key == person_by_id(connection, row.person_id).key
    place = {
        Duty.REVIEWER: (row.review_unit_id, row.review_authority_id),
        Duty.VERIFIER: (row.verify_unit_id, row.verify_authority_id),
    }[duty]
    return actor.holds(connection, _ROLE_OF[duty], Place(*place))


def acted_otherwise(connection: sa.Connection, actor: Actor, row: Row, duty: Duty, case: Case) -> bool:
    """Whether the actor had another duty on it, or is the person it is about: then somebody else must take the step."""
    if duty is not Duty.DECLARANT and actor.person_key == person_by_id(connection, row.person_id).key:
        return True
    steps = case.table.c
    others = sa.select(steps.actor_key).where(case == row.id, steps.duty != duty)
    return actor.person_key in {bytes(key) for key in connection.scalars(others)}


def overtaken(connection: sa.Connection, row: Row, actor_key: bytes, case: Case) -> Overtaken:
    """What to tell: who made it what it is, by duty and never by name. The actor may have done so before (sent twice)."""
    at = row.changed_at.astimezone(SHANGHAI).strftime("%m-%d %H:%M")
    steps = case.table.c
    last = connection.execute(
        sa.select(steps.duty, steps.actor_key).where(case == row.id, steps.turn == row.turn)
    ).one_or_none()
    if last is None:  # filled in anew, which only its declarant can
        own = actor_key == person_by_id(connection, row.person_id).key
        return Overtaken(row.state, at, Duty.DECLARANT, own=own)
    return Overtaken(row.state, at, last.duty, own=bytes(last.actor_key) == actor_key)
