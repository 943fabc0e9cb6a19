"""One upload read in a process of its own: `python -m issuer.transfers.worker`, driven by `extracting`.

Standard input: the bytes. Standard output: JSON.
    {"finding", "kind", "proof", "signatures", "checks"}   a credential, what surrounds it, and checks 1 and 10
    {"refused"}                                            none, and why
"""

import base64
import json
import sys
from typing import TYPE_CHECKING

from issuer.apart import begin

if TYPE_CHECKING:
    from verifier.credential import Credential
    from verifier.evidence import Evidence, PdfSignature


def main() -> None:
    """Set the limits, then read one upload."""
    answers = begin()
    answers.write(json.dumps(_look(sys.stdin.buffer.read())).encode())
    answers.flush()


def _look(data: bytes) -> dict[str, object]:
    # Inside the limits: what the libraries do when they are loaded counts too.
    from verifier.errors import InputError  # noqa: PLC0415
    from verifier.evidence import read_evidence  # noqa: PLC0415

    try:
        evidence = read_evidence(data, "upload")
    except InputError as error:
        zh, _, en = error.message.partition(" / ")
        return {"refused": f"{zh} {en or zh}"}
    if not evidence.findings:
        return {"refused": "文件里没有可读的凭证（二维码或附件） there is no readable credential in it"}
    return _told(evidence)


def _told(evidence: "Evidence") -> dict[str, object]:
    from verifier.checks import check_one  # noqa: PLC0415 - as above
    from verifier.page_check import check_page  # noqa: PLC0415

    first = evidence.findings[0]
    checks = (check_one(evidence), check_page(_credential(first.jws), evidence))
    return {
        "finding": {"jws": first.jws, "where": first.where, "host": first.host, "index": first.index},
        "kind": evidence.kind.value,
        "signatures": [_signature(one) for one in evidence.pdf_signatures],
        "proof": None if evidence.proof is None else base64.b64encode(evidence.proof).decode(),
        "checks": [
            {
                "number": one.number,
                "outcome": one.outcome.value,
                "zh": one.detail.zh,
                "en": one.detail.en,
                "against": one.against,
            }
            for one in checks
        ],
    }


def _signature(one: "PdfSignature") -> dict[str, object]:
    """A signature of the PDF's own, as it was found; whoever knows the issuer's keys verifies it."""
    return {
        "kind": one.kind,
        "contents": base64.b64encode(one.contents).decode(),
        "digest": None if one.digest is None else one.digest.hex(),
        "reaches_end": one.reaches_end,
        "gap_is_contents": one.gap_is_contents,
        "moment": None if one.moment is None else one.moment.isoformat(),
    }


def _credential(token: str) -> "Credential | None":
    from verifier import jws  # noqa: PLC0415 - as above
    from verifier.credential import parse_payload  # noqa: PLC0415
    from verifier.errors import VerifierError  # noqa: PLC0415

    try:
        return parse_payload(jws.split(token).payload)
    except VerifierError:
        return None  # check 2 says why


if __name__ == "__main__":
    main()
