"""One batch: what was done before is not done again, and what was done is kept as it goes."""

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from verifier.committee.answers import Answer
from verifier.committee.documents import Document
from verifier.committee.pool import Pool
from verifier.errors import InputError

Progress = Callable[[int, int], None]
"""Told how many of how many are done."""
FRESH = timedelta(hours=12)
"""How long an answer that was kept stands for a new one: status lists may have changed since."""


class Journal:
    """Answers as they came, a line each, beside the result; gone when the result is whole.

    A crash leaves it; its last line may be half written, and that document is verified again.
    """

    def __init__(self, path: Path, trust: int, now: datetime) -> None:
        """Open or begin the journal; one of other trust data, or too old, begins anew."""
        self._path = path
        head = {"trust": trust, "began": now.isoformat()}
        self.kept = _read(path, trust, now)
        if not self.kept:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)  # it names people
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(json.dumps(head) + "\n")
        else:
            with path.open("a", encoding="utf-8") as file:
                file.write("\n")  # ends a line that was cut short

    def keep(self, answer: Answer) -> None:
        """Write one answer; flushed, so that a kill loses none that was counted as done."""
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(answer.to_json(), ensure_ascii=False) + "\n")

    def end(self) -> None:
        """Take the journal away."""
        self._path.unlink(missing_ok=True)


def _read(path: Path, trust: int, now: datetime) -> dict[str, Answer]:
    try:
        first, *lines = path.read_text("utf-8").splitlines()
        head = json.loads(first)
        if head["trust"] != trust or not timedelta() <= now - datetime.fromisoformat(head["began"]) < FRESH:
            return {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    kept = {}
    for line in lines:
        try:
            answer = Answer.from_json(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
        if answer.sha256:
            kept[f"{answer.sha256} {answer.file}"] = answer
    return kept


def run_batch(
    documents: Sequence[Document],
    pool: Pool,
    journal: Journal | None = None,
    progress: Progress | None = None,
) -> list[Answer]:
    """Verify all documents; return their answers in order."""
    answers: dict[int, Answer] = {}
    for number, document in enumerate(documents):
        if journal and journal.kept and (kept := journal.kept.get(_key(document))):
            answers[number] = kept
    todo = [number for number in range(len(documents)) if number not in answers]
    if progress:
        progress(len(answers), len(documents))
    for place, answer in pool.run([documents[number] for number in todo]):
        answers[todo[place]] = answer
        if journal:
            journal.keep(answer)
        if progress:
            progress(len(answers), len(documents))
    return [answers[number] for number in range(len(documents))]


def _key(document: Document) -> str:
    try:
        return f"{hashlib.sha256(document.read()).hexdigest()} {document.name}"
    except (OSError, InputError):
        return ""
