"""One proof read in a process of its own: `python -m issuer.evidence.worker`, driven by `workshop`.

Standard input: the name on one line, as JSON, then the bytes. Standard output: a line of JSON, then the preview's bytes.
    {"media_type", "pages"}    it can be kept
    {"zh", "en"}               it cannot, and why
The process has limits on memory, time and files, and neither the environment nor the keys of the service.
"""

import json
import os
import resource
import sys

MEMORY, SECONDS = 1_500_000_000, 20


def main() -> None:
    """Set the limits, then read one proof."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    # Inside the limits: what the libraries do when they are loaded counts too.
    from issuer.evidence.errors import EvidenceRefused  # noqa: PLC0415
    from issuer.evidence.reading import read_proof  # noqa: PLC0415

    answers = os.fdopen(os.dup(1), "wb")
    # Whatever a library prints must not stand in the answer; a pipe to nobody holds no limit on files.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    name = json.loads(sys.stdin.buffer.readline())
    preview = b""
    try:
        read = read_proof(sys.stdin.buffer.read(), name)
        answer: dict[str, object] = {"media_type": read.media_type, "pages": read.pages}
        preview = read.preview
    except EvidenceRefused as refused:
        answer = {"zh": refused.zh, "en": refused.en}
    answers.write(json.dumps(answer).encode() + b"\n" + preview)
    answers.flush()


if __name__ == "__main__":
    main()
