"""Several documents at once: answers as they come, and how many a client may ask for."""

import json

import httpx

from tests.verifier.authority import NOW
from tests.verifier_web.conftest import Issued
from tests.verifier_web.serving import serving
from verifier.api import create_app

EVENTS = {"accept": "text/event-stream"}


def events(text: str) -> list[tuple[str, dict[str, object]]]:
    found = []
    for block in text.strip().split("\n\n"):
        name, data = block.split("\n")
        found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


def test_answers_come_as_events(service: httpx.Client, issued: Issued) -> None:
    files = [
        ("files", ("a.pdf", issued.pdf)),
        ("files", ("b.txt", b"hello")),
        ("files", ("c.jwt", issued.forged)),
    ]
    response = service.post("/verifications", files=files, headers=EVENTS)
    assert response.headers["content-type"].startswith("text/event-stream")
    *answers, end = events(response.text)
    assert end == ("end", {"of": 3})
    assert [name for name, _ in answers] == ["answer"] * 3
    assert [data["done"] for _, data in answers] == [1, 2, 3]
    by_index = {data["index"]: data["answer"] for _, data in answers}
    assert by_index[0]["verdict"] == "genuine"
    assert by_index[1]["type"] == "urn:problem-type:xueshi:unusable-input"
    assert by_index[2]["verdict"] == "forged"


def test_a_client_that_asks_too_often(issued: Issued) -> None:
    settings = issued.settings(per_minute=3, client_header="X-Forwarded-For")
    with serving(create_app(settings, lambda: NOW)) as client:

        def ask(address: str, count: int = 1) -> httpx.Response:
            files = [("files", (f"{n}.txt", b"hello")) for n in range(count)]
            return client.post(
                "/verifications", files=files, headers={"X-Forwarded-For": f"9.9.9.9, {address}"}
            )

        assert ask("192.0.2.1", 2).status_code == 200
        refused = ask("192.0.2.1", 2)
        assert (refused.status_code, refused.json()["type"]) == (429, "urn:problem-type:xueshi:too-often")
        assert 1 <= int(refused.headers["retry-after"]) <= 61
        assert ask("192.0.2.1").status_code == 200, "what was refused is not counted"
        assert ask("192.0.2.2", 3).status_code == 200, "another client has its own count"
        assert client.get("/health").status_code == 200


def test_the_page_counts_too(issued: Issued) -> None:
    with serving(create_app(issued.settings(per_minute=1), lambda: NOW)) as client:
        for status in (422, 429):
            response = client.post("/verify", data={"text": "hello"})
            assert response.status_code == status
