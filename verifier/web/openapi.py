"""What OpenAPI says about POST /verifications: bodies in, answers out, with an example of each."""

from verifier.report import CHECKS, Outcome, Verdict
from verifier.web import problems
from verifier.web.answers import ReportAnswer
from verifier.web.problems import ProblemError

VERIFICATION_PROBLEMS = (
    problems.BAD_BODY,
    problems.TOO_LARGE,
    problems.TOO_MANY,
    problems.BAD_MEDIA_TYPE,
    problems.WRONG_FIELDS,
    problems.NOTHING_GIVEN,
    problems.UNUSABLE_INPUT,
    problems.TOO_HEAVY,
    problems.TOO_OFTEN,
    problems.BUSY,
    problems.TRUST_UNUSABLE,
)

REQUEST_BODY: dict[str, object] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["files"],
                "properties": {
                    "files": {
                        "type": "array",
                        "items": {"type": "string", "contentMediaType": "application/octet-stream"},
                        "description": "PDF、图片或凭证文字，每个不超过 20 MB。PDFs, pictures or texts.",
                    }
                },
            }
        },
        "application/json": {
            "schema": {
                "oneOf": [
                    {
                        "type": "object",
                        "required": [name],
                        "properties": {name: {"type": "string", "description": says}},
                        "additionalProperties": False,
                    }
                    for name, says in {
                        "token": "凭证文字（紧凑 JWS）。The credential as a compact JWS.",
                        "qr": "二维码的网址或其中的数字。The QR's URL, or its digits.",
                    }.items()
                ]
            },
            "examples": {
                "token": {"value": {"token": "eyJhbGciOiJFUzI1NiIs…"}},
                "qr": {"value": {"qr": "https://jxjy.example.gov.cn/v#0123456789…"}},
            },
        },
    },
}


def _example() -> dict[str, object]:
    """Return a report on a made-up token, superseded, so that no member is null: FastAPI drops those from examples."""
    outcomes = {7: Outcome.FAILED, 10: Outcome.NOT_APPLICABLE, 11: Outcome.NOT_APPLICABLE}
    checks = [
        {
            "number": number,
            "code": code,
            "name": {"zh": name.zh, "en": name.en},
            "outcome": outcomes.get(number, Outcome.PASSED),
            "detail": {"zh": "……", "en": "…"},
            "against": "trust list 7",
            "measured": {"zh": "信任名单第 7 号", "en": "trust list 7"},
            "lack": "",
        }
        for number, (code, name) in CHECKS.items()
    ]
    report = {
        "file": "",
        "input": "token",
        "verdict": Verdict.SUPERSEDED,
        "headline": {"zh": "真实，但已有新版：这是完成证明的旧版", "en": "Genuine, but superseded: …"},
        "nextStep": {"zh": "请本人提供新版，不要采用这份的学时。", "en": "Ask for the newer version."},
        "document": {"type": "CompletionCertificate", "zh": "完成证明", "en": "completion certificate"},
        "issuer": {"zh": "甘肃省继续教育示范平台（示例）", "en": "Gansu demonstration platform (specimen)"},
        "subject": {"serial": "GS2025-0000001-1", "name": "示例", "year": 2025},
        "successor": "GS2025-0000002-1",
        "checks": checks,
        "warnings": [],
        "trust": {
            "number": 1,
            "issued": "2026-05-12T01:00:00Z",
            "expires": "2026-05-19T01:00:00Z",
            "source": "bundle.zip",
            "situation": "bundle",
            "asOf": "2026-05-12T00:00:00Z",
        },
        "checkedAt": "2026-05-12T02:02:00Z",
    }
    return ReportAnswer.model_validate(report).model_dump(mode="json", by_alias=True)


def _answers() -> dict[str, object]:
    report = _example()
    problem = ProblemError(
        problems.UNUSABLE_INPUT, "文件有密码。", "It has a password.", {"file": "b.pdf"}
    ).to_json()
    several = [{**report, "file": "a.pdf", "input": "pdf"}, problem]
    return {"json": {"value": report}, "multipart": {"value": several}}


ANSWERS = _answers()
"""Examples of the answer with status 200."""

EVENT_STREAM: dict[str, object] = {
    "schema": {
        "type": "string",
        "description": "multipart 请求且 Accept: text/event-stream：每核验完一份一个事件 answer {index, done, of, answer}，最后一个事件 end {of}。"
        "For multipart with Accept: text/event-stream, an event `answer` as each is done, then `end`.",
    },
    "examples": {
        "events": {
            "value": 'event: answer\ndata: {"index":0,"done":1,"of":1,"answer":{}}\n\nevent: end\ndata: {"of":1}\n\n'
        }
    },
}
"""The answer as server-sent events."""
