"""One proof read in a process of its own: `python -m issuer.evidence.worker`, driven by `workshop`.

Standard input: a line of JSON, then the bytes. The line has a name, for a file that is new, or the number of a page to draw
of a PDF that was kept. Standard output: a line of JSON, then the bytes of a picture.
    {"media_type", "pages"}    it can be kept; the picture is its first page
    {}                         the picture is that page
    {"zh", "en"}               it cannot, and why
"""

import json
import sys

from issuer.apart import begin


def main() -> None:
    """Set the limits, then read one proof."""
    answers = begin()
    # Inside the limits: what the libraries do when they are loaded counts too.
    from issuer.evidence.errors import EvidenceRefused  # noqa: PLC0415
    from issuer.evidence.reading import page_of, read_proof  # noqa: PLC0415

    asked = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    answer: dict[str, object] = {}
    picture = b""
    try:
        if isinstance(asked, int):
            picture = page_of(data, asked)
        else:
            read = read_proof(data, asked)
            answer, picture = {"media_type": read.media_type, "pages": read.pages}, read.preview
    except EvidenceRefused as refused:
        answer = {"zh": refused.zh, "en": refused.en}
    answers.write(json.dumps(answer).encode() + b"\n" + picture)
    answers.flush()


if __name__ == "__main__":
    main()
