"""Transfers by program, on both databases: brought once however often it is asked, verified again before it is registered."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest

from issuer.instance import open_instance, writing
from issuer.reconciliation import reconcile_all
from issuer.registration.base_platform import learn
from issuer.transfers.service import issue_to_leave
from tests.issuer import town
from tests.issuer.transfers.provinces import HERE, THERE, trusting
from tests.issuer.worlds import instance_at
from tests.portal import province
from tests.portal.province import Province
from tests.portal.signed_in import keyed, program
from tests.postgres import unmade

DATABASES = ("sqlite", "postgresql")
NAMES = ("local unit", "central unit", "agency alone")


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
        people, tokens = town.build(instance).people, {}
        for name in NAMES:
            course = {"category": "public_online", "total_hours": 30, "completed_on": "2025-05-20"}
            with writing(instance) as work:
                learn(
                    work, people[name], {**course, "exam_passed": True, "event_key": "示例课程"}, "示例基地"
                )
            tokens[name] = issue_to_leave(instance, people[name].id).jws
        yield Origin(home, tokens)


@pytest.fixture(scope="module")
def here(
    request: pytest.FixtureRequest, database: str, origin: Origin, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Province]:
    home = tmp_path_factory.mktemp("calls") / "instance"
    new = replace(THERE, host="jxjy.calls.example")
    if database == "postgresql":
        new = replace(new, database=unmade(request.getfixturevalue("postgres")))
    instance_at(home, new)
    trusting(home, origin.home, HERE)
    with open_instance(home) as instance:
        yield province.build(instance)
        assert reconcile_all(instance.engine) == ()


@contextmanager
def away(origin: Origin) -> Iterator[None]:
    """The origin's status lists cannot be had."""
    folder = origin.home / "public/status"
    folder.rename(folder.with_name("gone"))
    yield
    folder.with_name("gone").rename(folder)


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
        with away(origin):  # sent again, it has its answer even where nobody can be asked
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
        with away(origin):
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
    with closing(program(here, site, "central-unit")) as own, away(origin):
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
