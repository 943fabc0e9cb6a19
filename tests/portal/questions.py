"""What is asked of each line of the permissions' table about one county's records, and whose business each is.

Every line stands in exactly one of three tables: `ALIKE`, where the role is all that counts since nobody's records can be
named; `LISTED`, where everybody in the role is answered, with their own alone; `NAMED`, where others are refused.
"""

from collections.abc import Callable, Mapping
from uuid import uuid4

from issuer.registration.procedure import Step
from issuer.transfers.service import decide
from issuer.transfers.stepping import Taken
from tests.issuer.town import number, training
from tests.portal import arriving, doors, inspecting, ruling
from tests.portal.asking import Line, Question, at, named, this_year
from tests.portal.jurisdiction import MARK, PERSON, REVIEWER, VERIFIER, World
from tests.portal.moving import FIRST, code

TOP = frozenset({"administrator", "second-administrator", "inspector"})
NUMBERS = TOP - {"inspector"} | {VERIFIER}
"""Who may look at the number of the county's person."""
DUTIES = frozenset({REVIEWER, VERIFIER})
ALL = DUTIES | {PERSON}
DOCUMENT = {"idType": "resident_id", "number": number(0)}
"""The person of the county's school."""


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


def _held(world: World, path: str) -> Question:
    """A held import, decided as its page and its call want it."""
    one = world.held()
    decision: dict[str, object] = {"take": "declared", "words": "示例"}
    page = not path.startswith("/api/")
    body = decision | {"seen": one.seen} if page else decision
    return Question(path.replace("{id}", str(one.id)), body, one.seen, "")


def _number(world: World) -> str:
    return f"/people/{world.here.town.people['local unit'].id}/number"


ALIKE: Mapping[str, Question] = {
    **arriving.ALIKE,
    **inspecting.ALIKE,
    **ruling.ALIKE,
    **{line: Question(line.partition(" ")[2]) for line in (
        "GET /", "GET /measure", "GET /sign-in", "POST /sign-in", "GET /sign-in/oidc", "GET /sign-in/oidc/callback",
        "GET /invitation", "POST /invitation", "POST /sign-out", "GET /account", "POST /account/password",
        "GET /affiliation/change", "POST /affiliation/change", "GET /affiliation/series", "POST /affiliation/series",
        "GET /changes/ask", "GET /changes/series", "GET /declare", "POST /declare", "GET /transfers/paper",
        "POST /transfers", "POST /transfers/paper", "POST /transfers/leaving", "GET /transfers/leaving/document",
        "GET /entries", "GET /people/find", "GET /offices", "GET /units", "GET /imports", "POST /imports",
        "POST /api/sessions", "DELETE /api/sessions/current", "GET /api/account", "PUT /api/account/password",
        "GET /api/account/tokens", "POST /api/account/tokens", "POST /api/transfers", "GET /api/affiliations",
        "GET /api/authorities", "GET /api/units", "GET /api/roles", "POST /api/oauth/token", "POST /api/imports", "POST /api/imports/trials", "POST /api/invitations",
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
    **arriving.LISTED,
    **doors.LISTED,
    **inspecting.LISTED,
    **ruling.LISTED,
} | {
    line: Line(ask, whose)
    for line, (ask, whose) in {
        "GET /year": (this_year, frozenset({PERSON})),
        "GET /year/{year}": (at("/year/2026", "draft", 1), frozenset({PERSON})),
        "GET /affiliation": (at("/affiliation", "seen_change", shows="{id}"), frozenset({PERSON})),
        "GET /changes": (at("/changes", "seen_change", shows="{id}"), ALL),
        "GET /transfers": (at("/transfers", "seen_transfer"), frozenset({PERSON})),
        "GET /incoming": (at("/incoming", "seen_transfer"), frozenset({REVIEWER})),
        "GET /inbox": (at("/inbox", "draft", 1, shows="{id}"), frozenset({REVIEWER})),
        "GET /queue": (at("/queue", "draft", 2, shows="{id}"), frozenset({VERIFIER})),
        "GET /archives": (at("/archives?year=2026", "archive"), frozenset({REVIEWER})),
        "GET /registered": (at("/registered", "draft", 3, shows="{id}"), frozenset({VERIFIER})),
        "GET /held": (at("/held", "seen_held", shows="{id}"), frozenset({VERIFIER})),
        "GET /entries/{kind}": (at("/entries/deferral", "seen_entry"), frozenset({VERIFIER})),
        "GET /api/years/{year}": (at("/api/years/2026", "draft", 1), frozenset({PERSON})),
        "GET /api/changes": (at("/api/changes", "seen_change", shows="{id}"), ALL),
        "GET /api/declarations": (at("/api/declarations", "draft"), frozenset({PERSON})),
        "POST /api/steps": (
            at("/api/steps", "draft", 1, shows="employer_approved",
                body={"items": [{"declaration": "{id}", "turn": 1, "step": "approve"}]}),
            frozenset({REVIEWER}),
        ),
        "GET /api/inbox": (at("/api/inbox", "draft", 1), frozenset({REVIEWER})),
        "GET /api/queue": (at("/api/queue", "draft", 2), frozenset({VERIFIER})),
        "GET /api/archives": (at("/api/archives?year=2026", "archive"), frozenset({REVIEWER})),
        "GET /api/registered": (at("/api/registered", "draft", 3, shows="{id}"), frozenset({VERIFIER})),
        "GET /api/transfers": (at("/api/transfers", "seen_transfer"), frozenset({PERSON})),
        "GET /api/incoming": (at("/api/incoming", "seen_transfer"), frozenset({REVIEWER})),
        "GET /api/incoming/registered": (
            lambda world: Question("/api/incoming/registered", shows=world.transfer(2)), frozenset({VERIFIER})
        ),
        "GET /api/incoming/gone": (
            lambda world: Question("/api/incoming/gone", shows=world.transfer_gone()), frozenset({VERIFIER})
        ),
        "GET /api/held-imports": (at("/api/held-imports", "seen_held", shows="{id}"), frozenset({VERIFIER})),
        "GET /api/entries/choices/{sort}": (
            lambda world: Question("/api/entries/choices/unit?find=示例县", shows=code(world.here, "local")), NUMBERS - {VERIFIER}
        ),
        "GET /api/entries": (at("/api/entries", "seen_entry"), TOP | {VERIFIER}),
    }.items()
}  # fmt: skip
_PROOF = "/declarations/{id}/evidence/{digest}"
_PAPER = "/transfers/{id}/evidence/{digest}"
_CALLED = "/api/declarations/{id}"
NAMED: Mapping[str, Line] = {
    **arriving.NAMED,
    **doors.NAMED,
    **inspecting.NAMED,
    **ruling.NAMED,
    "GET /changes/{change_id}": named(at("/changes/{id}", "seen_change"), *ALL),
    "POST /changes/{change_id}": named(
        at("/changes/{id}", "change", body={"do": "agree", "turn": "0"}, shows=""), REVIEWER
    ),
    "GET /changes/{change_id}/evidence/{digest}": named(
        at("/changes/{id}/evidence/{digest}", "seen_change", shows=""), *ALL
    ),
    "GET /changes/{change_id}/evidence/{digest}/preview": named(
        at("/changes/{id}/evidence/{digest}/preview", "seen_change", shows=""), *ALL
    ),
    "POST /changes/ask": named(
        lambda world: Question("/changes/ask", _asks_for(3)(world), shows=""), REVIEWER
    ),
    "POST /changes/series": named(lambda _: Question("/changes/series", _SERIES, shows=""), REVIEWER),
    "GET /declarations/{declaration_id}": named(at("/declarations/{id}", "draft", 1), PERSON),
    "POST /declarations/{declaration_id}": named(
        at("/declarations/{id}", "draft", body={"do": "submit", "turn": "0", "true": "yes", "twin": "other"}, shows=""),
        PERSON,
    ),
    "POST /declarations/{declaration_id}/withdraw": named(
        at("/declarations/{id}/withdraw", "draft", 1, body={"turn": "1"}, shows=""), PERSON
    ),
    "POST /declarations/{declaration_id}/proofs": named(
        at("/declarations/{id}/proofs", "draft", body={"turn": "0", "drop": "{digest}"}, shows=""), PERSON
    ),
    "GET /declarations/{declaration_id}/evidence/{digest}": named(at(_PROOF, "draft", 2, shows=""), *ALL),
    "GET /declarations/{declaration_id}/evidence/{digest}/preview": named(
        at(f"{_PROOF}/preview", "draft", 1, shows=""), *ALL
    ),
    "GET /transfers/{transfer_id}": named(at("/transfers/{id}", "seen_transfer"), PERSON),
    "POST /transfers/{transfer_id}": named(
        at("/transfers/{id}", "transfer", body={"turn": "1"}, shows=""), PERSON
    ),
    "GET /transfers/{transfer_id}/evidence/{digest}": named(at(_PAPER, "seen_transfer", shows=""), *ALL),
    "GET /transfers/{transfer_id}/evidence/{digest}/preview": named(
        at(f"{_PAPER}/preview", "seen_transfer", shows=""), *ALL
    ),
    "GET /incoming/{transfer_id}": named(at("/incoming/{id}", "seen_transfer"), *DUTIES),
    "POST /incoming/{transfer_id}": named(
        at("/incoming/{id}", "transfer", body={"do": "approve", "how": "original", "turn": "1"}, shows=""), REVIEWER
    ),
    "GET /inbox/{group}": named(at("/inbox/{id}", "draft", 1), REVIEWER),
    "POST /inbox/{group}": named(at("/inbox/{id}", "draft", 1, body=_DESK, shows=""), REVIEWER),
    "GET /queue/{group}": named(at("/queue/{id}", "draft", 2), VERIFIER),
    "POST /queue/{group}": named(at("/queue/{id}", "draft", 2, body=_QUEUE, shows=""), VERIFIER),
    "POST /archives": named(lambda _: Question("/archives", _ARCHIVE | _STUDY, shows=""), REVIEWER, refused=422),
    "POST /entries/{kind}": named(lambda _: Question("/entries/deferral", _DEFERRAL, shows=""), VERIFIER),
    "POST /entries/{kind}/{entry_id}": named(
        at("/entries/deferral/{id}", "deferral", body={"do": "end", "end-reason": "录错"}, shows=""), VERIFIER
    ),
    "POST /held/{held_id}": named(lambda world: _held(world, "/held/{id}"), VERIFIER),
    "GET /registered/{declaration_id}": named(at("/registered/{id}", "draft", 3), VERIFIER),
    "POST /registered/{declaration_id}": named(
        at("/registered/{id}", "draft", 3, body={"turn": "3", "reason": "R02", "words": "示例"}, shows=""), VERIFIER
    ),
    "POST /api/changes": named(
        lambda world: Question("/api/changes", {
            "kind": "employer", "unit": code(world.here, "local"), "first": FIRST,
            "document": {"idType": "resident_id", "number": number(5)},
        }, shows=""),
        REVIEWER,
    ),
    "GET /api/changes/{change_id}": named(at("/api/changes/{id}", "seen_change"), *ALL),
    "POST /api/changes/{change_id}/steps": named(
        at("/api/changes/{id}/steps", "change", body={"step": "agree"}, shows=""), REVIEWER
    ),
    "GET /api/changes/{change_id}/proofs/{digest}": named(
        at("/api/changes/{id}/proofs/{digest}", "seen_change", shows=""), *ALL
    ),
    "GET /api/changes/{change_id}/proofs/{digest}/preview": named(
        at("/api/changes/{id}/proofs/{digest}/preview", "seen_change", shows=""), *ALL
    ),
    "GET /api/declarations/{declaration_id}": named(at(_CALLED, "draft", 1), PERSON),
    "PUT /api/declarations/{declaration_id}": named(
        at(_CALLED, "draft", body={"title": "示例改", "activity": training()}, shows=""), PERSON
    ),
    "GET /api/declarations/{declaration_id}/preview": named(
        at(f"{_CALLED}/preview", "draft", 1, shows=""), PERSON
    ),
    "POST /api/declarations/{declaration_id}/steps": named(
        at(f"{_CALLED}/steps", "draft", 1, body={"step": "approve"}, match="1", shows=""), REVIEWER
    ),
    "PUT /api/declarations/{declaration_id}/proofs/{digest}": named(_upload, PERSON),
    "DELETE /api/declarations/{declaration_id}/proofs/{digest}": named(
        at(f"{_CALLED}/proofs/{{digest}}", "draft", match="0", shows=""), PERSON
    ),
    "GET /api/declarations/{declaration_id}/proofs/{digest}": named(
        at(f"{_CALLED}/proofs/{{digest}}", "draft", 1, shows=""), *ALL
    ),
    "GET /api/declarations/{declaration_id}/proofs/{digest}/preview": named(
        at(f"{_CALLED}/proofs/{{digest}}/preview", "draft", 1, shows=""), *ALL
    ),
    "POST /api/archives": named(
        lambda _: Question("/api/archives", {
            "document": DOCUMENT, "year": 2026, "kind": "individual", "content": MARK, "outcome": "示例", "hours": 8,
        }, shows=""),
        REVIEWER,
    ),
    "GET /api/registered/{declaration_id}": named(at("/api/registered/{id}", "draft", 3), VERIFIER),
    "GET /api/inbox/{group}": named(at("/api/inbox/{id}", "draft", 1), REVIEWER),
    "GET /api/queue/{group}": named(at("/api/queue/{id}", "draft", 2), VERIFIER),
    "GET /api/transfers/{transfer_id}": named(at("/api/transfers/{id}", "seen_transfer"), *ALL),
    "POST /api/transfers/{transfer_id}/steps": named(
        at("/api/transfers/{id}/steps", "transfer", body={"step": "approve", "how": "original"}, match="1", shows=""), REVIEWER
    ),
    "GET /api/transfers/{transfer_id}/proofs/{digest}": named(
        at("/api/transfers/{id}/proofs/{digest}", "seen_transfer", shows=""), *ALL
    ),
    "GET /api/transfers/{transfer_id}/proofs/{digest}/preview": named(
        at("/api/transfers/{id}/proofs/{digest}/preview", "seen_transfer", shows=""), *ALL
    ),
    "PUT /api/transfers/{transfer_id}/paper": named(_paper, PERSON),
    "GET /api/held-imports/{held_id}": named(at("/api/held-imports/{id}", "seen_held"), VERIFIER),
    "POST /api/held-imports/{held_id}/decision": named(
        lambda world: _held(world, "/api/held-imports/{id}/decision"), VERIFIER
    ),
    "POST /api/entries": named(
        lambda world: Question("/api/entries", {
            "content": {"kind": "deferral", "year": 2025, "reason_code": "other", "due": "2026-12-31"},
            "documentNo": "甘示1号", "reason": MARK, "person": world.here.town.people["local unit"].id,
        }, shows=""),
        VERIFIER,
    ),
    "GET /api/entries/{entry_id}": named(at("/api/entries/{id}", "seen_entry"), VERIFIER, *TOP),
    "POST /api/entries/{entry_id}/confirmation": named(
        at("/api/entries/{id}/confirmation", "exam", match="proposed", shows=""), "second-administrator"
    ),
    "POST /api/entries/{entry_id}/end": named(
        at("/api/entries/{id}/end", "deferral", body={"reason": "录错"}, match="in_force", shows=""), VERIFIER
    ),
    "POST /people/find": named(lambda _: Question("/people/find", {"number": number(0)}, shows=""), *NUMBERS),
    "GET /people/{person_id}/number": named(lambda world: Question(_number(world), shows="示例甲"), *NUMBERS),
    "POST /people/{person_id}/number": named(
        lambda world: Question(_number(world), {"reason": f"示例 {uuid4()}"}, shows=number(0)), *NUMBERS
    ),
    "POST /api/people/lookups": named(
        lambda _: Question("/api/people/lookups", DOCUMENT, shows="示例甲"), *NUMBERS
    ),
    "POST /api/people/{person_id}/number": named(
        lambda world: Question(f"/api{_number(world)}", {"reason": f"示例 {uuid4()}"}, shows=number(0)), *NUMBERS
    ),
}  # fmt: skip
