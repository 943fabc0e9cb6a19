"""Opening a person's file: one transaction, with the actor's roles read inside it. A crash before the commit opens nothing."""

import logging

from issuer.access.accounts import actor_of
from issuer.access.roles import Actor
from issuer.inspection import scope
from issuer.instance import Instance, writing
from issuer.people.identifier import Identifier
from issuer.people.service import Person, person_by_id

log = logging.getLogger(__name__)


def open_by_document(instance: Instance, actor: Actor, identifier: Identifier, reason: str) -> Person:
    """Find a person and open the file. Raises as `scope.opened_by_document`."""
    with writing(instance) as work:
        person = scope.opened_by_document(work, actor_of(work, actor.account_id), identifier, reason)
    log.info("file opened person=%d", person.id)
    return person


def open_by_id(instance: Instance, actor: Actor, person_id: int, reason: str) -> Person:
    """Open the file of somebody met in a list. Raises as `scope.open_file`; NotFound: no such person."""
    with writing(instance) as work:
        person = person_by_id(work.connection, person_id)
        scope.open_file(work, actor_of(work, actor.account_id), person, reason)
    log.info("file opened person=%d", person.id)
    return person
