"""Errors as both services tell them: application/problem+json (RFC 9457), one type for each cause.

A problem never repeats what was sent: its words are ours, and name at most a field or a limit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer

MEDIA_TYPE = "application/problem+json"
PREFIX = "urn:problem-type:xueshi:"


@dataclass(frozen=True)
class ProblemType:
    """One cause: the last part of its URI, its status, and its title in both languages."""

    name: str
    status: HTTPStatus
    zh: str
    en: str

    @property
    def uri(self) -> str:
        """The stable identifier that programs compare."""
        return PREFIX + self.name


BAD_BODY = ProblemType(
    "bad-body", HTTPStatus.BAD_REQUEST, "读不懂请求的内容", "The request's body cannot be read"
)
NOT_FOUND = ProblemType("not-found", HTTPStatus.NOT_FOUND, "没有这个地址", "There is nothing at this address")
BAD_METHOD = ProblemType(
    "method-not-allowed",
    HTTPStatus.METHOD_NOT_ALLOWED,
    "这个地址不接受这种请求",
    "This address does not take this method",
)
TOO_LARGE = ProblemType(
    "too-large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "内容超过上限", "Larger than the limit"
)
TOO_MANY = ProblemType(
    "too-many-files",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "一次放入的文件太多",
    "Too many files in one request",
)
BAD_MEDIA_TYPE = ProblemType(
    "unsupported-media-type",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "不支持这种内容类型",
    "This content type is not supported",
)
MISDIRECTED = ProblemType(
    "misdirected",
    HTTPStatus.MISDIRECTED_REQUEST,
    "本服务不使用这个主机名",
    "This service does not answer to this host name",
)
WRONG_FIELDS = ProblemType(
    "wrong-fields",
    HTTPStatus.UNPROCESSABLE_ENTITY,
    "请求的字段不对",
    "The request's fields are not as expected",
)
NOTHING_GIVEN = ProblemType(
    "nothing-given",
    HTTPStatus.UNPROCESSABLE_ENTITY,
    "没有放入要核验的内容",
    "There is nothing to verify in the request",
)
UNUSABLE_INPUT = ProblemType(
    "unusable-input",
    HTTPStatus.UNPROCESSABLE_ENTITY,
    "这份文件不能核验",
    "This file cannot be verified as it is",
)
TOO_HEAVY = ProblemType(
    "too-heavy",
    HTTPStatus.UNPROCESSABLE_ENTITY,
    "核验这份文件超过了时间或内存的上限",
    "Verifying this file went past the limit of time or memory",
)
INTERNAL = ProblemType("internal", HTTPStatus.INTERNAL_SERVER_ERROR, "服务出错", "The service failed")
TOO_OFTEN = ProblemType(
    "too-often", HTTPStatus.TOO_MANY_REQUESTS, "请求太频繁", "Too many requests from this client"
)
BUSY = ProblemType("busy", HTTPStatus.SERVICE_UNAVAILABLE, "现在太忙", "Too busy at the moment")
TRUST_UNUSABLE = ProblemType(
    "trust-unusable",
    HTTPStatus.SERVICE_UNAVAILABLE,
    "本服务的信任数据不能用",
    "This service's trust data cannot be used",
)
NOT_READY = ProblemType(
    "not-ready", HTTPStatus.SERVICE_UNAVAILABLE, "服务还没有准备好", "The service is not ready"
)

ALL = tuple(value for value in globals().values() if isinstance(value, ProblemType))
EVERYWHERE = (MISDIRECTED, INTERNAL)
"""What any operation may answer."""


class ProblemAnswer(BaseModel):
    """RFC 9457. `type` is stable; `title` and `detail` are for people, Chinese then English."""

    model_config = ConfigDict(extra="forbid", title="Problem")

    type: str = Field(json_schema_extra={"enum": [kind.uri for kind in ALL]})
    title: str
    status: int
    detail: str
    file: str | None = None
    """Name of the file that this is about, as sent."""
    pointer: str | None = None
    """RFC 6901 pointer to the wrong field."""
    reference: str | None = None
    """Number under which the service logged a failure."""

    @model_serializer(mode="wrap")
    def _without_absent(self, handler: SerializerFunctionWrapHandler) -> dict[str, object]:
        return {name: value for name, value in handler(self).items() if value is not None}


@dataclass(eq=False)
class ProblemError(Exception):
    """Raised anywhere in a request; answered as a problem. `extra` holds members beside those of RFC 9457."""

    type: ProblemType
    zh: str
    en: str
    extra: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        """Return the members of the problem; title and detail in Chinese, then English."""
        return {
            "type": self.type.uri,
            "title": f"{self.type.zh} {self.type.en}",
            "status": self.type.status.value,
            "detail": f"{self.zh} {self.en}",
            **self.extra,
        }

    def to_response(self) -> JSONResponse:
        """Return the HTTP answer."""
        return JSONResponse(self.to_json(), self.type.status.value, dict(self.headers), media_type=MEDIA_TYPE)


def documented(*types: ProblemType) -> dict[int | str, dict[str, object]]:
    """Describe these problems for an operation's `responses` in OpenAPI, with an example of each."""
    described: dict[int | str, dict[str, object]] = {}
    for status in sorted({kind.status for kind in types}):
        kinds = [kind for kind in types if kind.status == status]
        described[status.value] = {
            "description": " / ".join(f"{kind.zh} {kind.en}" for kind in kinds),
            "content": {
                MEDIA_TYPE: {
                    "schema": {"$ref": "#/components/schemas/ProblemAnswer"},
                    "examples": {kind.name: {"value": _example(kind)} for kind in kinds},
                }
            },
        }
    return described


def _example(kind: ProblemType) -> dict[str, object]:
    return ProblemError(kind, "……", "…").to_json()
