"""No list's number of queries grows with its rows: each list of the permissions' table, as page and as call."""

from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from issuer.access.accounts import add_account, grant
from issuer.access.roles import Grant, Role
from issuer.instance import writing
from issuer.people.affiliation import AffiliationKind, Place
from issuer.people.identifier import IdType, read_identifier
from issuer.people.units import NewUnit, add_unit
from issuer.personnel.newcomers import Newcomer
from issuer.personnel.service import enter
from issuer.personnel.wanted import NewEmployer
from tests.intake.dirt import row
from tests.intake.sending import send, write
from tests.issuer.town import number
from tests.portal import ruling
from tests.portal.jurisdiction import INSPECTOR, MARK, PERSON, REVIEWER, VERIFIER, World
from tests.portal.moving import code
from tests.portal.province import Province
from tests.portal.questions import LISTED
from tests.portal.senders import client_of, sender, sent
from tests.portal.signed_in import HTML
from tests.portal.test_queries import counted

ADMIN = "administrator"


@pytest.fixture(scope="module")
def world(here: Province, site: str) -> World:
    return World.of(here, site)


def office(world: World) -> None:
    """A unit, and somebody who reviews there."""
    instance = world.here.instance
    name = instance.random_bytes(4).hex()
    with writing(instance) as work:
        made = add_unit(work, NewUnit(AffiliationKind.LOCAL_UNIT, f"示例单位{name}", None, "gs-city"))
        whose = add_account(work, f"r-{name}", instance.random_bytes(32), None)
        grant(work, whose, Grant(Role.REVIEWER, Place(unit_id=made)))


def sending(world: World) -> None:
    with closing(sender(world.site, *client_of(world.here))) as client:
        sent(client, world.here.instance.random_bytes(8), asOf="2026-11-01")


def batch(world: World) -> None:
    with TemporaryDirectory() as folder:
        send(world.here.instance, write(Path(folder) / "batch.csv", [row(0, next(SERIALS))]))


def newcomer(world: World) -> None:
    identifier = read_identifier(IdType.RESIDENT_ID, number(next(SERIALS)))
    where = NewEmployer(unit=code(world.here, "local"), first=date(2026, 3, 2))
    enter(world.here.instance, world.actor(REVIEWER), Newcomer(identifier, MARK, where))


SERIALS = iter(range(910, 990))
Lists = Mapping[str, str]
GROWING: Mapping[str, tuple[Callable[[World], object], Lists]] = {
    "declarations submitted": (
        lambda world: world.draft(1),
        {
            "/year/2026": PERSON,
            "/api/years/2026": PERSON,
            "/api/declarations": PERSON,
            "/inbox": REVIEWER,
            "/api/inbox": REVIEWER,
        },
    ),
    "declarations approved": (lambda world: world.draft(2), {"/queue": VERIFIER, "/api/queue": VERIFIER}),
    "declarations registered": (
        lambda world: world.draft(3),
        {
            "/registered": VERIFIER,
            "/api/registered": VERIFIER,
            "/inspection/registrations": INSPECTOR,
            "/api/inspection/registrations": INSPECTOR,
            "/inspection/reports/registrations?year=2026": INSPECTOR,
            "/api/inspection/reports/registrations?year=2026": INSPECTOR,
            "/inspection/reports?year=2026": INSPECTOR,
            "/inspection/standouts?year=2026": INSPECTOR,
        },
    ),
    "changes": (
        lambda world: world.change(),
        {"/affiliation": PERSON, "/changes": REVIEWER, "/api/changes": VERIFIER},
    ),
    "transfers": (
        lambda world: world.transfer(),
        {
            "/transfers": PERSON,
            "/api/transfers": PERSON,
            "/incoming": REVIEWER,
            "/api/incoming": REVIEWER,
            "/inspection/transfers": INSPECTOR,
            "/api/inspection/transfers": INSPECTOR,
        },
    ),
    "transfers registered": (
        lambda world: world.transfer(2),
        {"/api/incoming/registered": VERIFIER, "/api/incoming/gone": VERIFIER, "/incoming": VERIFIER},
    ),
    "archives": (
        lambda world: world.archive(),
        {"/archives?year=2026": REVIEWER, "/api/archives?year=2026": REVIEWER},
    ),
    "entries": (
        lambda world: world.deferral(),
        {
            "/entries/deferral": VERIFIER,
            "/entries": VERIFIER,
            "/api/entries": VERIFIER,
            "/inspection/entries?kind=deferral": INSPECTOR,
        },
    ),
    "findings": (
        lambda world: world.finding(),
        {"/findings": VERIFIER, "/api/findings": INSPECTOR},
    ),
    "newcomers": (newcomer, {"/people": REVIEWER, "/api/people": REVIEWER}),
    "held imports": (
        lambda world: world.held(),
        {"/held": VERIFIER, "/api/held-imports": VERIFIER, "/imports": ADMIN},
    ),
    "sendings": (sending, {"/imports": ADMIN, "/api/imports": ADMIN}),
    "batches": (batch, {"/imports": ADMIN, "/api/batches": ADMIN}),
    "rules": (ruling.proposal, {"/rules": ADMIN, "/rules/documents": ADMIN, "/api/rules": ADMIN}),
    "units and roles": (
        office,
        {
            "/offices": ADMIN,
            "/units": ADMIN,
            "/api/units": ADMIN,
            "/api/roles": ADMIN,
            "/api/authorities": ADMIN,
            "/api/entries/choices/unit?find=示例": ADMIN,
        },
    ),
}


def test_every_list_is_grown_below() -> None:
    asked = {path.partition("?")[0] for _, lists in GROWING.values() for path in lists}
    listed = {line.partition(" ")[2] for line in LISTED if line.startswith("GET ")}
    named = {
        **dict.fromkeys(("/year", "/year/{year}"), "/year/2026"),
        "/api/years/{year}": "/api/years/2026",
        "/entries/{kind}": "/entries/deferral",
        "/api/entries/choices/{sort}": "/api/entries/choices/unit",
    }
    assert {named.get(path, path) for path in listed} - asked == set()


@pytest.mark.parametrize("rows", GROWING)
def test_queries_of_a_list_do_not_grow(here: Province, world: World, rows: str) -> None:
    more, lists = GROWING[rows]
    for _ in range(2):
        more(world)
    before = {path: asked(here, world, path, login) for path, login in lists.items()}
    for _ in range(3):
        more(world)
    assert {path: asked(here, world, path, login) for path, login in lists.items()} == before


def asked(here: Province, world: World, path: str, login: str) -> int:
    """How many queries the second of two visits makes: the first may note something in the session."""
    client, _ = world.client(login)
    with closing(client):
        headers = {} if path.startswith("/api/") else HTML
        for _ in range(2):
            with counted(here) as seen:
                answer = client.get(path, headers=headers)
            assert answer.status_code == 200, (path, answer.text[:200])
    return len(seen)
