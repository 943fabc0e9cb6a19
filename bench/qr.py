"""How large the QR is: `python -m bench.qr [COUNT]`. Random records of each kind; the seed is fixed.

Prints bytes of the payload and of the frame, the QR's version at level M (drawn by a QR library), which format was
taken, and what format 1 alone would have needed.
"""

import hashlib
import random
import statistics
import sys
from collections.abc import Callable
from typing import Any

from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import QRData

from tests.verifier.authority import HOST, payload, text
from verifier import base64url, jws, transport
from verifier.credential import encode_header, moment_text, parse_payload

HEADER = encode_header("did:web:jxjy.example.gov.cn#2026-1")
COMMON = (
    "的一是在有人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工能下过子说产种面而方后多定行学法所民得经十三进等部度家"
    "电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数"
)
"""Frequent characters: employers are made of them."""
PLACES = ("兰州市", "天水市", "武威市", "临夏回族自治州", "敦煌市", "民勤县", "兰州新区", "甘州区")
DEEMED = [{"professional": "第六条第（六）项第2目"}]
RULES = ["gs-2023-03-31@1.0.0", "cn-accounting@1.0.0", {"exception": "甘人社函〔2025〕12号"}]


class Records:
    """Random records; every text is invented."""

    def __init__(self) -> None:
        self.random = random.Random(2025)  # noqa: S311 - samples, not secrets

    def common(self, length: int) -> str:
        return "".join(self.random.choices(COMMON, k=length))

    def rare(self, length: int) -> str:
        """Characters from the whole of the basic block, which no dictionary helps."""
        return "".join(chr(self.random.randrange(0x4E00, 0x9FA0)) for _ in range(length))

    def record(self, name: str, employer: str, *, statement: bool = False, **subject: Any) -> bytes:
        shares = [self.random.randrange(1, 80) / 2 for _ in range(4)]
        names = ("training", "self_study", "academic", "contest")
        hours = {"professional": f"{sum(shares):g}", "public": "30", "total": f"{sum(shares) + 30:g}"}
        made = payload(
            self.random.randrange(131_072),
            name=name,
            employer=employer,
            identifier=f"62{self.random.randrange(10)}***********{self.random.randrange(1000, 10000)}",
            hours=hours,
            categories={
                **{n: f"{share:g}" for n, share in zip(names, shares, strict=True)},
                "public_online": "30",
            },
            registrar=self.random.choice(PLACES) + "人力资源和社会保障局",
            **subject,
        )
        made["iat"] = 1767225600 + self.random.randrange(10_000_000)
        made["validFrom"] = moment_text(made["iat"])
        if statement:
            made["type"][1] = "HoursStatement"
            digest = base64url.encode(hashlib.sha256(self.random.randbytes(8)).digest())
            made["credentialSubject"] |= {
                "conclusion": "incomplete",
                "lines": {"count": 12, "digest": digest},
            }
        data = text(made)
        parse_payload(data)
        return data


def version(qr: transport.QrText) -> int:
    """The smallest version at level M, by a QR library."""
    code = QRCode(error_correction=ERROR_CORRECT_M)
    code.add_data(QRData(qr.prefix.encode(), mode=4))
    code.add_data(QRData(qr.digits.encode(), mode=1))
    return int(code.best_fit(start=1))


def measure(label: str, make: Callable[[], bytes], count: int, rng: random.Random) -> str:
    payloads = [make() for _ in range(count)]
    tokens = [jws.assemble(HEADER, data, lambda _: rng.randbytes(64)) for data in payloads]
    texts = [transport.encode_qr(token, HOST, rng.randrange(10**7)) for token in tokens]
    frames = [transport._from_digits(qr.digits) for qr in texts]  # noqa: SLF001 - measured from inside
    second = sum(frame[0] >> 4 == 2 for frame in frames)
    versions = [version(qr) for qr in texts]
    alone = [70 + len(transport._deflate(HEADER + b"\0" + data)) for data in payloads]  # noqa: SLF001
    sizes = [len(frame) for frame in frames]
    return (
        f"| {label} | {statistics.median(map(len, payloads)):.0f} | {statistics.median(sizes):.0f} / {max(sizes)} | "
        f"{statistics.median_high(versions)} / {max(versions)} | {second} of {count} | {max(alone)} |"
    )


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    made, rng = Records(), random.Random(7)  # noqa: S311 - samples, not secrets
    kinds: dict[str, Callable[[], bytes]] = {
        "median record": lambda: made.record(made.common(3), f"甘肃省{made.common(3)}人民医院"),
        "27-character employer, 11-character name": lambda: made.record(made.rare(11), made.common(27)),
        "60-character employer, 40-character name": lambda: made.record(made.rare(40), made.common(60)),
        "deemed, overlay and exception": lambda: made.record(
            made.common(3), made.common(12), deemed=DEEMED, rules=RULES
        ),
        "statement of hours": lambda: made.record(made.common(3), made.common(12), statement=True),
        "statement, 27 and 11": lambda: made.record(made.rare(11), made.common(27), statement=True),
        "statement, 60 and 40": lambda: made.record(made.rare(40), made.common(60), statement=True),
        "the longest the format allows": lambda: made.record(
            "".join(chr(rng.randrange(0x20000, 0x2A6D0)) for _ in range(64)), made.rare(100), statement=True
        ),
    }
    print(f"{count} random records each, level M, dictionary {transport.DICTIONARY}")
    print(
        "| record | payload bytes | frame bytes, median / max | version, median / max | format 2 | format 1 alone, max |"
    )
    print("|---|---|---|---|---|---|")
    for label, make in kinds.items():
        print(measure(label, make, count, rng))


if __name__ == "__main__":
    main()
