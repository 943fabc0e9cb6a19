"""Each role, each route, own and foreign jurisdiction. What is not listed is refused to everyone."""

import re
from collections.abc import Iterator
from contextlib import closing
from uuid import UUID, uuid4

import httpx
import pytest
import sqlalchemy as sa
from fastapi import APIRouter, Depends

from issuer.access.roles import Role
from issuer.access.tables import role_grant
from issuer.app import Health, create_app
from issuer.instance import writing
from issuer.portal.gate import Gate
from issuer.portal.permissions import ANYONE, SIGNED_IN, TABLE
from issuer.portal.visitors import Door
from issuer.registration import conduct
from issuer.registration.declarations import Draft, Taken, take
from issuer.registration.procedure import Step
from issuer.registration.tables import declaration, procedure_step
from ledger.tables import event
from tests.issuer.town import declarant, training
from tests.portal.province import Province
from tests.portal.senders import client_of, sender
from tests.portal.signed_in import form_key, keyed, program, visitor
from tests.verifier_web.serving import serving

SENDER = "a registration system"
"""A client, which has a token for calls and no account: on pages it is nobody."""
LOGINS: dict[str | None, frozenset[Role]] = {
    None: frozenset(),
    "local-unit": frozenset({Role.PROFESSIONAL}),
    "local-unit-reviewer": frozenset({Role.REVIEWER}),
    "local-unit-verifier": frozenset({Role.VERIFIER}),
    "foreign-reviewer": frozenset({Role.REVIEWER}),
    "foreign-verifier": frozenset({Role.VERIFIER}),
    "department": frozenset({Role.DEPARTMENT}),
    "administrator": frozenset({Role.ADMINISTRATOR}),
    "inspector": frozenset({Role.INSPECTOR}),
    SENDER: frozenset({Role.SENDER}),
}
END_THE_SESSION = {"POST /sign-out", "DELETE /api/sessions/current"}
PARTS = {
    "{code}": "zh",
    "{year}": "2026",
    "{digest}": "0",
    "{name}": "x.css",
    "{token_id}": "999999",
    "{person_id}": "999999",
}


@pytest.fixture(scope="module")
def clients(here: Province, site: str) -> Iterator[dict[str | None, httpx.Client]]:
    made = {login: visitor(here, site, login if login != SENDER else None) for login in LOGINS}
    yield made
    for client in made.values():
        client.close()


@pytest.fixture(scope="module")
def programs(here: Province, site: str) -> Iterator[dict[str | None, httpx.Client]]:
    made = {login: program(here, site, login) for login in LOGINS if login != SENDER}
    made[SENDER] = sender(site, *client_of(here))
    yield made
    for client in made.values():
        client.close()


def waiting(here: Province, name: str = "local unit") -> UUID:
    """A declaration that waits for its reviewer."""
    person = here.town.people[name]
    made = conduct.draft(here.instance, person, Draft(f"示例 {uuid4()}", training()))
    with writing(here.instance) as work:
        take(work, declarant(person), made, Taken(Step.SUBMIT, 0))
    return made


def test_the_table_lists_every_route_and_no_other(here: Province) -> None:
    app = create_app(
        here.instance.settings.public, lambda: Health(ready=True, says=""), instance=here.instance
    )
    routes = [
        route
        for one in app.routes
        for route in getattr(one, "original_router", app).routes
        if one is not route
    ]
    paths = {
        f"{method} {route.path}"
        for route in routes
        for method in getattr(route, "methods", ())
        if any(isinstance(one.dependency, Gate) for one in getattr(route, "dependencies", ()))
    }
    assert paths == set(TABLE)


@pytest.mark.parametrize("line", sorted(TABLE))
def test_each_role_and_each_route(
    clients: dict[str | None, httpx.Client], programs: dict[str | None, httpx.Client], line: str
) -> None:
    if line in END_THE_SESSION:
        pytest.skip("signing out is allowed to all who are signed in; test_sign_in and test_calls have it")
    method, _, path = line.partition(" ")
    for part, value in PARTS.items():
        path = path.replace(part, value)
    path = re.sub(r"\{[a-z_]+\}", lambda _: str(uuid4()), path)
    for login, roles in LOGINS.items():
        if path.startswith("/api/"):
            headers = keyed() | {"if-match": '"0"'}
            answer = programs[login].request(method, path.removeprefix("/api"), json={}, headers=headers)
        else:
            client = clients[login]
            data = {"form_key": form_key(client)} if method == "POST" else None
            answer = client.request(method, path, data=data)
        wanted = TABLE[line]
        if wanted is ANYONE:
            assert answer.status_code != 403
            assert "sign-in-needed" not in answer.text
        elif login is None or (login == SENDER and not path.startswith("/api/")):
            assert answer.status_code == 401, (login, answer.status_code)
        elif (wanted is SIGNED_IN and login != SENDER) or wanted & roles:
            assert answer.status_code not in {401, 403} or line == "POST /account/password", (
                login,
                answer.status_code,
            )
        else:
            assert answer.status_code == 403, (login, answer.status_code)


@pytest.mark.parametrize("login", [login for login in LOGINS if login not in {None, SENDER}])
def test_a_decision_counts_only_where_it_is_ones_own(
    here: Province, clients: dict[str | None, httpx.Client], login: str
) -> None:
    one = waiting(here)
    before = written(here)
    client = clients[login]
    data = {"form_key": form_key(client), "seen": f"{one}:1", f"do-{one}": "approve"}
    answer = client.post(f"/inbox/{one}", data=data)
    if login == "local-unit-reviewer":
        assert answer.status_code == 200
        assert written(here) == before + 1
    else:
        assert answer.status_code in {403, 404}
        assert written(here) == before
    own = client.get(f"/declarations/{one}")
    assert own.status_code == (200 if login == "local-unit" else 403)


def test_another_professional_sees_nothing_of_it(here: Province, site: str) -> None:
    one = waiting(here)
    with closing(visitor(here, site, "central-unit")) as client:
        assert client.get(f"/declarations/{one}").status_code == 404
        data = {"form_key": form_key(client), "turn": "1"}
        assert client.post(f"/declarations/{one}/withdraw", data=data).status_code == 403


def test_a_role_withdrawn_a_second_ago_is_refused(here: Province, site: str) -> None:
    one = waiting(here, "provincial unit without a department")
    login = "provincial-unit-without-a-department-reviewer"
    with closing(visitor(here, site, login)) as client:
        key = form_key(client)
        assert client.get(f"/inbox/{one}").status_code == 200
        with writing(here.instance) as work:
            work.connection.execute(
                sa.delete(role_grant).where(role_grant.c.unit_id == here.town.units["provincial_alone"])
            )
        before = written(here)
        data = {
            "form_key": key,
            "seen": f"{one}:1",
            f"do-{one}": "return",
            f"reason-{one}": "R01",
            f"words-{one}": "请重拍整页",
        }
        answer = client.post(f"/inbox/{one}", data=data)
    assert answer.status_code == 403
    assert "请重拍整页" in answer.text, "what was filled in can be copied"
    assert written(here) == before


def test_a_route_that_is_not_listed_is_refused(here: Province, site: str) -> None:
    app = create_app(
        here.instance.settings.public, lambda: Health(ready=True, says=""), instance=here.instance
    )
    router = APIRouter(dependencies=[Depends(Gate(Door(here.instance)))])
    router.get("/forgotten")(lambda: "secret")
    app.router.routes.insert(0, *router.routes)
    with serving(app) as client, closing(visitor(here, str(client.base_url), "administrator")) as signed_in:
        assert signed_in.get("/forgotten").status_code == 403


def written(here: Province) -> int:
    """Steps recorded; each has its event in the ledger."""
    with here.instance.engine.connect() as connection:
        steps = connection.scalar(sa.select(sa.func.count()).select_from(procedure_step))
        events = connection.scalar(
            sa.select(sa.func.count())
            .select_from(event)
            .where(event.c.event_id.in_(sa.select(procedure_step.c.event_id)))
        )
        assert steps == events
        assert connection.scalar(sa.select(sa.func.count()).select_from(declaration))
    return int(steps or 0)
