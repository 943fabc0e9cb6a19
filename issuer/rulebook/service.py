"""Use cases of the authority's rules for pages: each is one transaction, with the actor's roles read inside it.

A crash before the commit leaves nothing. After a confirmation the public files follow with the next publishing.
"""

import logging
from uuid import UUID

from issuer.access.accounts import actor_of
from issuer.access.roles import Actor
from issuer.instance import Instance, writing
from issuer.rulebook import proposing
from issuer.rulebook.proposing import Draft, State, Taken

log = logging.getLogger(__name__)


def draft(instance: Instance, actor: Actor, new: Draft) -> UUID:
    """Keep a draft; answers its id. Raises as `proposing.draft`."""
    with writing(instance) as work:
        made = proposing.draft(work, actor_of(work, actor.account_id), new)
    log.info("rules drafted document=%s", made)
    return made


def take(instance: Instance, actor: Actor, one: UUID, taken: Taken) -> State:
    """Take a step with a document. Raises as `proposing.take`."""
    with writing(instance) as work:
        state = proposing.take(work, actor_of(work, actor.account_id), one, taken)
    log.info("rules %s document=%s", state, one)
    return state
