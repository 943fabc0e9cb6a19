"""The signed bytes: one encoding for one credential, and nothing but what the format says."""

import copy
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.verifier.authority import credential, payload, text
from verifier import credential as credentials
from verifier.credential import (
    CATEGORIES,
    CompletionCertificate,
    Credential,
    HoursStatement,
    StatementLine,
    digest_lines,
    encode_header,
    encode_lines,
    encode_payload,
    parse_lines,
    parse_payload,
)
from verifier.errors import CredentialError, UnknownVersionError

VECTORS = Path(__file__).parents[1] / "vectors"
Change = Callable[[dict[str, Any]], object]


def statement(**subject: Any) -> dict[str, Any]:
    made = payload(conclusion="incomplete", **subject)
    made["type"][1] = "HoursStatement"
    made["credentialSubject"]["lines"] = {"count": 2, "digest": "A" * 43}
    return made


def test_the_normative_example_round_trips() -> None:
    data = text(payload())
    read = parse_payload(data)
    assert isinstance(read, CompletionCertificate)
    assert encode_payload(read) == data
    assert read.document.zh == "完成证明"
    assert "张伟".encode() in data, "Chinese stands as UTF-8, never escaped"


def test_a_statement_round_trips_and_says_so() -> None:
    read = parse_payload(text(statement()))
    assert isinstance(read, HoursStatement)
    assert encode_payload(read) == text(statement())
    assert read.document.zh == "学时登记明细"


def test_the_vectors_hold() -> None:
    for name in ("certificate", "statement", "deemed", "elsewhere", "transfer"):
        vector = json.loads((VECTORS / f"credential-{name}.json").read_text("utf-8"))
        data = vector["payload"].encode()
        assert encode_payload(parse_payload(data)) == data
        assert encode_header(vector["kid"]).decode() == vector["header"]
        assert credentials.digest(vector["jws"]).hex() == vector["sha256"]


def put(value: object, *path: str | int) -> Change:
    def change(tree: dict[str, Any]) -> None:
        target: Any = tree
        for step in path[:-1]:
            target = target[step]
        target[path[-1]] = value

    return change


S = "credentialSubject"
STATUS = "credentialStatus"
REFUSALS: dict[str, Change] = {
    "unknown field": put(1, "more"),
    "unknown field of the subject": put(1, S, "idNumber"),
    "missing field": lambda t: t[S].pop("registrar"),
    "full ID number": put("62010219900101123X", S, "identifier"),
    "mask of two and four": put("62************123X", S, "identifier"),
    "mask of three and three": put("620************23X", S, "identifier"),
    "mask of other signs": put("620xxxxxxxxxxx123X", S, "identifier"),
    "amount with a zero too many": put("62.0", S, "hours", "professional"),
    "amount with a leading zero": put("062", S, "hours", "professional"),
    "amount with a sign": put("-62", S, "hours", "professional"),
    "amount with a plus": put("+62", S, "hours", "professional"),
    "amount with an exponent": put("6E1", S, "hours", "professional"),
    "amount as a number": put(62, S, "hours", "professional"),
    "amount in full-width digits": put("６２", S, "hours", "professional"),
    "amount with white space": put("62 ", S, "hours", "professional"),
    "amount with a line's end": put("62\n", S, "hours", "professional"),
    "a category of zero": put("0", S, "categories", "academic"),
    "unknown category": put("4", S, "categories", "holiday"),
    "the usual region, said": put("甘肃省", S, "region"),
    "the usual measure, said": put("甘肃省专业技术人员继续教育学时认定管理办法", S, "measure"),
    "a region of nothing": put("", S, "region"),
    "incomplete certificate": put("incomplete", S, "conclusion"),
    "unknown conclusion": put("passed", S, "conclusion"),
    "deemed of two entries": put([{"all": "第六条第（五）项", "origin": "第十一条"}], S, "deemed"),
    "deemed of no entry": put([{}], S, "deemed"),
    "unknown deemed flag": put([{"health": "第六条"}], S, "deemed"),
    "rules without a version": put(["gs-2023-03-31"], S, "rules"),
    "no rules": put([], S, "rules"),
    "lines in a certificate": put({"count": 1, "digest": "A" * 43}, S, "lines"),
    "year of another serial": put(2024, S, "year"),
    "year as text": put("2025", S, "year"),
    "version zero": put(0, S, "version"),
    "version true": put(True, S, "version"),
    "name empty": put("", S, "name"),
    "name with a zero-width space": put("张\u200b伟", S, "name"),
    "name turned round": put("\u202e伟张", S, "name"),
    "name with a line's end": put("张\n伟", S, "name"),
    "name of a private character": put("张\ue000", S, "name"),
    "name with an outer space": put(" 张伟", S, "name"),
    "name too long": put("张" * 65, S, "name"),
    "another issuer than iss": put("did:web:other.example", "issuer"),
    "not a did:web": put("did:key:z6Mk", "iss"),
    "validFrom of another moment": put("2026-01-15T01:00:01Z", "validFrom"),
    "validFrom in another zone": put("2026-01-15T09:00:00+08:00", "validFrom"),
    "iat with a fraction": put(1768438800.0, "iat"),
    "iat as text": put("1768438800", "iat"),
    "the year 9999999": put(10**15, "iat"),
    "vc claim": put({}, "vc"),
    "validUntil": put("2030-01-01T00:00:00Z", "validUntil"),
    "status twice for one purpose": put("revocation", STATUS, 1, "statusPurpose"),
    "status in the other order": lambda t: t[STATUS].reverse(),
    "status of one list only": lambda t: t[STATUS].pop(),
    "status index as a number": put(94567, STATUS, 0, "statusListIndex"),
    "status index of another serial": put("1", STATUS, 0, "statusListIndex"),
    "status index with a leading zero": put("094567", STATUS, 0, "statusListIndex"),
    "status list of another number": put(
        "https://jxjy.example.gov.cn/status/r4", STATUS, 0, "statusListCredential"
    ),
    "status list not over https": put(
        "http://jxjy.example.gov.cn/status/r3", STATUS, 0, "statusListCredential"
    ),
    "status list on a host with a user": put(
        "https://a@b.example/status/r3", STATUS, 0, "statusListCredential"
    ),
    "status list behind a query": put("https://b.example/?/status/r3", STATUS, 0, "statusListCredential"),
    "status list up a folder": put("https://b.example/../status/r3?x", STATUS, 0, "statusListCredential"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refused(case: str) -> None:
    changed = copy.deepcopy(payload())
    REFUSALS[case](changed)
    with pytest.raises(CredentialError):
        parse_payload(text(changed))


OTHER_BYTES: dict[str, Callable[[bytes], bytes]] = {
    "a key twice": lambda data: data.replace(b'"version":1', b'"version":2,"version":1'),
    "keys in another order": lambda data: text(dict(reversed(json.loads(data).items()))),
    "categories in another order": lambda data: data.replace(
        b'"training":"40","self_study":"10"', b'"self_study":"10","training":"40"'
    ),
    "spaces": lambda data: json.dumps(json.loads(data), ensure_ascii=False).encode(),
    "escaped Chinese": lambda data: json.dumps(json.loads(data), separators=(",", ":")).encode(),
    "an escaped slash": lambda data: data.replace(b"https://", b"https:\\/\\/", 1),
    "a line's end": lambda data: data + b"\n",
    "a byte order mark": lambda data: b"\xef\xbb\xbf" + data,
    "UTF-16": lambda data: data.decode().encode("utf-16"),
    "cut": lambda data: data[:-1],
    "empty": lambda _: b"",
    "null": lambda _: b"null",
    "a list": lambda data: b"[" + data + b"]",
    "NaN": lambda data: data.replace(b'"version":1', b'"version":NaN'),
    "nested without end": lambda _: b'{"a":' * 20000,
    "a lone surrogate": lambda data: data.replace("张伟".encode(), b"\\ud800"),
}


@pytest.mark.parametrize("case", OTHER_BYTES)
def test_other_bytes_of_the_same_meaning_are_refused(case: str) -> None:
    with pytest.raises(CredentialError):
        parse_payload(OTHER_BYTES[case](text(payload())))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(put(["VerifiableCredential", "AwardCertificate"], "type"), id="type"),
        pytest.param(
            put(["https://www.w3.org/ns/credentials/v2", "https://a.example/ns/xueshi/v2"], "@context"),
            id="context",
        ),
        pytest.param(
            put(["https://www.w3.org/ns/credentials/v3", "https://a.example/ns/xueshi/v1"], "@context"),
            id="W3C",
        ),
    ],
)
def test_an_unknown_version_is_told_apart(change: Change) -> None:
    changed = copy.deepcopy(payload())
    change(changed)
    with pytest.raises(UnknownVersionError):
        parse_payload(text(changed))


def test_a_credential_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        credential().credential_subject.name = "李娜"


def test_a_builder_cannot_make_what_a_reader_refuses() -> None:
    good = credential().credential_subject
    with pytest.raises(ValidationError):
        type(good).model_validate({**dict(good), "identifier": "62010219900101123X"})


@pytest.mark.parametrize(
    ("full", "masked"),
    [("62010219900101123X", "620***********123X"), ("E12345678", "E12**5678"), ("12345678", "123*5678")],
)
def test_mask(full: str, masked: str) -> None:
    assert credentials.mask(full) == masked


def test_what_is_too_short_to_mask_is_refused() -> None:
    with pytest.raises(ValueError, match="eight"):
        credentials.mask("1234567")


names = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "Pd", "Po", "Zs")), min_size=1, max_size=64
).filter(lambda name: name == name.strip())
amounts = st.decimals(Decimal("0.01"), Decimal(9999), places=2).map(lambda d: f"{d.normalize():f}")


@given(names, st.dictionaries(st.sampled_from(CATEGORIES), amounts))
def test_whatever_can_be_built_round_trips(name: str, categories: dict[str, str]) -> None:
    made: Credential = CompletionCertificate.model_validate(
        {
            **dict(credential()),
            "credential_subject": {
                **dict(credential().credential_subject),
                "name": name,
                "categories": categories,
            },
        }
    )
    data = encode_payload(made)
    assert parse_payload(data) == made
    assert encode_payload(parse_payload(data)) == data


def line(**changes: Any) -> StatementLine:
    fields = {
        "activity": "A1",
        "category": "training",
        "subject": "professional",
        "claimed": "12",
        "recognised": "8",
        "article": "第六条第（一）项",
        "reason": "每天最多 8 学时。",
    }
    return StatementLine.model_validate({**fields, **changes})


def test_lines_round_trip_and_are_described_by_count_and_digest() -> None:
    data = encode_lines([line(), line(activity="A2", subject=None, category="exam")])
    assert parse_lines(data) == (line(), line(activity="A2", subject=None, category="exam"))
    assert digest_lines(data).count == 2


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"{}", id="not a list"),
        pytest.param(b"[{}]", id="fields missing"),
        pytest.param(encode_lines([line()]) + b" ", id="a space"),
        pytest.param(encode_lines([line()]).replace(b'"8"', b'"8.0"'), id="amount"),
        pytest.param(
            encode_lines([line()]).replace(b'"claimed":"12"', b'"claimed":"9","claimed":"12"'), id="key twice"
        ),
    ],
)
def test_other_lines_are_refused(data: bytes) -> None:
    with pytest.raises(CredentialError):
        parse_lines(data)
