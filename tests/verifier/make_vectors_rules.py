"""Makes the vector of an issuer's published rules: the signed index, and the texts that it names. `./dev vectors`."""

import hashlib
import json
from pathlib import Path
from typing import Any

from tests.freezing import put
from tests.rules.documents import FLOOR, bytes_of
from tests.verifier.authority import NOW
from tests.verifier.make_vectors_trust import ABOUT, jwk, said, scene
from verifier.rulings import Listed, sign_index

FOLDER = Path(__file__).parents[1] / "vectors"
NOTE = "sample-public-floor-1.0.0.note.yaml"
END = "sample-public-floor-1.0.0.ending.yaml"
ENDING = {
    "ends": "sample-public-floor@1.0.0",
    "last": "2026-12-31",
    "document": "示例解释2号",
    "decided_on": "2026-03-01",
    "text": {"zh": "不再适用", "en": "no longer applies"},
}


def rules_vector() -> dict[str, Any]:
    authority = scene().authority
    texts = {NOTE: bytes_of(FLOOR), END: bytes_of(ENDING)}
    days = {NOTE: "2025-01-01", END: "2027-01-01"}
    numbers = {NOTE: "示例解释1号", END: None}
    listed = [
        Listed(name=name, sha256=hashlib.sha256(data).hexdigest(), from_=days[name], document=numbers[name])
        for name, data in texts.items()
    ]
    token = sign_index(authority.signer(), listed, NOW)
    return {
        "about": ABOUT,
        "key": jwk(authority.status_key),
        "index": token,
        "says": said(token),
        "texts": {one.path: texts[one.name].decode() for one in listed},
    }


def main() -> None:
    """Write the vector."""
    put(FOLDER / "rules.json", (json.dumps(rules_vector(), ensure_ascii=False, indent=1) + "\n").encode())


if __name__ == "__main__":
    main()
