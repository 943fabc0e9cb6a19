"""POST /verifications: the same report for a token, a QR's text, a PDF; a problem of its own for everything else."""

import re
from collections.abc import Iterator

import httpx
import pytest

from tests.verifier_web.conftest import NEW_SERIAL, Issued
from tests.verifier_web.serving import serving
from verifier.api import create_app
from verifier.web.answers import ReportAnswer

PROBLEM = "application/problem+json"
GARBAGE = b"%PDF-1.7 this is no PDF"


def report_of(response: httpx.Response) -> ReportAnswer:
    assert response.status_code == 200, response.text
    return ReportAnswer.model_validate(response.json())


def test_a_token_is_genuine(service: httpx.Client, issued: Issued) -> None:
    report = report_of(service.post("/verifications", json={"token": issued.token}))
    assert report.verdict == "genuine"
    assert [check.number for check in report.checks] == list(range(1, 12))
    assert report.document is not None
    assert report.document.zh == "完成证明"


def test_white_space_in_a_pasted_token_does_no_harm(service: httpx.Client, issued: Issued) -> None:
    broken = f" {issued.token[:80]}\n{issued.token[80:]}\r\n"
    assert report_of(service.post("/verifications", json={"token": broken})).verdict == "genuine"


def test_a_qr_text_is_genuine(service: httpx.Client, issued: Issued) -> None:
    assert report_of(service.post("/verifications", json={"qr": issued.qr})).verdict == "genuine"


def test_the_digits_alone_are_enough(service: httpx.Client, issued: Issued) -> None:
    report = report_of(service.post("/verifications", json={"qr": issued.qr.partition("#")[2]}))
    assert (report.verdict, report.warnings) == ("genuine", ())


def test_a_foreign_host_warns(service: httpx.Client, issued: Issued) -> None:
    report = report_of(service.post("/verifications", json={"qr": issued.foreign_qr}))
    assert [warning.code for warning in report.warnings] == ["foreign-host"]


def test_a_superseded_one_names_its_successor(service: httpx.Client, issued: Issued) -> None:
    report = report_of(service.post("/verifications", json={"token": issued.superseded}))
    assert (report.verdict, report.successor) == ("superseded", NEW_SERIAL)


def test_a_forged_one_fails(service: httpx.Client, issued: Issued) -> None:
    report = report_of(service.post("/verifications", json={"token": issued.forged}))
    assert (report.verdict, report.checks[3].outcome) == ("forged", "failed")


def test_an_expired_trust_list_decides_nothing(late_service: httpx.Client, issued: Issued) -> None:
    assert (
        report_of(late_service.post("/verifications", json={"token": issued.token})).verdict == "undetermined"
    )


def test_several_files_each_get_their_answer(service: httpx.Client, issued: Issued) -> None:
    files = [
        ("files", ("a.pdf", issued.pdf, "application/pdf")),
        ("files", ("b.pdf", GARBAGE, "application/pdf")),
        ("files", ("c.txt", issued.token.encode(), "text/plain")),
        ("files", ("d.pdf", issued.edited_pdf, "application/pdf")),
    ]
    response = service.post("/verifications", files=files)
    assert response.status_code == 200
    first, second, third, fourth = response.json()
    assert (first["file"], first["verdict"]) == ("a.pdf", "genuine")
    assert (second["file"], second["type"]) == ("b.pdf", "urn:problem-type:xueshi:unusable-input")
    assert (third["file"], third["verdict"]) == ("c.txt", "genuine")
    assert (fourth["file"], fourth["verdict"]) == ("d.pdf", "forged")


def test_one_file_is_a_list_of_one(service: httpx.Client, issued: Issued) -> None:
    response = service.post("/verifications", files={"files": ("a.txt", issued.token)})
    assert [answer["verdict"] for answer in response.json()] == ["genuine"]


@pytest.mark.parametrize(
    ("request_", "status", "name"),
    [
        pytest.param({"content": b"{", "headers": {"content-type": "application/json"}}, 400, "bad-body", id="no JSON"),
        pytest.param({"json": []}, 422, "wrong-fields", id="a list"),
        pytest.param({"json": {}}, 422, "wrong-fields", id="no field"),
        pytest.param({"json": {"token": "a", "qr": "b"}}, 422, "wrong-fields", id="both fields"),
        pytest.param({"json": {"jwt": "a"}}, 422, "wrong-fields", id="another field"),
        pytest.param({"json": {"token": 1}}, 422, "wrong-fields", id="no text"),
        pytest.param({"json": {"token": " "}}, 422, "wrong-fields", id="blank"),
        pytest.param({"json": {"token": "hello"}}, 422, "unusable-input", id="no token"),
        pytest.param({"json": {"token": "张伟"}}, 422, "unusable-input", id="a name"),
        pytest.param({"content": b"x"}, 415, "unsupported-media-type", id="no content type"),
        pytest.param({"data": {"text": "x"}}, 415, "unsupported-media-type", id="an ordinary form"),
        pytest.param(
            {"content": b"--x--\r\n", "headers": {"content-type": "multipart/form-data; boundary=x"}},
            422,
            "nothing-given",
            id="an empty multipart form",
        ),
        pytest.param(
            {"content": b"--x\r\n", "headers": {"content-type": "multipart/form-data; boundary=x"}},
            400,
            "bad-body",
            id="a multipart form cut short",
        ),
        pytest.param(
            {"content": b"nonsense", "headers": {"content-type": "multipart/form-data; boundary=x"}},
            400,
            "bad-body",
            id="a malformed multipart form",
        ),
        pytest.param(
            {"content": b"--x\r\n", "headers": {"content-type": "multipart/form-data"}}, 400, "bad-body", id="no boundary"
        ),
        pytest.param(
            {"files": [("files", (f"{n}.txt", b"x")) for n in range(21)]}, 413, "too-many-files", id="21 files"
        ),
    ],
)  # fmt: skip
def test_every_refusal_is_a_problem(
    service: httpx.Client, request_: dict[str, object], status: int, name: str
) -> None:
    response = service.post("/verifications", **request_)  # type: ignore[arg-type]  # a table of keyword arguments
    assert (response.status_code, response.headers["content-type"]) == (status, PROBLEM)
    problem = response.json()
    assert problem["type"] == f"urn:problem-type:xueshi:{name}"
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]


@pytest.mark.parametrize(
    ("method", "path", "status", "name"),
    [
        pytest.param("GET", "/no/such/place", 404, "not-found", id="404"),
        pytest.param("GET", "/static/../../pyproject.toml", 404, "not-found", id="out of the folder"),
        pytest.param("GET", "/static/0000/page.css", 404, "not-found", id="another release"),
        pytest.param("GET", "/docs", 404, "not-found", id="no documentation page from other sites"),
        pytest.param("GET", "/verifications", 405, "method-not-allowed", id="405"),
        pytest.param("DELETE", "/trust", 405, "method-not-allowed", id="405 on a page"),
    ],
)
def test_wrong_addresses_are_problems(
    service: httpx.Client, method: str, path: str, status: int, name: str
) -> None:
    response = service.request(method, path)
    assert (response.status_code, response.headers["content-type"]) == (status, PROBLEM)
    assert response.json()["type"] == f"urn:problem-type:xueshi:{name}"
    assert status != 405 or response.headers["allow"]


def test_a_file_over_the_limit_does_not_stop_the_others(issued: Issued) -> None:
    limit = len(issued.pdf) - 1
    with serving(create_app(issued.settings(max_upload=limit))) as client:
        files = [("files", ("big.pdf", issued.pdf)), ("files", ("a.txt", b"hello"))]
        big, small = client.post("/verifications", files=files).json()
    assert (big["type"], big["file"]) == ("urn:problem-type:xueshi:too-large", "big.pdf")
    assert small["type"] == "urn:problem-type:xueshi:unusable-input"


@pytest.mark.parametrize("body", [b"x" * 3000, iter([b"x" * 3000])], ids=["announced", "chunked"])
def test_a_body_over_the_limit_is_refused(issued: Issued, body: bytes | Iterator[bytes]) -> None:
    with serving(create_app(issued.settings(max_body=2000))) as client:
        response = client.post(
            "/verifications",
            content=body,
            headers={"content-type": "application/json"},
        )
    assert (response.status_code, response.headers["content-type"]) == (413, PROBLEM)


def test_a_foreign_host_name_is_refused(service: httpx.Client) -> None:
    host = {"host": "evil.example"}
    response = service.get("/", headers=host)
    assert (response.status_code, response.json()["type"]) == (421, "urn:problem-type:xueshi:misdirected")
    page = service.get("/", headers={**host, "accept": "text/html"}).text
    (style,) = re.findall(
        r'"(/static/\w+/page\.css)"', page
    )  # a page without its style sheet is hard to read
    assert service.get(style, headers=host).status_code == 200
    assert "回到核验页" not in page  # it would lead to the same host


def test_trust_data_that_cannot_be_used(issued: Issued, tmp_path_factory: pytest.TempPathFactory) -> None:
    spoilt = issued.copy(tmp_path_factory.mktemp("spoilt"))
    (spoilt.folder / "trust.jwt").write_text(issued.token)
    with serving(create_app(spoilt.settings())) as client:
        for response in (client.get("/ready"), client.post("/verifications", json={"token": issued.token})):
            assert (response.status_code, response.headers["content-type"]) == (503, PROBLEM)
            assert response.json()["type"] == "urn:problem-type:xueshi:trust-unusable"
            assert str(spoilt.folder) not in response.text
        page = client.get("/", headers={"accept": "text/html"})
        assert "没有可用的信任名单" in page.text


def test_health_and_readiness(service: httpx.Client, late_service: httpx.Client) -> None:
    assert service.get("/health").json() == {"status": "ok"}
    ready = service.get("/ready").json()
    assert (ready["number"], ready["ageSeconds"], ready["current"]) == (7, 86400, True)
    assert late_service.get("/ready").json()["current"] is False
