"""What the portal refuses, as problems (RFC 9457), and which of our errors becomes which.

An error's own message is written for users, Chinese first; it never quotes what was typed in.
"""

from http import HTTPStatus
from typing import Any

from issuer.access.errors import (
    AccountRefused,
    InvitationRefused,
    NotAllowed,
    ProviderAway,
    ProviderRefused,
    SecondFactorNeeded,
    SignInRefused,
    SignInThrottled,
)
from issuer.errors import InputRefused, IssuerError, NotFound, ReleaseRefused
from issuer.evidence.errors import EvidenceMissing, EvidenceRefused
from issuer.inspection.errors import FileClosed
from issuer.intake.errors import DigestDiffers, IntakeError, TooLarge
from issuer.people.errors import IdentifierError, UnitRefused
from issuer.portal.errors import KeyReused
from issuer.registration.errors import Overtaken, RegistrationError, SamePerson
from issuer.rulebook.errors import RuleRefused
from issuer.transfers.errors import ProfileRefused, TransferRefused
from ledger.errors import EventConflictError
from rules.errors import FactsError, NoPackInForce
from verifier.web import problems
from verifier.web.problems import ProblemError, ProblemType

SIGN_IN = ProblemType("sign-in-needed", HTTPStatus.UNAUTHORIZED, "请先登录", "Sign in first")
SIGN_IN_REFUSED = ProblemType("sign-in-refused", HTTPStatus.UNAUTHORIZED, "没有登录", "You are not signed in")
THROTTLED = ProblemType(
    "too-many-attempts", HTTPStatus.TOO_MANY_REQUESTS, "尝试次数太多", "Too many attempts"
)
PROVIDER_AWAY = ProblemType(
    "sign-in-out-of-reach",
    HTTPStatus.SERVICE_UNAVAILABLE,
    "统一认证暂时不可用",
    "The sign-in service is out of reach",
)
FORBIDDEN = ProblemType("not-allowed", HTTPStatus.FORBIDDEN, "没有办理权限", "Your roles do not allow this")
REASON_NEEDED = ProblemType("reason-needed", HTTPStatus.FORBIDDEN, "请先写明事由", "Say why before you look")
FORM_EXPIRED = ProblemType("form-expired", HTTPStatus.FORBIDDEN, "表单已失效", "This form is no longer valid")
MISSING = ProblemType("no-such-record", HTTPStatus.NOT_FOUND, "没有这条记录", "There is no such record")
CONFLICT = ProblemType(
    "changed-meanwhile", HTTPStatus.CONFLICT, "其间已有人办理", "Somebody acted on this in between"
)
STALE = ProblemType(
    "stale-etag", HTTPStatus.PRECONDITION_FAILED, "内容已更新", "It changed since you read it"
)
NO_ETAG = ProblemType(
    "etag-needed",
    HTTPStatus.PRECONDITION_REQUIRED,
    "请带上 If-Match",
    "Send If-Match with the ETag you read",
)
REFUSED = ProblemType(
    "refused", HTTPStatus.UNPROCESSABLE_ENTITY, "不能这样办理", "This cannot be done as asked"
)
PROOF_REFUSED = ProblemType(
    "proof-refused", HTTPStatus.UNPROCESSABLE_ENTITY, "这个文件不能作为证明", "This file cannot be a proof"
)
STORE_AWAY = ProblemType(
    "proofs-out-of-reach",
    HTTPStatus.SERVICE_UNAVAILABLE,
    "证明材料暂时取不到",
    "The proofs are out of reach",
)
BAD_CURSOR = ProblemType(
    "bad-cursor", HTTPStatus.UNPROCESSABLE_ENTITY, "翻页标记不对", "This is not the cursor of a page"
)
KEY_NEEDED = ProblemType(
    "idempotency-key-needed", HTTPStatus.BAD_REQUEST, "请带上 Idempotency-Key", "Send an Idempotency-Key"
)
KEY_REUSED = ProblemType(
    "idempotency-key-reused",
    HTTPStatus.UNPROCESSABLE_ENTITY,
    "Idempotency-Key 已用过",
    "This Idempotency-Key was used for another call",
)
LENGTH = ProblemType(
    "length-needed", HTTPStatus.LENGTH_REQUIRED, "请写明内容长度", "Send the length of the body"
)
DIGEST = ProblemType(
    "digest-differs", HTTPStatus.BAD_REQUEST, "内容与摘要不符", "The content is not what its digest says"
)
NOT_ENDED = ProblemType("not-ended", HTTPStatus.CONFLICT, "还没有办完", "It has not ended yet")
MEMBERS: dict[str, dict[str, Any]] = {
    "signIn": {"type": "string", "description": "登录的网址 Where to sign in"},
    "state": {"type": "string", "description": "现在的状态 What it is now"},
    "duty": {"type": "string", "description": "办理人的职责 In what capacity somebody acted"},
    "at": {"type": "string", "description": "办理的时间，北京时间 When, in Beijing time"},
}
"""What our problems say beside the members that all have."""
OURS = tuple(value for value in globals().values() if isinstance(value, ProblemType))

_KINDS: tuple[tuple[type[Exception], ProblemType], ...] = (
    (SignInThrottled, THROTTLED),
    (SignInRefused, SIGN_IN_REFUSED),
    (ProviderRefused, SIGN_IN_REFUSED),
    (SecondFactorNeeded, SIGN_IN_REFUSED),
    (ProviderAway, PROVIDER_AWAY),
    (NotAllowed, FORBIDDEN),
    (FileClosed, REASON_NEEDED),
    (SamePerson, FORBIDDEN),
    (Overtaken, CONFLICT),
    (EventConflictError, CONFLICT),
    (NotFound, MISSING),
    (KeyReused, KEY_REUSED),
    (AccountRefused, REFUSED),
    (InvitationRefused, REFUSED),
    (EvidenceRefused, PROOF_REFUSED),
    (EvidenceMissing, STORE_AWAY),
    (UnitRefused, REFUSED),
    (RegistrationError, REFUSED),
    (NoPackInForce, REFUSED),
    (TransferRefused, REFUSED),
    (ProfileRefused, REFUSED),
    (InputRefused, REFUSED),
    (ReleaseRefused, REFUSED),
    (DigestDiffers, DIGEST),
    (TooLarge, problems.TOO_LARGE),
    (IntakeError, REFUSED),
)


def problem_of(error: IssuerError | FactsError | NoPackInForce | EventConflictError) -> ProblemError:
    """Tell an error of ours as a problem; one that is nobody's refusal is a fault, and stays untold."""
    if isinstance(error, FactsError):
        zh, _, en = error.message.partition(" / ")
        expected, _, _ = error.expected.partition(" / ")
        return ProblemError(
            problems.WRONG_FIELDS, f"{zh}（应为：{expected}）。", en or zh, {"pointer": error.pointer or "/"}
        )
    if isinstance(error, RuleRefused):
        return ProblemError(REFUSED, f"{error.zh}。", f"{error.en}.")
    if isinstance(error, IdentifierError):
        return ProblemError(REFUSED, f"{error.message}。", f"Expected: {error.expected}.")
    for kind, problem in _KINDS:
        if isinstance(error, kind):
            headers = {"Retry-After": str(error.seconds)} if isinstance(error, SignInThrottled) else {}
            zh, en = split(str(error))
            return ProblemError(problem, f"{zh.rstrip('。')}。", f"{en.rstrip('.')}.", headers=headers)
    raise error


def split(message: str) -> tuple[str, str]:
    """Part a message of ours into its Chinese and its English sentence: the English begins at the last such change."""
    for at in range(len(message) - 1, 0, -1):
        if not message[at].isascii() and message[at] not in "“”‘’—…":
            rest = message[at + 1 :].strip()
            return (message[: at + 1].rstrip("。 "), rest) if rest else (message, message)
    return message, message
