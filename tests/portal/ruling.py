"""What is asked of the lines of the rules: everybody who is signed in reads what is in force, the province's administrators decide."""

from collections.abc import Callable, Mapping
from uuid import UUID, uuid4

from issuer.rulebook import service
from issuer.rulebook.proposing import Draft, State, Step, Taken
from issuer.rulebook.reading import read_one
from tests.portal.asking import Line, Question, named
from tests.portal.jurisdiction import INSPECTOR, MARK, World
from tests.rules.documents import NOTE, bytes_of

ADMIN, SECOND = "administrator", "second-administrator"
TOP = frozenset({ADMIN, SECOND, INSPECTOR})
GANSU = "gs-2023-03-31@1.0.0"


def far(**changes: str) -> dict[str, object]:
    """A note of its own that speaks when all this is over."""
    note = {**NOTE, "id": f"note-{uuid4().hex[:12]}", "parameter": "public_hint", "from": "2090-01-01"}
    return note | {"value": "31"} | changes


def proposal(world: World) -> UUID:
    """A note that one administrator proposed."""
    one = world.actor(ADMIN)
    made = service.draft(world.here.instance, one, Draft(bytes_of(far()), "甘示〔2026〕5号", MARK))
    service.take(world.here.instance, one, made, Taken(Step.PROPOSE, State.DRAFT))
    return made


def _looked_at(path: str, shows: str = MARK) -> Callable[[World], Question]:
    return lambda world: Question(path.format(id=proposal(world)), shows=shows)


def _confirmed(world: World, path: str, step: str) -> Question:
    made = proposal(world)
    digest = read_one(world.here.instance, world.actor(SECOND), made).document.sha256
    body: dict[str, object] = {step: "confirm", "sha256": digest}
    if not path.startswith("/api/"):
        body["seen"] = "proposed"
    return Question(path.format(id=made), body, "proposed", "")


def form() -> dict[str, str]:
    """The fields of the form for a note."""
    note = far()
    fields = {
        name: str(note[name]) for name in ("id", "version", "pack", "parameter", "from", "value", "authority")
    }
    words = {"zh": "公需科目提示 31 学时", "en": "a hint below 31 public hours", "decided_on": "2026-06-01"}
    return {"what": "note", **fields, **words, "document_no": "甘示〔2026〕5号", "reason": MARK}


ALIKE: Mapping[str, Question] = {
    "GET /rules/packs/{key}": Question(f"/rules/packs/{GANSU}"),
    "GET /rules/propose": Question("/rules/propose"),
    "GET /api/rules/in-force": Question("/api/rules/in-force"),
    "GET /api/rules/packs/{key}": Question(f"/api/rules/packs/{GANSU}"),
}
LISTED: Mapping[str, Line] = {
    "GET /rules": Line(_looked_at("/rules"), TOP),
    "GET /rules/documents": Line(_looked_at("/rules/documents"), TOP),
    "GET /api/rules": Line(_looked_at("/api/rules"), TOP),
}
NAMED: Mapping[str, Line] = {
    "POST /rules/propose": named(lambda _: Question("/rules/propose", form(), shows=""), ADMIN, SECOND),
    "GET /rules/documents/{document_id}": named(_looked_at("/rules/documents/{id}"), *TOP),
    "POST /rules/documents/{document_id}": named(
        lambda world: _confirmed(world, "/rules/documents/{id}", "do"), SECOND
    ),
    "POST /api/rules": named(
        lambda _: Question(
            "/api/rules",
            {"text": bytes_of(far()).decode(), "documentNo": "甘示5号", "reason": MARK},
            shows="",
        ),
        ADMIN,
        SECOND,
    ),
    "GET /api/rules/{document_id}": named(_looked_at("/api/rules/{id}"), *TOP),
    "GET /api/rules/{document_id}/effect": named(_looked_at("/api/rules/{id}/effect", "figures"), *TOP),
    "POST /api/rules/{document_id}/steps": named(
        lambda world: _confirmed(world, "/api/rules/{id}/steps", "step"), SECOND
    ),
}
