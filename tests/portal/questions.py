"""What is asked of each line of the permissions' table about one county's records, and whose business each is.

Every line stands in exactly one of three tables: `ALIKE`, where the role is all that counts since nobody's records can be
named; `LISTED`, where everybody in the role is answered, with their own alone; `NAMED`, where others are refused.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from issuer.registration.procedure import Step
from issuer.transfers.service import decide
from issuer.transfers.stepping import Taken
from tests.issuer.town import number, training
from tests.portal.jurisdiction import MARK, PERSON, REVIEWER, SENDER, VERIFIER, World
from tests.portal.moving import FIRST, code

TOP = frozenset({"administrator", "second-administrator", "inspector"})
SYSTEMS = TOP | {SENDER, "foreign-inspector"}
"""What registration systems sent is no county's: inspectors see it wherever they are."""
DUTIES = frozenset({REVIEWER, VERIFIER})
ALL = DUTIES | {PERSON}
DOCUMENT = {"idType": "resident_id", "number": number(0)}
"""The person of the county's school."""


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


def _named(ask: Ask, *whose: str, refused: int = 403) -> Line:
    return Line(ask, frozenset(whose), frozenset({403, 404, refused}))


def _at(path: str, sort: str, steps: int = 0, **more: object) -> Ask:
    """Look at a record of a sort that `World` makes; `{id}` in the path is it, and `{digest}` its proof."""

    def ask(world: World) -> Question:
        made = getattr(world, sort)
        one = (made(steps) if steps else made()) if callable(made) else made
        known = {"{id}": str(one), "{digest}": world.proof.digest, "{turn}": str(steps)}
        return Question(_put(path, known), **{name: _put(value, known) for name, value in more.items()})

    return ask


def _put(value: object, known: Mapping[str, str]) -> object:
    """Put what is known in place of its name, wherever it stands."""
    if isinstance(value, str):
        for name, its in known.items():
            value = value.replace(name, its)
        return value
    if isinstance(value, Mapping):
        return {_put(name, known): _put(each, known) for name, each in value.items()}
    return [_put(each, known) for each in value] if isinstance(value, list) else value


def _upload(world: World) -> Question:
    place = f"/api/declarations/{world.draft(proofs=())}/proofs/{world.proof.digest}"
    return Question(place, world.picture, shows="")


_DESK = {"seen": "{id}:{turn}", "do-{id}": "approve"}
_QUEUE = {"seen": "{id}:{turn}", "do-{id}": "register"}
_SERIES = {"name": "示例甲", "ending": number(0)[-4:], "year": "2020", "series": "会计", "words": MARK}
_ARCHIVE = {"name": "示例甲", "ending": number(0)[-4:], "year": "2026", "kind": "self_study"}
_STUDY = {"content": MARK, "outcome": "示例笔记", "hours": "8"}
_DEFERRAL = {"number": number(0), "year": "2026", "reason_code": "other", "due": "2027-12-31", "document_no": "甘示1号", "reason": MARK}  # fmt: skip


def _asks_for(login_number: int) -> Callable[[World], dict[str, str]]:
    return lambda world: {"number": number(login_number), "unit": code(world.here, "local"), "first": FIRST}


def _paper(world: World) -> Question:
    """A returned paper, filled in anew."""
    made = world.transfer()
    decide(
        world.here.instance, world.actor(REVIEWER), made, Taken(Step.RETURN, 1, reason="R02", words="少一位")
    )
    row = {"year": 2025, "unit": "hours", "amounts": {"public": 30}, "complete": True}
    words = {"region": "510000", "office": MARK, "documentNo": "示2", "movedOn": "2026-03-02"}
    return Question(f"/api/transfers/{made}/paper", words | {"years": [row], "proofs": []}, "2", "")


ALIKE: Mapping[str, Question] = {
    **{line: Question(line.partition(" ")[2]) for line in (
        "GET /", "GET /measure", "GET /sign-in", "POST /sign-in", "GET /sign-in/oidc", "GET /sign-in/oidc/callback",
        "GET /invitation", "POST /invitation", "POST /sign-out", "GET /account", "POST /account/password",
        "GET /affiliation/change", "POST /affiliation/change", "GET /affiliation/series", "POST /affiliation/series",
        "GET /changes/ask", "GET /changes/series", "GET /declare", "POST /declare", "GET /transfers/paper",
        "POST /transfers", "POST /transfers/paper", "POST /transfers/leaving", "GET /transfers/leaving/document",
        "GET /entries", "GET /offices", "GET /units", "GET /imports", "POST /imports",
        "POST /api/sessions", "DELETE /api/sessions/current", "GET /api/account", "PUT /api/account/password",
        "GET /api/account/tokens", "POST /api/account/tokens", "POST /api/transfers", "GET /api/affiliations",
        "GET /api/authorities", "GET /api/units", "GET /api/roles", "POST /api/oauth/token", "POST /api/imports", "POST /api/invitations",
        "POST /api/papers", "POST /api/papers/mapping", "GET /api/origins", "GET /api/leaving", "POST /api/leaving",
        "GET /api/leaving/document",
    )},
    "GET /language/{code}": Question("/language/zh"),
    "GET /static/{digest}/{name}": Question("/static/0/x.css"),
    "GET /year/{year}/document": Question("/year/2026/document"),
    "GET /api/years/{year}/document": Question("/api/years/2026/document"),
    "DELETE /api/account/tokens/{token_id}": Question("/api/account/tokens/999999"),
    "GET /api/origins/{region}": Question("/api/origins/440000"),
    "PUT /api/proofs/{digest}": Question("/api/proofs/0"),
    "POST /api/declarations": Question(
        "/api/declarations", {"title": "示例", "activity": training()}
    ),
}  # fmt: skip
LISTED: Mapping[str, Line] = {
    line: Line(ask, whose)
    for line, (ask, whose) in {
        "GET /year": (_at("/year", "draft", 1), frozenset({PERSON})),
        "GET /year/{year}": (_at("/year/2026", "draft", 1), frozenset({PERSON})),
        "GET /affiliation": (_at("/affiliation", "seen_change", shows="{id}"), frozenset({PERSON})),
        "GET /changes": (_at("/changes", "seen_change", shows="{id}"), ALL),
        "GET /transfers": (_at("/transfers", "seen_transfer"), frozenset({PERSON})),
        "GET /incoming": (_at("/incoming", "seen_transfer"), frozenset({REVIEWER})),
        "GET /inbox": (_at("/inbox", "draft", 1, shows="{id}"), frozenset({REVIEWER})),
        "GET /queue": (_at("/queue", "draft", 2, shows="{id}"), frozenset({VERIFIER})),
        "GET /archives": (_at("/archives", "archive"), frozenset({REVIEWER})),
        "GET /registered": (_at("/registered", "draft", 3, shows="{id}"), frozenset({VERIFIER})),
        "GET /entries/{kind}": (_at("/entries/deferral", "seen_entry"), frozenset({VERIFIER})),
        "GET /api/years/{year}": (_at("/api/years/2026", "draft", 1), frozenset({PERSON})),
        "GET /api/changes": (_at("/api/changes", "seen_change", shows="{id}"), ALL),
        "GET /api/declarations": (_at("/api/declarations", "draft"), frozenset({PERSON})),
        "POST /api/steps": (
            _at("/api/steps", "draft", 1, shows="employer_approved",
                body={"items": [{"declaration": "{id}", "turn": 1, "step": "approve"}]}),
            frozenset({REVIEWER}),
        ),
        "GET /api/inbox": (_at("/api/inbox", "draft", 1), frozenset({REVIEWER})),
        "GET /api/queue": (_at("/api/queue", "draft", 2), frozenset({VERIFIER})),
        "GET /api/archives": (_at("/api/archives?year=2026", "archive"), frozenset({REVIEWER})),
        "GET /api/registered": (_at("/api/registered", "draft", 3, shows="{id}"), frozenset({VERIFIER})),
        "GET /api/transfers": (_at("/api/transfers", "seen_transfer"), frozenset({PERSON})),
        "GET /api/incoming": (_at("/api/incoming", "seen_transfer"), frozenset({REVIEWER})),
        "GET /api/incoming/registered": (
            lambda world: Question("/api/incoming/registered", shows=world.transfer(2)), frozenset({VERIFIER})
        ),
        "GET /api/imports": (_at("/api/imports", "sending", shows="{id}"), SYSTEMS),
        "GET /api/entries": (_at("/api/entries", "seen_entry"), TOP | {VERIFIER}),
    }.items()
}  # fmt: skip
_PROOF = "/declarations/{id}/evidence/{digest}"
_PAPER = "/transfers/{id}/evidence/{digest}"
_CALLED = "/api/declarations/{id}"
NAMED: Mapping[str, Line] = {
    "GET /changes/{change_id}": _named(_at("/changes/{id}", "seen_change"), *ALL),
    "POST /changes/{change_id}": _named(
        _at("/changes/{id}", "change", body={"do": "agree", "turn": "0"}, shows=""), REVIEWER
    ),
    "POST /changes/ask": _named(
        lambda world: Question("/changes/ask", _asks_for(3)(world), shows=""), REVIEWER
    ),
    "POST /changes/series": _named(lambda _: Question("/changes/series", _SERIES, shows=""), REVIEWER),
    "GET /declarations/{declaration_id}": _named(_at("/declarations/{id}", "draft", 1), PERSON),
    "POST /declarations/{declaration_id}": _named(
        _at("/declarations/{id}", "draft", body={"do": "submit", "turn": "0", "true": "yes", "twin": "other"}, shows=""),
        PERSON,
    ),
    "POST /declarations/{declaration_id}/withdraw": _named(
        _at("/declarations/{id}/withdraw", "draft", 1, body={"turn": "1"}, shows=""), PERSON
    ),
    "POST /declarations/{declaration_id}/proofs": _named(
        _at("/declarations/{id}/proofs", "draft", body={"turn": "0", "drop": "{digest}"}, shows=""), PERSON
    ),
    "GET /declarations/{declaration_id}/evidence/{digest}": _named(_at(_PROOF, "draft", 2, shows=""), *ALL),
    "GET /declarations/{declaration_id}/evidence/{digest}/preview": _named(
        _at(f"{_PROOF}/preview", "draft", 1, shows=""), *ALL
    ),
    "GET /transfers/{transfer_id}": _named(_at("/transfers/{id}", "seen_transfer"), PERSON),
    "POST /transfers/{transfer_id}": _named(
        _at("/transfers/{id}", "transfer", body={"turn": "1"}, shows=""), PERSON
    ),
    "GET /transfers/{transfer_id}/evidence/{digest}": _named(_at(_PAPER, "seen_transfer", shows=""), *ALL),
    "GET /transfers/{transfer_id}/evidence/{digest}/preview": _named(
        _at(f"{_PAPER}/preview", "seen_transfer", shows=""), *ALL
    ),
    "GET /incoming/{transfer_id}": _named(_at("/incoming/{id}", "seen_transfer"), *DUTIES),
    "POST /incoming/{transfer_id}": _named(
        _at("/incoming/{id}", "transfer", body={"do": "approve", "how": "original", "turn": "1"}, shows=""), REVIEWER
    ),
    "GET /inbox/{group}": _named(_at("/inbox/{id}", "draft", 1), REVIEWER),
    "POST /inbox/{group}": _named(_at("/inbox/{id}", "draft", 1, body=_DESK, shows=""), REVIEWER),
    "GET /queue/{group}": _named(_at("/queue/{id}", "draft", 2), VERIFIER),
    "POST /queue/{group}": _named(_at("/queue/{id}", "draft", 2, body=_QUEUE, shows=""), VERIFIER),
    "POST /archives": _named(lambda _: Question("/archives", _ARCHIVE | _STUDY, shows=""), REVIEWER, refused=422),
    "POST /entries/{kind}": _named(lambda _: Question("/entries/deferral", _DEFERRAL, shows=""), VERIFIER),
    "POST /entries/{kind}/{entry_id}": _named(
        _at("/entries/deferral/{id}", "deferral", body={"do": "end", "end-reason": "录错"}, shows=""), VERIFIER
    ),
    "GET /registered/{declaration_id}": _named(_at("/registered/{id}", "draft", 3), VERIFIER),
    "POST /registered/{declaration_id}": _named(
        _at("/registered/{id}", "draft", 3, body={"turn": "3", "reason": "R02", "words": "示例"}, shows=""), VERIFIER
    ),
    "POST /api/changes": _named(
        lambda world: Question("/api/changes", {
            "kind": "employer", "unit": code(world.here, "local"), "first": FIRST,
            "document": {"idType": "resident_id", "number": number(5)},
        }, shows=""),
        REVIEWER,
    ),
    "GET /api/changes/{change_id}": _named(_at("/api/changes/{id}", "seen_change"), *ALL),
    "POST /api/changes/{change_id}/steps": _named(
        _at("/api/changes/{id}/steps", "change", body={"step": "agree"}, shows=""), REVIEWER
    ),
    "GET /api/declarations/{declaration_id}": _named(_at(_CALLED, "draft", 1), PERSON),
    "PUT /api/declarations/{declaration_id}": _named(
        _at(_CALLED, "draft", body={"title": "示例改", "activity": training()}, shows=""), PERSON
    ),
    "GET /api/declarations/{declaration_id}/preview": _named(
        _at(f"{_CALLED}/preview", "draft", 1, shows=""), PERSON
    ),
    "POST /api/declarations/{declaration_id}/steps": _named(
        _at(f"{_CALLED}/steps", "draft", 1, body={"step": "approve"}, match="1", shows=""), REVIEWER
    ),
    "PUT /api/declarations/{declaration_id}/proofs/{digest}": _named(_upload, PERSON),
    "DELETE /api/declarations/{declaration_id}/proofs/{digest}": _named(
        _at(f"{_CALLED}/proofs/{{digest}}", "draft", match="0", shows=""), PERSON
    ),
    "GET /api/declarations/{declaration_id}/proofs/{digest}": _named(
        _at(f"{_CALLED}/proofs/{{digest}}", "draft", 1, shows=""), *ALL
    ),
    "GET /api/declarations/{declaration_id}/proofs/{digest}/preview": _named(
        _at(f"{_CALLED}/proofs/{{digest}}/preview", "draft", 1, shows=""), *ALL
    ),
    "POST /api/archives": _named(
        lambda _: Question("/api/archives", {
            "document": DOCUMENT, "year": 2026, "kind": "individual", "content": MARK, "outcome": "示例", "hours": 8,
        }, shows=""),
        REVIEWER,
    ),
    "GET /api/registered/{declaration_id}": _named(_at("/api/registered/{id}", "draft", 3), VERIFIER),
    "GET /api/inbox/{group}": _named(_at("/api/inbox/{id}", "draft", 1), REVIEWER),
    "GET /api/queue/{group}": _named(_at("/api/queue/{id}", "draft", 2), VERIFIER),
    "GET /api/transfers/{transfer_id}": _named(_at("/api/transfers/{id}", "seen_transfer"), *ALL),
    "POST /api/transfers/{transfer_id}/steps": _named(
        _at("/api/transfers/{id}/steps", "transfer", body={"step": "approve", "how": "original"}, match="1", shows=""), REVIEWER
    ),
    "GET /api/transfers/{transfer_id}/proofs/{digest}": _named(
        _at("/api/transfers/{id}/proofs/{digest}", "seen_transfer", shows=""), *ALL
    ),
    "GET /api/transfers/{transfer_id}/proofs/{digest}/preview": _named(
        _at("/api/transfers/{id}/proofs/{digest}/preview", "seen_transfer", shows=""), *ALL
    ),
    "PUT /api/transfers/{transfer_id}/paper": _named(_paper, PERSON),
    "GET /api/imports/{sending_id}": _named(_at("/api/imports/{id}", "sending", shows=""), *SYSTEMS),
    "GET /api/imports/{sending_id}/faults": _named(_at("/api/imports/{id}/faults", "sending", shows=""), *SYSTEMS),
    "GET /api/imports/{sending_id}/receipt": Line(
        _at("/api/imports/{id}/receipt", "sending", shows=""), frozenset(SYSTEMS), told=409
    ),
    "POST /api/entries": _named(
        lambda world: Question("/api/entries", {
            "content": {"kind": "deferral", "year": 2025, "reason_code": "other", "due": "2026-12-31"},
            "documentNo": "甘示1号", "reason": MARK, "person": world.here.town.people["local unit"].id,
        }, shows=""),
        VERIFIER,
    ),
    "GET /api/entries/{entry_id}": _named(_at("/api/entries/{id}", "seen_entry"), VERIFIER, *TOP),
    "POST /api/entries/{entry_id}/confirmation": _named(
        _at("/api/entries/{id}/confirmation", "exam", match="proposed", shows=""), "second-administrator"
    ),
    "POST /api/entries/{entry_id}/end": _named(
        _at("/api/entries/{id}/end", "deferral", body={"reason": "录错"}, match="in_force", shows=""), VERIFIER
    ),
    "POST /api/people/lookups": _named(
        lambda _: Question("/api/people/lookups", DOCUMENT, shows="示例甲"), VERIFIER, *TOP - {"inspector"}
    ),
    "POST /api/people/{person_id}/number": _named(
        lambda world: Question(f"/api/people/{world.here.town.people['local unit'].id}/number",
                               {"reason": f"示例 {uuid4()}"}, shows=number(0)),
        VERIFIER, *TOP - {"inspector"},
    ),
}  # fmt: skip
