"""Use cases of changes, newcomers and numbers for pages: each is one transaction, with the actor's roles read inside it.

A crash before the commit leaves nothing: no step without its ledger entry, no affiliation without its registration.
"""

import logging
from uuid import UUID

from issuer.access.accounts import actor_of
from issuer.access.roles import Actor
from issuer.instance import Instance, writing
from issuer.people.identifier import Identifier
from issuer.people.service import Person
from issuer.personnel import changes, newcomers, numbers
from issuer.personnel.changes import Asked, Taken
from issuer.personnel.newcomers import Newcomer
from issuer.personnel.way import State

log = logging.getLogger(__name__)


def ask(instance: Instance, actor: Actor, person: Person, asked: Asked) -> UUID:
    """Ask for a change. Raises as `changes.ask`."""
    with writing(instance) as work:
        made = changes.ask(work, actor_of(work, actor.account_id), person, asked)
    log.info("asked change=%s", made)
    return made


def take(instance: Instance, actor: Actor, one: UUID, taken: Taken) -> State:
    """Take one step. Raises as `changes.take`."""
    with writing(instance) as work:
        state = changes.take(work, actor_of(work, actor.account_id), one, taken)
    log.info("step=%s change=%s state=%s", taken.step, one, state)
    return state


def enter(instance: Instance, actor: Actor, new: Newcomer) -> Person:
    """Enter a professional. Raises as `newcomers.enter`."""
    with writing(instance) as work:
        person = newcomers.enter(work, actor_of(work, actor.account_id), new)
    log.info("entered person=%d", person.id)
    return person


def let_in(instance: Instance, actor: Actor, person_id: int, login: str) -> str:
    """Invite a professional to open an account; answers the code, told once. Raises as `newcomers.let_in`."""
    with writing(instance) as work:
        code = newcomers.let_in(work, actor_of(work, actor.account_id), person_id, login)
    log.info("invited person=%d", person_id)
    return code


def look_up(instance: Instance, actor: Actor, identifier: Identifier) -> Person:
    """Find a person of the actor's office by document. Raises as `numbers.look_up`."""
    with writing(instance) as work:
        return numbers.look_up(work, actor_of(work, actor.account_id), identifier)


def reveal(instance: Instance, actor: Actor, person_id: int, reason: str) -> str:
    """Open a person's number, which is an act. Raises as `numbers.reveal`."""
    with writing(instance) as work:
        number = numbers.reveal(work, actor_of(work, actor.account_id), person_id, reason)
    log.info("number revealed person=%d", person_id)
    return number
