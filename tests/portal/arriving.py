"""What is asked of the lines by which somebody new is entered and invited: other offices learn nothing and enter nobody."""

from collections.abc import Mapping

from tests.issuer.town import number
from tests.portal.asking import Line, Question, at, named
from tests.portal.jurisdiction import REVIEWER, VERIFIER, World
from tests.portal.moving import code

NEAR = frozenset({REVIEWER, VERIFIER, "administrator", "second-administrator"})
"""Whose business the school's people are before they have an account."""


def _newcomer(world: World) -> dict[str, str]:
    return {
        "name": "示例新人",
        "number": number(900),
        "unit": code(world.here, "local"),
        "first": "2026-03-02",
    }


def _called(world: World) -> dict[str, object]:
    document = {"idType": "resident_id", "number": number(901)}
    return {"document": document, **{name: _newcomer(world)[name] for name in ("name", "unit", "first")}}


ALIKE: Mapping[str, Question] = {"GET /people/new": Question("/people/new")}
LISTED: Mapping[str, Line] = {
    line: Line(at(line.partition(" ")[2], "newcomer"), NEAR) for line in ("GET /people", "GET /api/people")
}
NAMED: Mapping[str, Line] = {
    "POST /people/new": Line(
        lambda world: Question("/people/new", _newcomer(world), shows=""), NEAR, told=422
    ),
    "POST /api/people": Line(lambda world: Question("/api/people", _called(world), shows=""), NEAR, told=422),
    "POST /people/{person_id}/invitation": named(
        at("/people/{id}/invitation", "newcomer", body={"login": "somebody-new"}, shows="code"),
        *NEAR - {REVIEWER},
    ),
    "POST /api/people/{person_id}/invitation": named(
        at("/api/people/{id}/invitation", "newcomer", body={"login": "somebody-new"}, shows="code"),
        *NEAR - {REVIEWER},
    ),
}
