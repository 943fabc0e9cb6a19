"""Invented credentials of every kind that a page can be asked to print, and their PDFs, each rendered once."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pypdfium2

from issuer.certificates.draft import Draft
from issuer.certificates.look import SPECIMEN
from issuer.certificates.pdf import draft_of, render
from verifier import base64url
from verifier.credential import Credential, encode_header, encode_payload, parse_payload
from verifier.lines import StatementLine, digest_lines, encode_lines, parse_lines
from verifier.transport import QrText, encode_qr

HOST = "jxjy.example.gov.cn"
DID = f"did:web:{HOST}"
PROOF = "c2sp.org/tlog-proof@v1\nindex 7\n示例 not a real proof\n"
LONG_NAME = "阿卜杜热合曼·买买提依明·阿不都克力木·吐尔逊江·艾合买提·古丽巴哈尔·热孜万古丽·示例"
LONG_EMPLOYER = "甘肃省积石山保安族东乡族撒拉族自治县人力资源和社会保障局所属公共就业和人才交流服务中心驻大河家镇劳动保障事务站暨继续教育培训基地联合管理委员会办公室综合业务科（示例）"
DEFERRED = [{"deferred": "第六条第（六）项第4目"}]
MOMENT = datetime(2026, 1, 15, 1, tzinfo=UTC)
UNFINISHED: dict[str, Any] = {
    "conclusion": "incomplete",
    "hours": {"professional": "32.5", "public": "30", "total": "62.5"},
    "categories": {"training": "32.5", "public_online": "30"},
}
TRIMMED = "超过每人每天8学时的上限，多出的部分不予认定"


def credential(
    kind: str = "CompletionCertificate",
    subject: dict[str, Any] | None = None,
    moment: datetime = MOMENT,
    **changes: Any,
) -> Credential:
    """A credential of 示例 people, issued at a `moment`; `changes` replace fields of its subject."""
    subject = subject or {
        "serial": "GS2025-0094567-3",
        "version": 1,
        "name": "张示例",
        "identifier": "620***********123X",
        "employer": "甘肃省示例医院",
        "year": 2025,
        "hours": {"professional": "62", "public": "30", "total": "92"},
        "required": {"professional": "60", "public": "0", "total": "90"},
        "categories": {
            "training": "40",
            "self_study": "10",
            "academic": "8",
            "contest": "4",
            "public_online": "30",
        },
        "deemed": [],
        "conclusion": "complete",
        "rules": ["gs-2023-03-31@1.0.0"],
        "registrar": "示例市人力资源和社会保障局",
        "selfVerified": False,
        **changes,
    }
    _, index, number = subject["serial"].split("-")
    status = [_entry(index, number, purpose) for purpose in ("revocation", "refresh")]
    value = {
        "@context": ["https://www.w3.org/ns/credentials/v2", f"https://{HOST}/ns/xueshi/v1"],
        "type": ["VerifiableCredential", kind],
        "iss": DID,
        "issuer": DID,
        "iat": int(moment.timestamp()),
        "validFrom": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
        "credentialStatus": status,
        "credentialSubject": subject,
    }
    return parse_payload(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _entry(index: str, number: str, purpose: str) -> dict[str, str]:
    return {
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(int(index)),
        "statusListCredential": f"https://{HOST}/status/{'r' if purpose == 'revocation' else 's'}{number}",
    }


def statement(lines: bytes, **changes: Any) -> Credential:
    return credential("HoursStatement", lines=digest_lines(lines).model_dump(), **{**UNFINISHED, **changes})


def lines(count: int, reason: str = TRIMMED) -> bytes:
    """`count` registered activities; every third one was cut for `reason`."""
    kinds = ("training", "public_online", "self_study", "academic", "exam", "transfer_in")
    return encode_lines(
        [
            StatementLine(
                activity=f"a{i}",
                category=kinds[i % len(kinds)],
                subject="professional",
                claimed=str(8 + i),
                recognised="8",
                article="第六条第（六）项第2目" if i % 2 else "第六条第（一）项",
                reason="" if i % 3 else reason,
            )
            for i in range(count)
        ]
    )


def transfer(years: int, **changes: Any) -> Credential:
    """A transfer certificate of the `years` up to 2025; every fourth one is deferred and not complete."""
    figures = ("hours", "required", "categories", "deemed", "conclusion", "rules")
    rows = []
    for year in range(2026 - years, 2026):
        own = {**UNFINISHED, "deemed": DEFERRED} if year % 4 == 2 else {}
        subject = credential("HoursStatement", lines=digest_lines(b"[]").model_dump(), **own)
        made = subject.credential_subject.model_dump(mode="json", by_alias=True)
        serial = f"GS{year}-{year * 4567 % 131072:07d}-{year % 7 + 1}"
        rows.append({"certificate": serial, "year": year, **{name: made[name] for name in figures}})
    subject = {
        "serial": "GS2026-0094567-3",
        "version": 1,
        "name": "张示例",
        "identifier": "620***********123X",
    }
    subject |= {"employer": "甘肃省示例医院", "years": rows, "registrar": "示例市人力资源和社会保障局"}
    subject |= {"selfVerified": False, **changes}
    return credential("TransferCertificate", subject=subject)


@dataclass(frozen=True)
class Sample:
    """What goes into a PDF."""

    credential: Credential
    lines: bytes | None = None

    @property
    def parsed(self) -> tuple[StatementLine, ...] | None:
        return None if self.lines is None else parse_lines(self.lines)

    @property
    def jws(self) -> str:
        """A compact JWS with a signature that nobody made: pages and codes do not depend on it."""
        header, payload = encode_header(f"{DID}#2026-1"), encode_payload(self.credential)
        signature = hashlib.sha512(payload).digest()
        return ".".join(base64url.encode(part) for part in (header, payload, signature))

    @property
    def qr(self) -> QrText:
        return encode_qr(self.jws, HOST, 1234)

    @property
    def draft(self) -> Draft:
        """What is laid out."""
        return draft_of(self.credential, self.jws, self.qr, PROOF, self.lines, SPECIMEN)


SAMPLES = {
    "plain": Sample(credential()),
    "self-verified, version 12": Sample(credential(version=12, selfVerified=True)),
    "professional deemed": Sample(credential(deemed=[{"professional": "第六条第（六）项第2目"}])),
    "all deemed": Sample(credential(deemed=[{"all": "第六条第（五）项"}])),
    "origin": Sample(credential(deemed=[{"origin": "第十一条"}], categories={"transfer_in": "92"})),
    "make-up finished": Sample(credential(deemed=DEFERRED)),
    "exception and overlay": Sample(
        credential(
            rules=["gs-2023-03-31@1.0.0", "cn-accounting-2018@1.2.0", {"exception": "示例函〔2026〕12号"}]
        )
    ),
    "elsewhere": Sample(
        credential(region="积石山保安族东乡族撒拉族自治县", measure="示例省专业技术人员继续教育学时登记办法")
    ),
    "rare characters": Sample(credential(name="龙𠅤𬭩𪚥")),
    "long names": Sample(
        credential(name=LONG_NAME, employer=LONG_EMPLOYER, deemed=[{"all": "第六条第（五）项"}])
    ),
    "statement": Sample(statement(lines(4), deemed=DEFERRED), lines(4)),
    "statement, nothing registered": Sample(
        statement(lines(0), hours={"professional": "0", "public": "0", "total": "0"}, categories={}), lines(0)
    ),
    "statement, complete": Sample(
        statement(
            lines(9),
            conclusion="complete",
            hours={"professional": "62", "public": "30", "total": "92"},
            deemed=[{"professional": "第六条第（六）项第2目"}],
        ),
        lines(9),
    ),
    "transfer": Sample(transfer(3)),
    "transfer, one year": Sample(transfer(1, selfVerified=True)),
    "transfer, long names, two sheets": Sample(transfer(10, name=LONG_NAME, employer=LONG_EMPLOYER)),
    "statement, three sheets": Sample(
        statement(lines(70, reason=TRIMMED * 6), name=LONG_NAME, employer=LONG_EMPLOYER),
        lines(70, reason=TRIMMED * 6),
    ),
}


@cache
def rendered(name: str) -> bytes:
    sample = SAMPLES[name]
    return render(sample.credential, sample.jws, sample.qr, PROOF, sample.lines, SPECIMEN)


def text_of(pdf: bytes) -> str:
    """The text of all sheets as PDFium gives it."""
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
