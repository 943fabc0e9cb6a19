"""Makes the credential's vectors again: `python -m tests.verifier.make_vectors`.

Signed with a key that everybody knows, deterministically (RFC 6979), so that a second run changes nothing.
"""

import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from tests.freezing import put
from tests.verifier.authority import HOST, KID, jwk, payload, text
from tests.verifier.transfers import transfer
from verifier import jws
from verifier.credential import digest, digest_lines, encode_header, encode_payload, parse_payload
from verifier.lines import StatementLine, encode_lines
from verifier.transport import encode_qr

ROOT = Path(__file__).parents[2]
TARGET = ROOT / "tests/vectors"
KEY = ec.derive_private_key(int.from_bytes(b"xueshi: a key that everybody has"), ec.SECP256R1())
LINES = [
    StatementLine(
        activity="A1",
        category="training",
        subject="professional",
        claimed="30",
        recognised="24",
        article="第六条第（一）项",
        reason="每天最多 8 学时。",
    ),
    StatementLine(
        activity="A2",
        category="public_online",
        subject="public",
        claimed="30",
        recognised="30",
        article="第五条",
        reason="",
    ),
]


def sign(data: bytes) -> bytes:
    r, s = decode_dss_signature(KEY.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True)))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def certificate() -> dict[str, Any]:
    return payload()


def deemed() -> dict[str, Any]:
    return payload(
        name="阿依夏木·买买提",
        employer="甘肃省示例地区高原农业与林业科学技术研究推广服务中心",
        hours={"professional": "12.5", "public": "30", "total": "42.5"},
        categories={"training": "12.5", "public_online": "30"},
        deemed=[{"professional": "第六条第（六）项第2目"}],
        rules=["gs-2023-03-31@1.0.0", {"exception": "甘人社函〔2025〕12号（示例）"}],
    )


def elsewhere() -> dict[str, Any]:
    """Of another region, decided by another measure than what goes without saying; serials there begin otherwise, too."""
    return payload(
        serial="SL2025-0094567-3",
        region="示例自治州",
        measure="示例省专业技术人员继续教育学时登记办法",
        rules=["sample-2024-01-01@1.0.0"],
    )


def statement() -> dict[str, Any]:
    lines = digest_lines(encode_lines(LINES)).model_dump(mode="json")
    made = payload(
        hours={"professional": "24", "public": "30", "total": "54"},
        categories={"training": "24", "public_online": "30"},
        conclusion="incomplete",
    )
    made["type"][1] = "HoursStatement"
    made["credentialSubject"]["lines"] = lines
    return made


def vector(value: dict[str, Any]) -> dict[str, Any]:
    data, header = text(value), encode_header(KID)
    assert encode_payload(parse_payload(data)) == data
    token = jws.assemble(header, data, sign)
    qr = encode_qr(token, HOST, 1000)
    return {
        "about": "一份示例凭证；密钥人人都有，只用于测试 / an example, signed with a key that everybody has",
        "kid": KID,
        "jwk": jwk(KEY),
        "header": header.decode(),
        "payload": data.decode(),
        "jws": token,
        "sha256": digest(token).hex(),
        "qr": {"index": 1000, "prefix": qr.prefix, "digits": qr.digits},
    }


def main() -> None:
    for name, value in (
        ("certificate", certificate()),
        ("deemed", deemed()),
        ("elsewhere", elsewhere()),
        ("statement", statement()),
        ("transfer", transfer()),
    ):
        made = vector(value)
        if name == "statement":
            made["lines"] = encode_lines(LINES).decode()
        data = json.dumps(made, ensure_ascii=False, indent=2) + "\n"
        put(TARGET / f"credential-{name}.json", data.encode())


if __name__ == "__main__":
    main()
