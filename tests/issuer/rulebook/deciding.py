"""Documents as administrators bring them, and the steps that two of them take."""

from typing import Any
from uuid import UUID

from issuer.access.roles import Actor
from issuer.instance import Instance
from issuer.rulebook import service
from issuer.rulebook.proposing import Draft, State, Step, Taken
from tests.issuer.registration.office import Office
from tests.rules.documents import NOTE, bytes_of

NO, WHY = "甘人社示〔2026〕3号", "示例理由"
FLOOR = NOTE | {"id": "public-floor", "from": "2026-01-01", "decided_on": "2025-12-20"}
"""From 2026 on, a floor of thirty public hours: whoever has professional hours alone is no longer complete."""
ENDING = {
    "ends": "public-floor@1.0.0",
    "last": "2026-06-30",
    "document": "示例2号",
    "decided_on": "2026-06-01",
    "text": {"zh": "不再适用", "en": "no longer"},
}


def drafted(instance: Instance, actor: Actor, document: Any) -> UUID:
    text = document if isinstance(document, bytes) else bytes_of(document)
    return service.draft(instance, actor, Draft(text, NO, WHY))


def step(  # noqa: PLR0917 - as a sentence
    instance: Instance, actor: Actor, one: UUID, what: Step, seen: State, words: str = ""
) -> State:
    return service.take(instance, actor, one, Taken(what, seen, words=words))


def proposed(instance: Instance, actor: Actor, document: Any) -> UUID:
    made = drafted(instance, actor, document)
    assert step(instance, actor, made, Step.PROPOSE, State.DRAFT) is State.PROPOSED
    return made


def in_force(office: Office, document: Any) -> UUID:
    """What one administrator proposed and another confirmed."""
    made = proposed(office.instance, office.admin, document)
    step(office.instance, office.other_admin, made, Step.CONFIRM, State.PROPOSED)
    return made
