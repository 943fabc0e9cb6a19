"""Documents of the authority's rules on their way: drafted, proposed, then put in force or refused by another person.

Until it is proposed, a draft is its author's alone and no part of any record. From then on each step is a governance entry
of the ledger with the text's digest, and the text is never changed: another follows it, or an ending. The caller opens the
transaction. Steps go one after another, so that of two at the same moment the second sees the first.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from issuer.access.roles import Actor, Role
from issuer.acts import Act, governance_act, note_act
from issuer.errors import NotFound
from issuer.instance import SHANGHAI, Transaction
from issuer.people.affiliation import Place
from issuer.people.units import root_of
from issuer.registration.errors import Overtaken, SamePerson, StepRefused
from issuer.rulebook.documents import Kind, Proposed, read_document, refused, with_more
from issuer.rulebook.loading import IN_FORCE
from issuer.rulebook.tables import rule_document
from rules.library import Library

_ONE_AFTER_ANOTHER = 0x5275_6C65
"""The lock under which documents are decided on; any number of our own."""


class State(StrEnum):
    """Where a document stands."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    IN_FORCE = IN_FORCE
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Step(StrEnum):
    """What is done with a document."""

    PROPOSE = "propose"
    CONFIRM = "confirm"
    REJECT = "reject"
    WITHDRAW = "withdraw"


@dataclass(frozen=True)
class Draft:
    """A document as somebody brings it: its text, on which document (文号) and for what reason."""

    text: bytes
    document_no: str
    reason: str


@dataclass(frozen=True)
class Taken:
    """A step, by the state and the digest that the actor saw; `words` where it needs a reason."""

    step: Step
    seen: str
    digest: bytes | None = None
    words: str = ""


def draft(work: Transaction, actor: Actor, new: Draft) -> UUID:
    """Keep a draft that holds together with the rules in force; answers its id. It takes the place of the author's earlier one of that name.

    Raises:
        NotAllowed: not an administrator of the province.
        StepRefused: document number or reason is missing.
        RuleRefused: something is wrong with the text.
    """
    _require(work, actor)
    document_no, reason = plain(new.document_no, 60, "文号"), plain(new.reason, 400, "理由")
    found = read_document(new.text)
    _hold(work, found)
    mine = (rule_document.c.author_key == actor.person_key) & (rule_document.c.state == State.DRAFT)
    work.connection.execute(sa.delete(rule_document).where(mine, rule_document.c.name == found.name))
    made = work.instance.fresh_id()
    row = {
        "id": made,
        "kind": found.kind,
        "key": found.key,
        "name": found.name,
        "taken": None,
        "text": found.text,
        "digest": found.digest,
        "first": found.first,
        "state": State.DRAFT,
        "number": None,
        "document_no": document_no,
        "reason": reason,
        "author_key": actor.person_key,
        "made_at": work.instance.now(),
    }
    work.connection.execute(sa.insert(rule_document).values(row))
    return made


def take(work: Transaction, actor: Actor, one: UUID, taken: Taken) -> State:
    """Take a step with a document; answers where it then stands.

    Raises:
        NotFound: there is none, or it is somebody else's draft.
        NotAllowed: not an administrator of the province.
        SamePerson: whoever proposed it would confirm or refuse it.
        Overtaken: it is no longer what the actor saw.
        StepRefused: the step leads nowhere from there, or lacks its reason; or the text that was seen is another.
        RuleRefused: it no longer goes with the rules in force.
    """
    _require(work, actor)
    _one_after_another(work)
    row = work.connection.execute(sa.select(rule_document).where(rule_document.c.id == one)).one_or_none()
    if row is None or (row.state == State.DRAFT and row.author_key != actor.person_key):
        raise NotFound("没有这份文件 there is no such document")
    if taken.seen != row.state:
        raise _overtaken(work, row)
    if taken.digest is not None and taken.digest != row.digest:
        raise StepRefused("SHA-256 与文件不符，请重新核对 this is not the text's SHA-256: look at it again")
    own = row.author_key == actor.person_key
    match taken.step, State(row.state):
        case Step.PROPOSE, State.DRAFT:
            return _propose(work, actor, row)
        case Step.WITHDRAW, State.DRAFT:
            work.connection.execute(sa.delete(rule_document).where(rule_document.c.id == one))
            return State.WITHDRAWN
        case Step.WITHDRAW, State.PROPOSED if own:
            return _close(work, actor, row, State.WITHDRAWN, taken.words)
        case ((Step.CONFIRM | Step.REJECT), State.PROPOSED) if own:
            raise SamePerson(
                "提出的人不能自己确认或退回，请由另一位省级管理员办理 who proposed it cannot decide on it: another administrator does"
            )
        case Step.REJECT, State.PROPOSED:
            return _close(work, actor, row, State.REJECTED, taken.words)
        case Step.CONFIRM, State.PROPOSED:
            return _put_in_force(work, actor, row)
    raise StepRefused("现在不能这样办理 this cannot be done from here")


def plain(text: str, longest: int, what: str) -> str:
    """One line of printable text.

    Raises:
        StepRefused: empty, too long, or with characters that cannot be printed.
    """
    words = " ".join(text.split())
    if not 0 < len(words) <= longest or not words.isprintable():
        raise StepRefused(f"请填写{what}，最多 {longest} 字 1 to {longest} printable characters are needed")
    return words


def _require(work: Transaction, actor: Actor) -> None:
    top = root_of(work.connection)
    actor.require(work.connection, Role.ADMINISTRATOR, Place(authority_id=top))


def _one_after_another(work: Transaction) -> None:
    """On PostgreSQL; SQLite has one writer in any case."""
    if work.connection.dialect.name == "postgresql":
        work.connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ONE_AFTER_ANOTHER)))


def _hold(work: Transaction, found: Proposed) -> Library:
    """Hold that a document goes with the rules in force, and that nobody has its name; answers the rules with it.

    Raises:
        RuleRefused: it does not.
    """
    book = work.instance.rulebook
    own = book.documents(work.connection)
    names = {name for name, _ in own}
    taken = sa.select(rule_document.c.id).where(rule_document.c.taken == found.name)
    if found.name in names:
        raise refused(
            "同名同版本的文件已经生效；内容有变，请用新的版本号 / in force already under this id and version: a changed text is a new version"
        )
    if work.connection.execute(taken).first() is not None:
        raise refused("同名同版本的文件正等待确认 / one of this id and version waits for its second person")
    library = with_more(own, found.document, book.law)
    if found.kind is Kind.ENDING and not any(read_document(text).key == found.key for _, text in own):
        raise refused(
            "只能终止本机关自己的文件；办法本身的规则集不在此列 / only the authority's own documents are ended here",
            "/ends",
        )
    return library


def _propose(work: Transaction, actor: Actor, row: sa.Row[Any]) -> State:
    _hold(work, read_document(row.text))
    _change(work, row, State.PROPOSED, taken=row.name)
    _note(work, actor, row, "rules-proposed", row.reason)
    return State.PROPOSED


def _put_in_force(work: Transaction, actor: Actor, row: sa.Row[Any]) -> State:
    """The point of no return: from the commit on, whatever is decided is decided with it, in every process."""
    book = work.instance.rulebook
    with_more(book.documents(work.connection), (row.name, row.text), book.law)
    number = work.connection.execute(sa.select(sa.func.max(rule_document.c.number))).scalar_one() or 0
    _change(work, row, State.IN_FORCE, number=number + 1, **_by(work, actor))
    _note(work, actor, row, "rules-confirmed", row.reason)
    return State.IN_FORCE


def _close(work: Transaction, actor: Actor, row: sa.Row[Any], state: State, words: str) -> State:
    said = plain(words, 400, "理由")
    _change(work, row, state, taken=None, words=said, **_by(work, actor))
    _note(work, actor, row, f"rules-{state}", said)
    return state


def _by(work: Transaction, actor: Actor) -> dict[str, object]:
    return {"decider_key": actor.person_key, "decided_at": work.instance.now()}


def _change(work: Transaction, row: sa.Row[Any], state: State, **values: object) -> None:
    """Compared in the UPDATE itself: of two at once, one wins."""
    same = (rule_document.c.id == row.id) & (rule_document.c.state == row.state)
    done = work.connection.execute(sa.update(rule_document).where(same).values(state=state, **values))
    if done.rowcount != 1:
        raise _overtaken(work, row)


def _overtaken(work: Transaction, row: sa.Row[Any]) -> Overtaken:
    state = sa.select(rule_document.c.state).where(rule_document.c.id == row.id)
    at = sa.select(sa.func.max(governance_act.c.at)).where(governance_act.c.subject == f"rules:{row.id}")
    when = work.connection.execute(at).scalar_one() or row.made_at
    return Overtaken(work.connection.execute(state).scalar_one(), f"{when.astimezone(SHANGHAI):%m-%d %H:%M}")


def _note(work: Transaction, actor: Actor, row: sa.Row[Any], what: str, reason: str) -> None:
    """The text itself is public once it is in force; its digest binds it from the first step on."""
    body: dict[str, object] = {"document": row.name, "sha256": row.digest.hex(), "from": str(row.first)}
    act = Act(what, f"rules:{row.id}", body, actor.person_key, document_no=row.document_no, reason=reason)
    note_act(work, act)
