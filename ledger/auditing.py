"""An audit with everything around it: the log itself, the views that others have of it, and the page."""

from collections.abc import Sequence
from pathlib import Path

from ledger import auditor
from ledger.audit_page import Audited, render
from ledger.auditor import AuditError, Progress, Trust
from ledger.checkpoint import Checkpoint
from ledger.files import replace_file
from ledger.note import Verifier
from ledger.views import Outcome, compare_views

__all__ = ["Audited", "Outcome", "audit", "write_page"]


def audit(  # noqa: PLR0913 - as the one-file auditor's, and the views
    place: str, trust: Trust, state: Path, views: Sequence[str], *, full: bool, progress: Progress
) -> tuple[Audited, int]:
    """Audit the log at `place` (address or folder) and compare it with `views`; returns what came of it and how many entries are new.

    What does not hold is `failure` in the answer, whether it is the log itself or two views of it.

    Raises:
        auditor.UnreadableError: the log's files, or the state, cannot be read.
    """
    fetch, failure, before = auditor.fetch_from(place), None, 0
    try:
        _, before = auditor.audit(fetch, trust, state, full=full, progress=progress)
    except AuditError as error:
        failure = str(error)
    _, head, visits = auditor.load_state(state, trust)
    verifier = Verifier(trust.log.name, trust.log.public)
    seen = compare_views(
        Checkpoint(trust.log.name, head.size, head.root),
        verifier,
        fetch,
        [(view, auditor.fetch_from(view)) for view in views],
    )
    forks = [view for view in seen if view.outcome is Outcome.DISAGREES]
    if forks and failure is None:
        failure = f"{forks[0].place} shows {forks[0].detail} / 所见不一致"
    return Audited(trust, head, visits, seen, failure), head.size - before


def write_page(path: Path, audited: Audited) -> None:
    """Write the page, replaced in one step."""
    replace_file(path, render(audited).encode("utf-8"))
