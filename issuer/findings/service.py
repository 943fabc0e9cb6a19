"""Use cases of findings for pages: each is one transaction, with the actor's roles read inside it.

A crash before the commit leaves nothing: no finding and no step without its ledger entry.
"""

import logging
from uuid import UUID

from issuer.access.accounts import actor_of
from issuer.access.roles import Actor
from issuer.findings import recording
from issuer.findings.recording import NewFinding, Taken
from issuer.findings.way import State
from issuer.instance import Instance, writing

log = logging.getLogger(__name__)


def write(instance: Instance, actor: Actor, new: NewFinding) -> UUID:
    """Write a finding. Raises as `recording.write`."""
    with writing(instance) as work:
        made = recording.write(work, actor_of(work, actor.account_id), new)
    log.info("finding=%s about=%s", made, new.about.sort)
    return made


def take(instance: Instance, actor: Actor, one: UUID, taken: Taken) -> State:
    """Take one step. Raises as `recording.take`."""
    with writing(instance) as work:
        state = recording.take(work, actor_of(work, actor.account_id), one, taken)
    log.info("finding=%s step=%s state=%s", one, taken.step, state)
    return state
