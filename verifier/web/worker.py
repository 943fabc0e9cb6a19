"""One worker process: `python -m verifier.web.worker MEMORY PLACES`, driven by verifier.web.workers; PLACES is JSON.

Standard input: a line of JSON {name, size, now}, then `size` bytes; over and over. Standard output, for each: four bytes
of length (big-endian), then JSON, one of
    {"report", "summary", "tally", "rows"}
                                        the report, in words, and the signed data beside the visible (comparison.py)
    {"refused": "unusable", "detail"}   not an input that can be verified
    {"refused": "trust", "detail"}      the trust data cannot be used
    {"refused": "memory"}               past the limit of memory
    {"refused": "fault", "detail"}      a defect of ours, by type and place
Nothing is written anywhere else but what was seen of the trust data (verifier.seen), which names nobody: after the start
standard error is closed, and there is no core dump.
"""

import json
import os
import resource
import sys
from dataclasses import asdict
from datetime import datetime
from typing import BinaryIO

from pydantic import TypeAdapter

from verifier.errors import InputError, RollbackError, VerifierError
from verifier.evidence import read_evidence
from verifier.opening import Places, open_places
from verifier.sentences import summary, tally
from verifier.verify import verify_on
from verifier.web.comparison import compare

Answer = dict[str, object]
PLACES = TypeAdapter(Places)


def check(places: Places, name: str, data: bytes, now: datetime) -> Answer:
    """Verify one input; whatever goes wrong becomes an answer."""
    try:
        opened = open_places(places, now)
    except (VerifierError, OSError, ValueError) as error:
        return _refused("trust", error)
    try:
        evidence = read_evidence(data, name)
    except InputError as error:
        return {"refused": "unusable", "detail": error.message}
    report = verify_on(evidence, opened.ground)
    try:
        opened.keep()
    except (OSError, RollbackError) as error:  # without a memory, older data would be taken the next time
        return _refused("trust", error)
    rows = compare(report, evidence)
    signed = summary(report.credential.credential_subject) if report.credential and rows else None
    return {
        "report": report.to_json(),
        "summary": None if signed is None else asdict(signed),
        "tally": asdict(tally(report)),
        "rows": [row.to_json() for row in rows],
    }


def _refused(why: str, error: Exception) -> Answer:
    return {"refused": why, "detail": f"{type(error).__name__}: {error}"}


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
    memory, places = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    serve(PLACES.validate_json(places), sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
