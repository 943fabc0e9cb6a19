"""The OpenAPI document: it describes what is there, every error as a problem, and its examples are true."""

from typing import Any

import httpx
import pytest
from pydantic import TypeAdapter

from tests.verifier_web.serving import serving
from verifier.web import problems
from verifier.web.answers import ReportAnswer
from verifier.web.problems import ProblemAnswer
from verifier.web.service import Service


@pytest.fixture(scope="module")
def document(service: httpx.Client) -> dict[str, Any]:
    found = service.get("/openapi.json").json()
    assert isinstance(found, dict)
    return found


def test_it_describes_the_interface_for_programs(document: dict[str, Any]) -> None:
    assert {path: set(operations) for path, operations in document["paths"].items()} == {
        "/health": {"get"},
        "/ready": {"get"},
        "/verifications": {"post"},
    }


def test_every_error_is_a_problem(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert {"421", "500"} <= set(operation["responses"])
            for status, response in operation["responses"].items():
                if not status.startswith("2"):
                    assert set(response["content"]) == {"application/problem+json"}, (path, status)
    statuses = set(document["paths"]["/verifications"]["post"]["responses"])
    assert statuses == {"200", "400", "413", "415", "421", "422", "429", "500", "503"}
    assert set(document["components"]["responses"]) == {"NotFound", "MethodNotAllowed"}


def test_every_problem_is_described_with_its_own_type(document: dict[str, Any]) -> None:
    listed = document["components"]["schemas"]["ProblemAnswer"]["properties"]["type"]["enum"]
    assert listed == [kind.uri for kind in problems.ALL]
    assert len(set(listed)) == len(listed)


def test_references_lead_somewhere(document: dict[str, Any]) -> None:
    def references(value: object) -> list[str]:
        if isinstance(value, dict):
            own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
            return own + [found for part in value.values() for found in references(part)]
        if isinstance(value, list):
            return [found for part in value for found in references(part)]
        return []

    for reference in references(document):
        place: Any = document
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]


def test_the_examples_are_of_the_shapes_described(document: dict[str, Any]) -> None:
    responses = document["paths"]["/verifications"]["post"]["responses"]
    examples = responses["200"]["content"]["application/json"]["examples"]
    ReportAnswer.model_validate(examples["json"]["value"])
    TypeAdapter(list[ReportAnswer | ProblemAnswer]).validate_python(examples["multipart"]["value"])
    for status, response in responses.items():
        if not status.startswith("2"):
            for example in response["content"]["application/problem+json"]["examples"].values():
                assert ProblemAnswer.model_validate(example["value"]).status == int(status)


def test_a_wrong_parameter_is_a_problem_too() -> None:
    app = Service(title="t", description="d")

    @app.get("/twice")
    def twice(number: int) -> int:
        return 2 * number

    assert set(app.openapi()["paths"]["/twice"]["get"]["responses"]["422"]["content"]) == {
        "application/problem+json"
    }
    with serving(app) as client:
        assert client.get("/twice?number=2").json() == 4
        problem = client.get("/twice?number=zhangwei")
    assert (problem.status_code, problem.json()["pointer"]) == (422, "/query/number")
    assert "zhangwei" not in problem.text
