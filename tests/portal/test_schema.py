"""The OpenAPI document is true: schemathesis sends what it allows, and what it does not, to a real server, as each role."""

from collections.abc import Iterator
from contextlib import ExitStack, closing

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from issuer.access.roles import Role
from issuer.portal.permissions import ANYONE, SIGNED_IN, TABLE
from tests.portal.province import Province
from tests.portal.senders import client_of, sender
from tests.portal.signed_in import program

LOGINS = {
    Role.PROFESSIONAL: "local-unit",
    Role.REVIEWER: "local-unit-reviewer",
    Role.VERIFIER: "local-unit-verifier",
    Role.DEPARTMENT: "department",
    Role.ADMINISTRATOR: "administrator",
    Role.INSPECTOR: "inspector",
}
"""Who calls what only their role may; what several may is called by the first of them."""
EXAMPLES = 6
SLOW = {"POST /api/sessions", "PUT /api/account/password"}
"""Each compares a password, which is slow on purpose."""
LEFT_OUT = {"DELETE /api/sessions/current"}
"""It would end the session of all that follow; test_calls has it."""


@pytest.fixture(scope="module")
def tokens(here: Province, site: str) -> Iterator[dict[Role, httpx.Client]]:
    with ExitStack() as stack:
        clients = {
            role: stack.enter_context(closing(program(here, site, login))) for role, login in LOGINS.items()
        }
        yield clients | {Role.SENDER: stack.enter_context(closing(sender(site, *client_of(here))))}


@pytest.fixture(scope="module")
def document(site: str) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_url(f"{site}/openapi.json", timeout=60).include(path_regex="^/api/")


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("line", sorted(line for line in TABLE if " /api/" in line and line not in LEFT_OUT))
def test_calls_do_as_the_document_says(
    document: schemathesis.BaseSchema, tokens: dict[Role, httpx.Client], line: str, mode: GenerationMode
) -> None:
    method, _, path = line.partition(" ")
    allowed = TABLE[line]
    anybody = allowed is ANYONE or allowed is SIGNED_IN
    role = Role.PROFESSIONAL if anybody else next(role for role in tokens if role in allowed)
    headers = {"Authorization": tokens[role].headers["authorization"]}

    @settings(
        max_examples=2 if line in SLOW else EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=document[path][method].as_strategy(generation_mode=mode))
    def send(case: schemathesis.Case) -> None:
        case.call_and_validate(headers=headers, timeout=60, excluded_checks=[positive_data_acceptance])

    send()
