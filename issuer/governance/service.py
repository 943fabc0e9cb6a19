"""Use cases of authorities' entries for pages: each is one transaction, with the actor's roles read inside it.

A crash before the commit leaves nothing. After a revocation the public status lists follow with the next publishing.
"""

import logging
from uuid import UUID

from issuer.access.accounts import actor_of
from issuer.access.roles import Actor
from issuer.governance import entering
from issuer.governance.entering import Entering
from issuer.instance import Instance, writing

log = logging.getLogger(__name__)


def enter(instance: Instance, actor: Actor, new: Entering) -> UUID:
    """Enter it. Raises as `entering.enter`."""
    with writing(instance) as work:
        made = entering.enter(work, actor_of(work, actor.account_id), new)
    log.info("entered kind=%s entry=%s", new.body.kind, made)
    return made


def confirm(instance: Instance, actor: Actor, one: UUID) -> str | None:
    """Confirm it as the second person; answers what is told once. Raises as `entering.confirm`."""
    with writing(instance) as work:
        told = entering.confirm(work, actor_of(work, actor.account_id), one)
    log.info("confirmed entry=%s", one)
    return told


def end(instance: Instance, actor: Actor, one: UUID, reason: str) -> None:
    """End it, or take a proposal back. Raises as `entering.end`."""
    with writing(instance) as work:
        entering.end(work, actor_of(work, actor.account_id), one, reason)
    log.info("ended entry=%s", one)
