"""How a line of the permissions' table is asked about one county's records, and whose business it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.portal.jurisdiction import MARK, World


@dataclass(frozen=True)
class Question:
    """One request: a form's fields for a page, JSON for a call."""

    path: str
    body: Mapping[str, object] | bytes = field(default_factory=dict)
    match: object = "0"
    shows: object = MARK
    """What the answer has for those whose business it is, and for nobody else."""


Ask = Callable[[World], Question]


@dataclass(frozen=True)
class Line:
    """How to ask, anew for each line, and whose business it is. `refused`: what the others may be told."""

    ask: Ask
    whose: frozenset[str]
    refused: frozenset[int] = frozenset({403, 404})
    told: int = 200
    """What those whose business it is are told, where it is no success: there is nothing there yet."""


def named(ask: Ask, *whose: str, refused: int = 403) -> Line:
    return Line(ask, frozenset(whose), frozenset({403, 404, refused}))


def at(path: str, sort: str, steps: int = 0, **more: object) -> Ask:
    """Look at a record of a sort that `World` makes; `{id}` in the path is it, and `{digest}` its proof."""

    def ask(world: World) -> Question:
        made = getattr(world, sort)
        one = (made(steps) if steps else made()) if callable(made) else made
        known = {"{id}": str(one), "{digest}": world.proof.digest, "{turn}": str(steps)}
        return Question(_put(path, known), **{name: _put(value, known) for name, value in more.items()})

    return ask


def this_year(world: World) -> Question:
    """The page of the present year, with a declaration of the present day."""
    day = str(world.here.instance.today())
    world.draft(1, schedule=[{"from": day, "to": day, "unit": "full_day"}])
    return Question("/year")


def _put(value: object, known: Mapping[str, str]) -> object:
    """Put what is known in place of its name, wherever it stands."""
    if isinstance(value, str):
        for name, its in known.items():
            value = value.replace(name, its)
        return value
    if isinstance(value, Mapping):
        return {_put(name, known): _put(each, known) for name, each in value.items()}
    return [_put(each, known) for each in value] if isinstance(value, list) else value
