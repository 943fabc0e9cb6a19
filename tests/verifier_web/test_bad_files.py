"""Every input made to stop the verifier, all in one request: each its own answer, and the others go on."""

import httpx
import pytest

from tests.verifier.test_bad_batch import BAD, ZIPS, Bad, Table
from tests.verifier_web.serving import serving
from tests.verifier_web.test_batches import EVENTS, events
from verifier.api import create_app
from verifier.config import read_settings

TOO_LARGE = "大.pdf"
"""Two gigabytes are refused while they come (test_verifications); here it is one byte too many."""


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    table = Table(tmp_path_factory.mktemp("table"))
    given = {
        "00-first.jwt": table.token.encode(),
        **{bad.name: bad.make(table) for bad in BAD},
        "末尾.pdf": table.pdf,
    }
    given[TOO_LARGE] = b"%PDF-1.7\n" + bytes(20_000_000)
    places = table.places()
    settings = read_settings(
        root=places.root,
        trust=places.trust,
        public=places.public,
        state=table.folder / "seen",
        max_body=60_000_000,
    )
    with serving(create_app(settings, lambda: table.now)) as client:
        files = [("files", item) for item in given.items()]
        response = client.post("/verifications", files=files, headers=EVENTS, timeout=httpx.Timeout(None))
    assert response.status_code == 200, response.text
    *answers, end = events(response.text)
    assert end == ("end", {"of": len(given)})
    return {str(data["answer"]["file"]): data["answer"] for _, data in answers}


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
def test_each_has_its_own_answer(answered: dict[str, dict[str, object]], bad: Bad) -> None:
    said = answered[bad.name]
    refused = bad.name in ZIPS or bad.verdict == "unusable"
    kind = "too-large" if bad.name == TOO_LARGE else "unusable-input"
    assert said.get("type", "") == (f"urn:problem-type:xueshi:{kind}" if refused else "")
    assert said.get("verdict", "unusable") == ("unusable" if refused else bad.verdict)
    why = "是压缩包" if bad.name in ZIPS else bad.why.removeprefix("（2）")
    assert why in str(said)


def test_the_others_went_on(answered: dict[str, dict[str, object]]) -> None:
    assert len(answered) == len(BAD) + 2
    assert answered["00-first.jwt"]["verdict"] == answered["末尾.pdf"]["verdict"] == "genuine"
