"""Transfers by program, on both databases: brought once however often it is asked, verified again before it is registered."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from issuer.access.accounts import add_account
from issuer.instance import Instance, open_instance, writing
from issuer.people.affiliation import AffiliationKind
from issuer.people.identifier import IdType, read_identifier
from issuer.people.registry import Belonging, enter_professional
from issuer.people.service import Person
from issuer.portal.problems import problem_of
from issuer.publication import publish
from issuer.reconciliation import reconcile_all
from issuer.registration.base_platform import learn
from issuer.registration.declarations import Draft, Taken, draft, take
from issuer.registration.procedure import Step
from issuer.transfers.errors import TransferRefused
from issuer.transfers.rechecking import ask_again
from issuer.transfers.service import issue_to_leave
from tests.issuer import town
from tests.issuer.registration.office import Office
from tests.issuer.transfers.provinces import HERE, THERE, altered, away, trusting
from tests.issuer.transfers.test_two_provinces import days
from tests.issuer.worlds import instance_at
from tests.portal import province
from tests.portal.conftest import placed
from tests.portal.province import Province
from tests.portal.signed_in import form_key, keyed, program, visitor

NAMES = ("local unit", "central unit", "agency alone")
MOVER = "moves in the middle of a year"


@dataclass(frozen=True)
class Origin:
    """The province that people come from, and a token of each who moves."""

    home: Path
    tokens: dict[str, str]


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Origin]:
    home = tmp_path_factory.mktemp("origin") / "a"
    instance_at(home, HERE)
    with open_instance(home) as instance:
        built = town.build(instance)
        people, tokens = built.people, {MOVER: worked_until_may(Office(instance, built))}
        for name in NAMES:
            course = {"category": "public_online", "total_hours": 30, "completed_on": "2025-05-20"}
            with writing(instance) as work:
                learn(
                    work, people[name], {**course, "exam_passed": True, "event_key": "示例课程"}, "示例基地"
                )
            tokens[name] = issue_to_leave(instance, people[name].id).jws
        yield Origin(home, tokens)


def enter(instance: Instance, built: town.Town) -> Person:
    """The one who moves in the middle of a year, at the county's school."""
    belonging = Belonging(AffiliationKind.LOCAL_UNIT, date(2026, 1, 1), built.units["local"])
    with writing(instance) as work:
        return enter_professional(
            work, read_identifier(IdType.RESIDENT_ID, town.number(7)), "示例辛", belonging
        )


def worked_until_may(office: Office) -> str:
    """Self-study, three days of training and a course before the move; answers the token of what is taken along."""
    office.person = enter(office.instance, office.province)
    study = {"category": "self_study", "year": 2026, "determined_hours": Decimal(30), "kind": "individual"}
    office.register(study, attests=True)
    office.register(days("2026-03-09", "2026-03-11"))
    online(office, 10, "2026-03-20")
    return issue_to_leave(office.instance, office.person.id).jws


def online(office: Office, hours: int, day: str) -> None:
    course = {"category": "public_online", "total_hours": hours, "completed_on": day, "exam_passed": True}
    with writing(office.instance) as work:
        learn(work, office.person, {**course, "event_key": f"示例课程 {day}"}, "示例基地")


@pytest.fixture(scope="module")
def here(
    request: pytest.FixtureRequest, database: str, origin: Origin, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Province]:
    home = tmp_path_factory.mktemp("calls") / "instance"
    instance_at(home, placed(request, replace(THERE, host="jxjy.calls.example"), database))
    trusting(home, origin.home, HERE)
    with open_instance(home) as instance:
        yield province.build(instance)
        assert reconcile_all(instance.engine) == ()


def body(token: str, **more: object) -> dict[str, object]:
    return {"token": token, "movedOn": "2026-05-04", **more}


def step(client: httpx.Client, one: str, turn: int, **asked: object) -> httpx.Response:
    headers = keyed() | {"if-match": f'"{turn}"'}
    return client.post(f"/transfers/{one}/steps", json=asked, headers=headers)


def test_brought_once_and_registered(here: Province, site: str, origin: Origin) -> None:
    with (
        closing(program(here, site, "local-unit")) as own,
        closing(program(here, site, "local-unit-verifier")) as desk,
        closing(program(here, site, "foreign-verifier")) as stranger,
    ):
        key, asked = keyed(), body(origin.tokens["local unit"])
        first = own.post("/transfers", json=asked, headers=key)
        assert first.status_code == 201, first.text
        made = first.json()
        assert (made["state"], made["years"]) == (
            "employer_approved",
            [{"year": 2025, "hours": "30", "complete": False}],
        )
        with away(origin.home):  # sent again, it has its answer even where nobody can be asked
            again = own.post("/transfers", json=asked, headers=key)
        assert (again.status_code, again.json()) == (201, made)
        assert own.post("/transfers", json=asked, headers=keyed()).status_code == 422
        one = made["id"]
        assert stranger.get(f"/transfers/{one}").status_code == 404
        assert [each["id"] for each in desk.get("/incoming").json()["items"]] == [one]
        found = desk.get(f"/transfers/{one}")
        assert (found.headers["etag"], found.json()["passed"]) == ('"1"', [1, 2, 3, 4, 5, 6, 7, 8, 9])
        assert step(desk, one, 1, step="register").status_code == 422  # it does not say how
        assert step(desk, one, 0, step="register", how="machine").status_code == 412
        assert step(stranger, one, 1, step="register", how="machine").status_code in {403, 404}
        with away(origin.home):
            unknown = step(desk, one, 1, step="register", how="machine")
        assert (unknown.status_code, "状态" in unknown.text) == (422, True)
        done = step(desk, one, 1, step="register", how="machine")
        assert (done.status_code, done.json()["state"]) == (200, "registered")
        assert own.get("/transfers").json()["items"][0]["state"] == "registered"
        assert own.get(f"/transfers/{one}").json()["steps"][-1]["how"] == "machine"
        assert step(desk, one, 2, step="reverse", reason="R05").json()["state"] == "reversed"


def test_what_is_missing_goes_on_on_paper_only_where_that_was_asked(
    here: Province, site: str, origin: Origin
) -> None:
    with closing(program(here, site, "central-unit")) as own, away(origin.home):
        token = origin.tokens["central unit"]
        refused = own.post("/transfers", json=body(token), headers=keyed())
        assert (refused.status_code, "状态" in refused.json()["detail"]) == (422, True)
        taken = own.post("/transfers", json=body(token, onPaper=True), headers=keyed())
        assert (taken.status_code, taken.json()["state"]) == (201, "submitted")
        found = own.get(f"/transfers/{taken.json()['id']}").json()
        assert [one["code"] for one in found["missing"]] == ["status"]


def test_somebody_elses(here: Province, site: str, origin: Origin) -> None:
    with closing(program(here, site, "agency-with-an-employer")) as own:
        refused = own.post("/transfers", json=body(origin.tokens["agency alone"]), headers=keyed())
        assert (refused.status_code, "姓名" in refused.text) == (422, True)
        assert "示例" not in refused.text, "whose it is, is not told"
        assert own.get("/transfers").json() == {"items": [], "next": None}


def test_the_year_of_the_move_its_room_and_the_days_in_both_provinces(
    here: Province, site: str, origin: Origin
) -> None:
    """The authority's page shows the hint, and asks for words; the year is decided here, with the room that is left."""
    person = enter(here.instance, here.town)
    course = {"category": "public_online", "total_hours": 20, "completed_on": "2026-07-01"}
    with writing(here.instance) as work:
        add_account(work, "mover", person.key, None)
        twice = draft(work, person, Draft("示例班次", days("2026-03-11", "2026-03-12")))
        take(work, town.declarant(person), twice, Taken(Step.SUBMIT, 0))
        learn(work, person, {**course, "exam_passed": True, "event_key": "示例课程"}, "示例基地")
    with (
        closing(program(here, site, "mover")) as own,
        closing(visitor(here, site, "local-unit-verifier")) as desk,
    ):
        made = own.post("/transfers", json=body(origin.tokens[MOVER]), headers=keyed()).json()
        assert [one["first"] for one in made["overlaps"]] == ["2026-03-11"]
        case = f"/incoming/{made['id']}"
        shown = desk.get(case).text
        assert ("可能两地重复，请核对" in shown, "“示例班次”（2026-03-11 至 2026-03-12）" in shown) == (
            True,
            True,
        )
        assert "调入当年：由这里按两地学时认定" in shown
        decided = {"form_key": form_key(desk), "do": "register", "how": "machine", "turn": "1"}
        refused = desk.post(case, data=decided)
        assert (refused.status_code, "请写明怎样判断的" in refused.text) == (422, True)
        assert own.get("/years/2026").json()["decision"]["total"] == "20"
        assert desk.post(case, data=decided | {"words": "甲省那次是另一期"}).status_code == 303
        year = own.get("/years/2026").json()
        told = [year["decision"][name] for name in ("professional", "public", "total", "deemed", "complete")]
        assert told == ["54", "30", "84", "none", False]
        assert [one["left"] for one in year["rooms"] if one["category"] == "self_study"] == ["10"]
        trusted_no_more(here, made["id"], desk)
        told = own.get(f"/transfers/{made['id']}").json()
        assert (told["standingThere"], told["finding"]["standing"]) == ("refused", "refused")
        issued = issue_to_leave(here.instance, person.id)
        form = {"form_key": form_key(desk), "do": "reverse", "turn": "2", "reason": "R09"}
        on = desk.post(case, data=form).headers["location"]
        assert on == f"/entries/revocation?transfer={made['id']}"
        (serial,) = own.get(f"/transfers/{made['id']}").json()["documents"]
        assert (f'value="{serial}"' in desk.get(on).text, serial != issued.serial) == (True, True)


def trusted_no_more(here: Province, transfer: str, desk: httpx.Client) -> None:
    """The origin's issuer is on no list any more: the authority is told, and nothing counts otherwise."""
    publish(here.instance)
    own_list = here.instance.settings.public
    lists = {"origins_trust": own_list / "trust-list.jwt", "origins_root": own_list / "trust-root.jwk"}
    assert len(ask_again(altered(here.instance, **lists)).gone) == 1
    assert "1 次已登记的转入，流出地的证明有变动" in desk.get("/incoming").text
    assert f"/incoming/{transfer}" in desk.get("/incoming?show=gone").text
    assert "这份证明现在通不过核验" in desk.get(f"/incoming/{transfer}").text


@pytest.mark.parametrize("end", ["", "."])
def test_a_refusal_ends_its_sentences_once(end: str) -> None:
    told = problem_of(TransferRefused(f"不重复登记。 registered here already{end}"))
    assert (told.zh, told.en) == ("不重复登记。", "registered here already.")
