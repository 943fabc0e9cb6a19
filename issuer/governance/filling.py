"""A form of an entry as it is filled in: whom it is about, what was chosen, and what there is to choose from. Only reads."""

from collections.abc import Mapping
from dataclasses import dataclass

from issuer.access.errors import NotAllowed
from issuer.access.roles import Actor
from issuer.errors import NotFound
from issuer.governance.choosing import MOST, Match, find
from issuer.governance.forms import Field, KindForm
from issuer.instance import Instance
from issuer.personnel.numbers import Known, read_known
from issuer.registration.errors import StepRefused

FIND, PERSON = "find-", "person"
"""Before the name of a field: what was typed to find it. And the field of whom an entry is about."""


@dataclass(frozen=True)
class Offer:
    """What one field may be chosen from; `more`: not all that match; `looked`: whether anything was looked for."""

    matches: tuple[Match, ...]
    more: bool
    looked: bool


def known_of(instance: Instance, actor: Actor, values: Mapping[str, str]) -> Known | None:
    """Whom the form is about, if it is anybody of the actor's office."""
    text = values.get(PERSON, "")
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        return None
    try:
        return read_known(instance, actor, int(text))
    except (NotFound, NotAllowed):
        return None


def settle(instance: Instance, actor: Actor, form: KindForm, values: Mapping[str, str]) -> dict[str, str]:
    """The form's fields with what was looked for and is exactly one thing's code, such as a login typed in full.

    Raises:
        StepRefused: something was looked for, and nothing chosen.
    """
    settled, person = dict(values), _whose(instance, actor, values)
    for field in _sought(form):
        words = values.get(FIND + field.name, "").strip()
        if words and not values.get(field.name):
            exact = _exact(instance, actor, field, words, person)
            if exact is None and not field.free:
                raise StepRefused(f"请在“{field.zh}”里选定一个 choose one under “{field.en}”")
            settled[field.name] = words if exact is None else exact.value
    return settled


def offers(instance: Instance, actor: Actor, form: KindForm, values: Mapping[str, str]) -> dict[str, Offer]:
    """What each field may be chosen from, with what is chosen already."""
    made, person = {}, _whose(instance, actor, values)
    for field in _sought(form):
        words, chosen = values.get(FIND + field.name, "").strip(), values.get(field.name, "")
        found = find(instance, actor, field.seek, words, person)
        if chosen and all(one.value != chosen for one in found):
            exact = _exact(instance, actor, field, chosen, person)
            found = [exact, *found] if exact is not None else found
        made[field.name] = Offer(tuple(found[:MOST]), len(found) > MOST, bool(words))
    return made


def _whose(instance: Instance, actor: Actor, values: Mapping[str, str]) -> int | None:
    known = known_of(instance, actor, values)
    return None if known is None else known.id


def _exact(instance: Instance, actor: Actor, field: Field, text: str, person: int | None) -> Match | None:
    """What has just this code."""
    its = [
        one for one in find(instance, actor, field.seek, text, person) if text.lower() == one.value.lower()
    ]
    return its[0] if len(its) == 1 else None


def _sought(form: KindForm) -> list[Field]:
    return [field for field in form.fields if field.seek]
