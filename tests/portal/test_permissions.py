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
from tests.portal.asking import Question
from tests.portal.jurisdiction import LOGINS, World
from tests.portal.province import Province
from tests.portal.questions import ALIKE, LISTED, NAMED
from tests.portal.signed_in import HTML, form_key, keyed, visitor
from tests.verifier_web.serving import serving

Clients = dict[str | None, tuple[httpx.Client, str]]
ENDS_THE_SESSION = {"POST /sign-out", "DELETE /api/sessions/current"}
TELLS_401_ITSELF = {
    *("POST /sign-in", "GET /sign-in/oidc/callback", "POST /api/sessions"),
    *("POST /account/password", "PUT /api/account/password", "POST /api/oauth/token"),
}
"""Lines behind the gate that refuse the password, or the provider's word, that was sent."""


@pytest.fixture(scope="module")
def world(here: Province, site: str) -> World:
    return World.of(here, site)


@pytest.fixture(scope="module")
def clients(world: World) -> Iterator[Clients]:
    made = {login: world.client(login) for login in LOGINS}
    yield made
    for client, _ in made.values():
        client.close()


def ask(client: httpx.Client, form_key: str, line: str, question: Question) -> httpx.Response:
    """Ask as a browser for a page, as a program for a call: with all that the frame wants, so that it refuses nothing."""
    method = line.partition(" ")[0]
    if isinstance(question.body, bytes):
        headers = {"if-match": f'"{question.match}"', "content-type": "image/jpeg"}
        return client.request(method, question.path, content=question.body, headers=headers)
    if question.path.startswith("/api/"):
        headers = keyed() | {"if-match": f'"{question.match}"'}
        body = None if method in {"GET", "DELETE"} else question.body
        return client.request(method, question.path, json=body, headers=headers)
    form = {"form_key": form_key, **question.body} if method == "POST" else None
    return client.request(method, question.path, data=form, headers=HTML)


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


def test_every_line_is_asked() -> None:
    assert set(ALIKE) | set(LISTED) | set(NAMED) == set(TABLE)
    assert len(ALIKE) + len(LISTED) + len(NAMED) == len(TABLE)


@pytest.mark.parametrize("line", sorted(ALIKE))
def test_where_the_role_is_all(world: World, clients: Clients, line: str) -> None:
    for login, roles in LOGINS.items():
        its = world.client(login) if line in ENDS_THE_SESSION else clients[login]
        answer = ask(*its, line, ALIKE[line])
        if may(line, login, roles):
            refused = {403} if line in TELLS_401_ITSELF else {401, 403}
            assert answer.status_code not in refused, (login, said(answer))
            assert answer.status_code < 500, (login, said(answer))
        else:
            assert answer.status_code == turned_away(line, login), (login, said(answer))
        if line in ENDS_THE_SESSION:
            its[0].close()


@pytest.mark.parametrize("line", sorted(LISTED))
def test_where_each_sees_their_own(world: World, clients: Clients, line: str) -> None:
    whose = LISTED[line].whose
    question = LISTED[line].ask(world)
    for login, roles in sorted(LOGINS.items(), key=lambda item: item[0] in whose):
        before = world.written()
        answer = ask(*clients[login], line, question)
        if may(line, login, roles):
            assert answer.status_code in {200, 303, 404}, (login, said(answer))
        else:
            assert answer.status_code == turned_away(line, login), (login, said(answer))
        shown = str(question.shows) in in_the_end(clients[login][0], answer)
        assert shown == (login in whose), login
        assert shown or world.written() == before, login


@pytest.mark.parametrize("line", sorted(NAMED))
def test_where_others_are_refused(world: World, clients: Clients, line: str) -> None:
    asked = NAMED[line]
    question = asked.ask(world)
    for login, roles in LOGINS.items():
        if login in asked.whose:
            continue
        before = world.written()
        answer = ask(*clients[login], line, question)
        if may(line, login, roles):
            assert answer.status_code in asked.refused, (login, said(answer))
        else:
            assert answer.status_code == turned_away(line, login), (login, said(answer))
        assert world.written() == before, login
        assert not question.shows or str(question.shows) not in answer.text, login
    for login in asked.whose:
        answer = ask(*clients[login], line, question)
        assert answer.status_code in {asked.told, 201, 303}, (login, said(answer))
        assert str(question.shows) in answer.text, login


def may(line: str, login: str | None, roles: frozenset[Role]) -> bool:
    """Whether the table lets somebody through the gate."""
    wanted = TABLE[line]
    signed_in = login is not None and Role.SENDER not in roles
    return wanted is ANYONE or (wanted is SIGNED_IN and signed_in) or bool(wanted & roles)


def turned_away(line: str, login: str | None) -> int:
    """What the gate says to somebody whom the table does not let through."""
    nobody = login is None or (Role.SENDER in LOGINS[login] and "/api/" not in line)
    return 401 if nobody else 403


def in_the_end(client: httpx.Client, answer: httpx.Response) -> str:
    """What is shown in the end: a page may lead on to another."""
    return client.get(answer.headers["location"]).text if answer.is_redirect else answer.text


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


def said(answer: httpx.Response) -> str:
    """What a refusal says, for who reads the failure of a test."""
    words = re.sub(r"<[^>]*>", " ", answer.text.partition("<main")[2] or answer.text)
    return f"{answer.status_code} {' '.join(words.split())[:300]}"
