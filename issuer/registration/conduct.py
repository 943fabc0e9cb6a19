"""Use cases of the way of a declaration, for pages and programs alike. Each is one transaction.

The actor's roles are read inside that transaction: a role withdrawn a second ago no longer counts. A crash before the
commit leaves the declaration as it was.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from issuer.access.accounts import actor_of
from issuer.access.errors import NotAllowed
from issuer.access.roles import Actor
from issuer.errors import NotFound
from issuer.evidence.proof import Proof
from issuer.evidence.service import attach
from issuer.instance import Instance, writing
from issuer.people.service import Person
from issuer.registration import archives, declarations, proving
from issuer.registration.archives import NewArchive
from issuer.registration.declarations import Draft, Taken
from issuer.registration.errors import RegistrationError
from issuer.registration.proving import Change
from rules.activity import Status
from rules.errors import FactsError

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """What became of one declaration of a batch: its new state, or why nothing was done."""

    id: UUID
    state: Status | None
    refused: RegistrationError | NotAllowed | NotFound | FactsError | None = None


def draft(instance: Instance, person: Person, new: Draft, proofs: Sequence[Proof] = ()) -> UUID:
    """Keep a draft with its proofs; answers its id. Raises as `declarations.draft` and `evidence.service.attach`."""
    with writing(instance) as work:
        made = declarations.draft(work, person, new)
        attach(work, made, proofs)
    log.info("drafted declaration=%s", made)
    return made


def revise(instance: Instance, actor: Actor, one: UUID, turn: int, new: Draft) -> None:
    """Fill a draft or returned declaration in anew. Raises as `declarations.revise`."""
    with writing(instance) as work:
        declarations.revise(work, actor_of(work, actor.account_id), one, turn, new)
    log.info("revised declaration=%s", one)


def change_proofs(instance: Instance, actor: Actor, one: UUID, turn: int, change: Change) -> None:
    """Add proofs to one's own declaration, or take some away. Raises as `proving.change_proofs`."""
    with writing(instance) as work:
        proving.change_proofs(work, actor_of(work, actor.account_id), one, turn, change)
    log.info("changed proofs of declaration=%s", one)


def take(instance: Instance, actor: Actor, one: UUID, taken: Taken) -> Status:
    """Take one step. Raises as `declarations.take`."""
    with writing(instance) as work:
        state = declarations.take(work, actor_of(work, actor.account_id), one, taken)
    log.info("step=%s declaration=%s state=%s", taken.step, one, state)
    return state


def build_archive(instance: Instance, actor: Actor, new: NewArchive) -> UUID:
    """Keep a learning archive. Raises as `archives.build`."""
    with writing(instance) as work:
        made = archives.build(work, actor_of(work, actor.account_id), new)
    log.info("built archive=%s", made)
    return made


def take_many(instance: Instance, actor: Actor, steps: Sequence[tuple[UUID, Taken]]) -> list[Outcome]:
    """Take a step on each of several declarations, each in its own transaction: one that is refused stops no other.

    A crash leaves those done that were done; asking again is told so for each of them.
    """
    outcomes = []
    for one, taken in steps:
        try:
            outcomes.append(Outcome(one, take(instance, actor, one, taken)))
        except (RegistrationError, NotAllowed, NotFound, FactsError) as refusal:
            outcomes.append(Outcome(one, None, refusal))
    return outcomes
