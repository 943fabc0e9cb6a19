"""One worker process: `python -m verifier.web.worker MEMORY TRUST ROOT PUBLIC`, driven by verifier.web.workers.

Standard input: a line of JSON {name, size, now}, then `size` bytes; over and over. Standard output, for each: four bytes
of length (big-endian), then JSON, one of
    {"report", "summary", "tally", "rows"}
                                        the report, in words, and the signed data beside the visible (comparison.py)
    {"refused": "unusable", "detail"}   not an input that can be verified
    {"refused": "trust", "detail"}      the trust data cannot be used
    {"refused": "memory"}               past the limit of memory
    {"refused": "fault", "detail"}      a defect of ours, by type and place
Nothing is written anywhere else: after the start standard error is closed, and there is no core dump.
"""

import json
import os
import resource
import sys
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from verifier.errors import InputError, VerifierError
from verifier.evidence import read_evidence
from verifier.sentences import summary, tally
from verifier.sources import Folder, Source, Web
from verifier.trust import TrustList, open_trust, read_root
from verifier.verify import verify
from verifier.web.comparison import compare

Answer = dict[str, object]


@dataclass(frozen=True)
class Places:
    """Where the trust data and the public files are."""

    trust: Path
    root: Path
    public: str

    def open_trust(self, now: datetime) -> TrustList:
        """Read the trust list as it stands on the disk now.

        Raises:
            VerifierError: it cannot be used.
            OSError: a file cannot be read.
        """
        return open_trust(self.trust.read_text("ascii"), read_root(self.root.read_bytes()), now)

    def source(self, trust: TrustList) -> Source:
        """Return where to read public files, remembering nothing from the last verification."""
        if self.public and "://" not in self.public:
            return Folder(Path(self.public))
        return Web([issuer.base for issuer in trust.issuers], self.public or None)


def check(places: Places, name: str, data: bytes, now: datetime) -> Answer:
    """Verify one input; whatever goes wrong becomes an answer."""
    try:
        trust = places.open_trust(now)
        source = places.source(trust)
    except (VerifierError, OSError, ValueError) as error:
        return {"refused": "trust", "detail": f"{type(error).__name__}: {error}"}
    try:
        evidence = read_evidence(data, name)
        report = verify(evidence, trust, source, now)
        rows = compare(report, evidence)
        signed = summary(report.credential.credential_subject) if report.credential and rows else None
        return {
            "report": report.to_json(),
            "summary": None if signed is None else asdict(signed),
            "tally": asdict(tally(report)),
            "rows": [row.to_json() for row in rows],
        }
    except InputError as error:
        return {"refused": "unusable", "detail": error.message}


def serve(places: Places, jobs: BinaryIO, answers: BinaryIO) -> None:
    """Answer jobs until there are no more."""
    while head := jobs.readline():
        job = json.loads(head)
        data = jobs.read(job["size"])
        try:
            answer = check(places, job["name"], data, datetime.fromisoformat(job["now"]))
        except MemoryError:
            answer = {"refused": "memory"}
        except Exception as error:  # noqa: BLE001 - the outermost loop; the message may quote the input, so it stays here
            answer = {"refused": "fault", "detail": f"{type(error).__name__} at {_place(error)}"}
        body = json.dumps(answer).encode()
        answers.write(len(body).to_bytes(4, "big") + body)
        answers.flush()


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "?" if trace is None else f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"


def main() -> None:
    """Set the limits, keep the pipe for answers alone, and serve."""
    memory, trust, root, public = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    serve(Places(Path(trust), Path(root), public), sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
