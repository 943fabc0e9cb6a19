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
from issuer.instance import Instance, Transaction, writing
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
    """Take a step on each of several declarations: one that is refused stops no other. A crash leaves none of them done."""
    with writing(instance) as work:
        outcomes = take_each(work, actor_of(work, actor.account_id), steps)
    log.info("steps=%d refused=%d", len(outcomes), sum(one.refused is not None for one in outcomes))
    return outcomes


def take_each(work: Transaction, actor: Actor, steps: Sequence[tuple[UUID, Taken]]) -> list[Outcome]:
    """`take_many` inside the caller's transaction, each step under a savepoint of its own; answers in the order asked."""
    outcomes: dict[int, Outcome] = {}
    # In one order for everybody, so that two batches never wait for each other.
    for place, (one, taken) in sorted(enumerate(steps), key=lambda item: (item[1][0], item[0])):
        noted = len(work.events)
        try:
            with work.connection.begin_nested():
                outcomes[place] = Outcome(one, declarations.take(work, actor, one, taken))
        except (RegistrationError, NotAllowed, NotFound, FactsError) as refusal:
            del work.events[noted:]
            outcomes[place] = Outcome(one, None, refusal)
    return [outcomes[place] for place in range(len(steps))]
