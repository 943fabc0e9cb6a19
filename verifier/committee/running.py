"""A committee's run, from inputs to files: table, workbook, receipt. Killed at any moment, the next run goes on."""

import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from verifier.committee.batch import Journal, run_batch
from verifier.committee.candidates import read_candidates, read_years
from verifier.committee.documents import find_documents
from verifier.committee.export import to_csv, to_xlsx
from verifier.committee.pool import Pool
from verifier.committee.receipt import about, committee_key, make_receipt, to_html
from verifier.committee.rows import Table, tabulate
from verifier.errors import InputError
from verifier.evidence import EXPECTED
from verifier.files import put
from verifier.jws import PublicKey
from verifier.opening import Places, open_places
from verifier.seen import save_seen

NAME = "核验结果"
RECEIPT = "核验回执"
JOURNAL = ".journal"
Draw = Callable[[str, Mapping[str, bytes]], bytes]
"""Draws a PDF of a page, with files attached under their names."""


@dataclass(frozen=True)
class Job:
    """What is asked for."""

    inputs: list[Path]
    out: Path
    candidates: Path | None
    years: str
    places: Places
    key: Path
    processes: int | None = None
    """How many at once; None for one a core."""


@dataclass(frozen=True)
class Result:
    """What was made."""

    table: Table
    files: list[Path]
    thumbprint: str
    number: int
    """Which of the results in that folder this is; earlier ones are kept."""


def run(job: Job, now: datetime, draw_pdf: Draw | None = None) -> Result:
    """Verify, tabulate, write.

    A crash before the end leaves the journal, from which the next run goes on; the files appear whole, one by one, the receipt last.
    What a run before has made in that folder is kept: from the second on, the files' names end in its number.

    Raises:
        VerifierError, OSError, ValueError: it cannot be done as asked; no file was written.
    """
    years = read_years(job.years) if job.years else ()
    known = read_candidates(job.candidates, years) if job.candidates else ()
    opened = open_places(job.places, now)
    key = committee_key(job.key)
    documents = find_documents(job.inputs)
    if not documents and not known:
        shown = "、".join(map(str, job.inputs))
        raise InputError(shown, EXPECTED, "里面没有文件，也没有名单 / no files in it, and no list")
    job.out.mkdir(parents=True, exist_ok=True)
    journal = Journal(job.out / JOURNAL, opened.ground.trust.number, now)
    pool = Pool(job.places, now)
    if job.processes:
        pool.workers = job.processes
    with _Bar() as bar:
        answers = run_batch(documents, pool, journal, bar.show)
    table = tabulate(answers, known, years)
    thumbprint = PublicKey("EdDSA", key.public_key()).thumbprint
    number = _number(job.out, resumed=bool(journal.kept))
    name, named = _names(number)
    files = {f"{name}.xlsx": to_xlsx(table, about(opened, thumbprint)), f"{name}.csv": to_csv(table)}
    receipt = make_receipt(answers, table, opened, key, files)
    page = to_html(receipt, table, answers, opened)
    readable = json.dumps(receipt.content, ensure_ascii=False, indent=2)
    token = {f"{named}.jwt": receipt.token.encode("ascii")}
    files |= {f"{named}.json": readable.encode("utf-8"), f"{named}.html": page.encode("utf-8")}
    if draw_pdf:
        files[f"{named}.pdf"] = draw_pdf(page, token)
    files |= token
    for path, data in files.items():
        put(job.out / path, data)
    opened.keep()
    if job.places.state is not None:
        save_seen(job.places.state, opened.pinned.thumbprint, pool.seen)
    journal.end()
    return Result(table, [job.out / path for path in files], thumbprint, number)


def _names(number: int) -> tuple[str, str]:
    """What the files of a table and of its receipt are called, without their endings."""
    mark = f"-{number}" if number > 1 else ""
    return f"{NAME}{mark}", f"{RECEIPT}{mark}"


def _number(out: Path, *, resumed: bool) -> int:
    """Return the first number of which `out` has no file; or, for a run that goes on, of which a kill left no receipt."""
    for number in itertools.count(1):
        name, named = _names(number)
        if not any((*out.glob(f"{name}.*"), *out.glob(f"{named}.*"))):
            break
        if resumed and not (out / f"{named}.jwt").exists():
            break
    return number


class _Bar:
    """A bar on the terminal, on standard error; nothing when that is a file."""

    def __enter__(self) -> Self:
        from rich.console import Console  # noqa: PLC0415 - for people at a terminal
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

        columns = (TextColumn("核验 verifying"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._progress = Progress(*columns, console=Console(stderr=True), transient=True)
        self._task = self._progress.add_task("", total=None)
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, done: int, of: int) -> None:
        """Show how far it is."""
        self._progress.update(self._task, completed=done, total=of)
