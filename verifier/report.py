"""What the verifier says: every check by number and name, never a bare True (docs/checks.md)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from verifier.credential import Credential
from verifier.evidence import InputKind
from verifier.sources import Situation


class Outcome(StrEnum):
    """What became of one check."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_DONE = "not_done"
    """What it needs could not be had, or an earlier check failed. Never as good as passed."""
    NOT_APPLICABLE = "not_applicable"
    """This kind of input has nothing to check: a bare QR has no page."""

    @property
    def zh(self) -> str:
        """The outcome in Chinese."""
        return {"passed": "通过", "failed": "未通过", "not_done": "未做", "not_applicable": "不适用"}[
            self.value
        ]


class Lack(StrEnum):
    """Why a check was not done, as far as somebody can do something about it (verifier/next_steps.py)."""

    SOURCE = "source"
    """Nowhere to read public files from: offline."""
    TRUST = "trust"
    """A trust list that has not expired."""
    FRESH = "fresh"
    """A status list that is not too old."""
    FILES = "files"
    """A public file that cannot be had."""
    SOUND = "sound"
    """Public files that can be relied on: they are not what was signed, or older than what was seen."""
    WITNESSES = "witnesses"
    LATER = "later"
    """A ledger, or a list of issuances, that goes as far as this credential."""
    PLACE = "place"
    """Its place in the ledger, which a bare token does not say."""
    RULES = "rules"
    """Rules that its issuer has not published."""
    NEWER = "newer"
    """A program that knows the format."""
    PAGE = "page"
    """A program that reads a PDF's page: the browser's does not."""
    STRANGER = "stranger"
    """A signature of the PDF that is the issuer's: it has somebody else's."""


class Verdict(StrEnum):
    """The answer, worst first: the worst that applies is given."""

    FORGED = "forged"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    UNDETERMINED = "undetermined"
    GENUINE = "genuine"


class Standing(StrEnum):
    """What the status lists say of a credential."""

    VALID = "valid"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Says:
    """One sentence, in Chinese and in English."""

    zh: str
    en: str


CHECKS: Mapping[int, tuple[str, Says]] = {
    1: ("one-credential", Says("只有一份凭证", "Exactly one credential")),
    2: ("format", Says("格式与版本", "Format and version")),
    3: ("algorithm", Says("签名算法", "Signature algorithm")),
    4: ("signature", Says("签名", "Signature")),
    5: ("issuer", Says("签发机关与密钥", "Issuer and key")),
    6: ("dates", Says("日期", "Dates")),
    7: ("status", Says("状态", "Status")),
    8: ("ledger", Says("台账收录", "Issuance in the ledger")),
    9: ("figures", Says("学时算得对", "Figures follow")),
    10: ("page", Says("PDF 文字与签名一致", "PDF text equals the signed data")),
    11: ("pdf-signature", Says("PDF 自身的签名", "The PDF's own signature")),
}
"""Number → code and name. Numbers and codes are stable."""
AGAINST = (
    (r"^token$", "凭证文字"),
    (r"^QR text$", "二维码内容"),
    (r"QR on page (\d+)", r"第 \1 页的二维码"),
    (r"attachment (\S+)", r"附件 \1"),
    (r"^trust list (\d+)$", r"信任名单第 \1 号"),
    (r"^status list of (.+)$", r"\1 发布的状态表"),
    (r"issuances of (\d+) in (\d+)", r"\1 年签发名录（台账前 \2 条）"),
    (r"checkpoint (\d+)$", r"台账前 \1 条的树头"),
)
"""What a check was measured against, where `Check.against` has English words for it: what is found, and the Chinese."""
EXCEPTION = ("例外 ", "exception ")
"""The one Chinese word in it, and the English."""


@dataclass(frozen=True)
class Check:
    """One numbered check, what became of it, and what it was measured against."""

    number: int
    outcome: Outcome
    detail: Says
    against: str = ""
    lack: Lack | None = None
    """Of a check that was not done, what it wants; None where it waits for another check."""

    @property
    def code(self) -> str:
        """Stable code of the check."""
        return CHECKS[self.number][0]

    @property
    def name(self) -> Says:
        """Name of the check."""
        return CHECKS[self.number][1]

    @property
    def measured(self) -> Says:
        """What it was measured against, in words."""
        chinese = self.against
        for found, words in AGAINST:
            chinese = re.sub(found, words, chinese)
        return Says(chinese, self.against.replace(*EXCEPTION))

    def to_json(self) -> dict[str, object]:
        """Return the check with stable keys."""
        return {
            "number": self.number,
            "code": self.code,
            "name": {"zh": self.name.zh, "en": self.name.en},
            "outcome": self.outcome.value,
            "detail": {"zh": self.detail.zh, "en": self.detail.en},
            "against": self.against,
            "measured": {"zh": self.measured.zh, "en": self.measured.en},
            "lack": self.lack.value if self.lack else "",
        }


@dataclass(frozen=True)
class Warn:
    """Something to know that decides nothing."""

    code: str
    says: Says


@dataclass(frozen=True)
class TrustNote:
    """The trust data that a report rests on."""

    number: int
    issued: datetime
    expires: datetime
    source: str
    """Where public files came from; empty when there was no source (offline)."""
    situation: Situation
    as_of: datetime | None
    """A bundle's age: the moment of its oldest status list; None for what is read afresh."""


@dataclass(frozen=True)
class Report:
    """The whole answer about one input."""

    file: str
    input: InputKind
    verdict: Verdict
    standing: Standing
    credential: Credential | None
    """Signed data; None when there is no readable credential. Worth showing as such only when check 4 passed."""
    issuer: Says | None
    """The issuer's name from the trust list, never from the credential; None when it is not on the list."""
    checks: tuple[Check, ...]
    trust: TrustNote
    checked_at: datetime
    warnings: tuple[Warn, ...] = ()
    successor: str | None = field(default=None)
    """Serial of the version that took this one's place, from the signed details file."""

    def check(self, number: int) -> Check:
        """Return the check of that number."""
        return next(check for check in self.checks if check.number == number)

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that failed."""
        return tuple(check for check in self.checks if check.outcome is Outcome.FAILED)

    def count(self, outcome: Outcome) -> int:
        """Say how many checks ended so."""
        return sum(check.outcome is outcome for check in self.checks)

    def to_json(self) -> dict[str, object]:
        """Return the report with the stable keys of docs/checks.md."""
        from verifier.sentences import headline, next_step  # noqa: PLC0415 - sentences describes reports, so it imports this

        head, step = headline(self), next_step(self)
        document = self.credential.document if self.credential else None
        return {
            "file": self.file,
            "input": self.input.value,
            "verdict": self.verdict.value,
            "headline": {"zh": head.zh, "en": head.en},
            "nextStep": {"zh": step.zh, "en": step.en},
            "document": {"type": document.value, "zh": document.zh, "en": document.en} if document else None,
            "issuer": {"zh": self.issuer.zh, "en": self.issuer.en} if self.issuer else None,
            "subject": self.credential.credential_subject.model_dump(mode="json", by_alias=True)
            if self.credential
            else None,
            "successor": self.successor,
            "checks": [check.to_json() for check in self.checks],
            "warnings": [{"code": w.code, "zh": w.says.zh, "en": w.says.en} for w in self.warnings],
            "trust": {
                "number": self.trust.number,
                "issued": _text(self.trust.issued),
                "expires": _text(self.trust.expires),
                "source": self.trust.source,
                "situation": self.trust.situation.value,
                "asOf": _text(self.trust.as_of) if self.trust.as_of else None,
            },
            "checkedAt": _text(self.checked_at),
        }


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
