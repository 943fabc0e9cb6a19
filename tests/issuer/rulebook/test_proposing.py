"""A document of the rules by two people: proposed, confirmed or refused, never changed; each step in the ledger with the text's digest."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from issuer.access.errors import NotAllowed
from issuer.acts import governance_act
from issuer.errors import NotFound
from issuer.registration.errors import Overtaken, RegistrationError, SamePerson, StepRefused
from issuer.rulebook import service
from issuer.rulebook.documents import read_document, with_more
from issuer.rulebook.errors import RuleRefused
from issuer.rulebook.proposing import Draft, State, Step, Taken
from issuer.rulebook.tables import rule_document
from rules.lint import law_texts
from tests.issuer.registration.office import Office, rows
from tests.issuer.rulebook.deciding import ENDING, FLOOR, NO, WHY, drafted, in_force, proposed, step
from tests.issuer.town import training
from tests.rules.documents import OVERLAY, PACK, bytes_of
from tests.rules.samples import changed


def acts(office: Office) -> list[tuple[str, dict[str, Any]]]:
    query = sa.select(governance_act.c.what, governance_act.c.body).where(
        governance_act.c.what.like("rules-%")
    )
    return [(row.what, json.loads(row.body)) for row in rows(office, query.order_by(governance_act.c.at))]


def test_a_note_by_two_people_changes_a_year_and_only_then(office: Office) -> None:
    office.register(training(schedule=[{"from": "2026-03-02", "to": "2026-03-13", "unit": "full_day"}]))
    made = drafted(office.instance, office.admin, FLOOR)
    assert acts(office) == [], "a draft is nobody's business"
    assert office.year().decision.required.public == 0
    step(office.instance, office.admin, made, Step.PROPOSE, State.DRAFT)
    assert office.year().decision.required.public == 0
    step(office.instance, office.other_admin, made, Step.CONFIRM, State.PROPOSED)
    assert office.year().decision.required.public == 30
    assert office.year().decision.rules == ("gs-2023-03-31@1.0.0", "public-floor@1.0.0")
    assert office.year(2025).decision.required.public == 0, "from its day on"
    digest = hashlib.sha256(bytes_of(FLOOR)).hexdigest()
    told = {"document": "public-floor-1.0.0.note.yaml", "sha256": digest, "from": "2026-01-01"}
    assert acts(office) == [("rules-proposed", told), ("rules-confirmed", told)]


def test_the_same_person_does_not_confirm_and_is_not_asked_twice(office: Office) -> None:
    made = proposed(office.instance, office.admin, FLOOR)
    for what in (Step.CONFIRM, Step.REJECT):
        with pytest.raises(SamePerson):
            step(office.instance, office.admin, made, what, State.PROPOSED, "示例")
    step(office.instance, office.other_admin, made, Step.CONFIRM, State.PROPOSED)
    with pytest.raises(Overtaken):
        step(office.instance, office.other_admin, made, Step.CONFIRM, State.PROPOSED)


@pytest.mark.parametrize("who", ["verifier", "reviewer", "department"])
def test_only_an_administrator_of_the_province(office: Office, who: str) -> None:
    actor = getattr(office, who)
    with pytest.raises(NotAllowed):
        drafted(office.instance, actor, FLOOR)
    made = proposed(office.instance, office.admin, FLOOR)
    with pytest.raises(NotAllowed):
        step(office.instance, actor, made, Step.CONFIRM, State.PROPOSED)


def test_refused_with_a_reason_the_name_is_free_again(office: Office) -> None:
    made = proposed(office.instance, office.admin, FLOOR)
    with pytest.raises(StepRefused):
        step(office.instance, office.other_admin, made, Step.REJECT, State.PROPOSED)
    step(office.instance, office.other_admin, made, Step.REJECT, State.PROPOSED, "文号不对")
    again = proposed(office.instance, office.admin, FLOOR)
    step(office.instance, office.admin, again, Step.WITHDRAW, State.PROPOSED, "自己收回")
    in_force(office, FLOOR)
    assert [what for what, _ in acts(office)] == [
        "rules-proposed", "rules-rejected", "rules-proposed", "rules-withdrawn", "rules-proposed", "rules-confirmed",
    ]  # fmt: skip
    for what, words in ((Step.WITHDRAW, "示例"), (Step.REJECT, "示例"), (Step.PROPOSE, "")):
        (row,) = rows(office, sa.select(rule_document).where(rule_document.c.state == State.IN_FORCE))
        with pytest.raises(StepRefused):
            step(office.instance, office.admin, row.id, what, State.IN_FORCE, words)


def test_an_ending_by_two_people_ends_it_from_a_day_on(office: Office) -> None:
    office.register(training())
    in_force(office, FLOOR)
    with pytest.raises(RuleRefused, match="本机关自己的文件"):
        drafted(office.instance, office.admin, ENDING | {"ends": "gs-2023-03-31@1.0.0"})
    made = proposed(office.instance, office.admin, ENDING)
    assert office.year().decision.required.public == 30
    step(office.instance, office.other_admin, made, Step.CONFIRM, State.PROPOSED)
    assert office.year().decision.required.public == 0, "2026 is judged on its last day"
    with pytest.raises(RuleRefused):
        drafted(office.instance, office.admin, ENDING | {"last": "2027-06-30"})


BOMB = b"a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + b"".join(
    b"a%d: &a%d [%s]\n" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 12)
)
FAILING = OVERLAY | {"id": "own-medical", "status": "in_force"}
FAILING["basis"] = [one | {"checked": True} for one in OVERLAY["basis"]]
REFUSED: dict[str, tuple[Any, str]] = {
    "malformed": (b"id: [", "第 1 行|第 2 行"),
    "a key twice": (b"id: a\nid: b\n", "第 2 行第 1 列"),
    "nothing": (b"", "应有内容"),
    "no mapping": (b"- 1", "看不出是哪一类"),
    "not text": (b"\xff\xfe", "不是 UTF-8"),
    "a bomb": (BOMB, "展开后内容过多"),
    "five megabytes": (b"x: " + b"a" * 5_000_000, "最多 200 KB"),
    "an unknown parameter": (FLOOR | {"parameter": "weekly_cap"}, "/parameter"),
    "a figure of the wrong kind": (FLOOR | {"value": "many"}, "/public_min"),
    "an unknown field": (FLOOR | {"colour": "red"}, "/colour"),
    "a name that is no id": (FLOOR | {"id": "../x"}, "/id"),
    "a version without end": (FLOOR | {"version": f"1.0.{'0' * 90}"}, "/id"),
    "what is shipped": (PACK, "重复"),
    "a quote that is not in the law": (
        changed(changed(PACK, "version", "1.1.0"), "parameters/required_total/values/0/quote", "随便"), "/quote",
    ),
    "an overlay whose example fails": (changed(FAILING, "examples/0/expected/total", "1"), "/examples/0"),
    "an overlay of which nobody compared the basis": (OVERLAY | {"id": "x", "status": "in_force"}, "/basis"),
    "an ending of nothing": (ENDING, "/ends"),
    "an activation of nothing": ({"pack": "cn-1999-01-01@1.0.0", "document": "示", "decided_on": "2026-01-01"}, "未加载"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_told_with_its_place(name: str) -> None:
    document, words = REFUSED[name]
    text = document if isinstance(document, bytes) else bytes_of(document)
    with pytest.raises(RuleRefused, match=words):
        with_more([], read_document(text).document, law_texts(None))


def test_of_what_is_wrong_nothing_is_kept(office: Office) -> None:
    with pytest.raises(RuleRefused):
        drafted(office.instance, office.admin, FLOOR | {"parameter": "weekly_cap"})
    assert rows(office, sa.select(rule_document)) == []


def test_a_name_that_is_taken(office: Office) -> None:
    first = proposed(office.instance, office.admin, FLOOR)
    other = FLOOR | {"value": "20"}
    with pytest.raises(RuleRefused, match="等待确认"):
        drafted(office.instance, office.other_admin, other)
    step(office.instance, office.other_admin, first, Step.CONFIRM, State.PROPOSED)
    with pytest.raises(RuleRefused, match="已经生效"):
        drafted(office.instance, office.other_admin, other)
    in_force(office, other | {"version": "1.1.0"})
    office.register(training())
    assert office.year().decision.required.public == 20


def test_two_at_once_one_wins_the_other_is_told(office: Office) -> None:
    made = proposed(office.instance, office.admin, FLOOR)

    def act(what: Step) -> State | RegistrationError:
        try:
            return service.take(
                office.instance, office.other_admin, made, Taken(what, State.PROPOSED, words="示例")
            )
        except RegistrationError as error:
            return error

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(act, [Step.CONFIRM, Step.REJECT, Step.CONFIRM, Step.REJECT]))
    assert sum(isinstance(one, State) for one in found) == 1
    assert all(isinstance(one, State | Overtaken) for one in found)
    assert len(acts(office)) == 2


def test_two_drafts_of_one_name_proposed_at_once(office: Office) -> None:
    made = [(who, drafted(office.instance, who, FLOOR)) for who in (office.admin, office.other_admin)]

    def propose(one: tuple[Any, Any]) -> bool:
        try:
            step(office.instance, *one, Step.PROPOSE, State.DRAFT)
        except RuleRefused:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(propose, made)) == [False, True]


def test_a_draft_is_its_authors_alone(office: Office) -> None:
    made = drafted(office.instance, office.admin, FLOOR)
    assert drafted(office.instance, office.admin, FLOOR | {"value": "20"}) != made, (
        "in the place of the first"
    )
    (row,) = rows(office, sa.select(rule_document.c.id))
    with pytest.raises(NotFound):
        step(office.instance, office.other_admin, row.id, Step.PROPOSE, State.DRAFT)
    step(office.instance, office.admin, row.id, Step.WITHDRAW, State.DRAFT)
    assert rows(office, sa.select(rule_document)) == []


def test_what_was_seen_is_what_is_confirmed(office: Office) -> None:
    made = proposed(office.instance, office.admin, FLOOR)
    with pytest.raises(StepRefused, match="SHA-256"):
        service.take(
            office.instance, office.other_admin, made, Taken(Step.CONFIRM, State.PROPOSED, bytes(32))
        )


@pytest.mark.parametrize("missing", [{"document_no": " "}, {"reason": ""}, {"reason": "长" * 401}])
def test_a_document_names_number_and_reason(office: Office, missing: dict[str, str]) -> None:
    with pytest.raises(StepRefused):
        service.draft(
            office.instance,
            office.admin,
            Draft(**{"text": bytes_of(FLOOR), "document_no": NO, "reason": WHY, **missing}),  # type: ignore[arg-type]
        )


def test_a_year_is_read_by_the_rules_of_its_own_transaction(office: Office) -> None:
    """A batch that is under way goes on with what it began with; the next transaction has the new ones."""
    with office.instance.engine.connect() as connection:
        before = office.instance.rulebook.now(connection)
    in_force(office, FLOOR)
    with office.instance.engine.connect() as connection:
        after = office.instance.rulebook.now(connection)
        assert office.instance.rulebook.as_of(connection, before.number) is before.library
    assert (before.number, after.number) == (0, 1)
    assert [len(one.library.notes) for one in (before, after)] == [0, 1]
