"""What the service does about imports, in a thread of its own: files that were received, and what is held.

One file after another, portion by portion, each a transaction; between two portions it waits a moment, so that pages get
their turn at the one writer of SQLite. Killed at any moment, the next start goes on where the last portion was recorded.
"""

import contextlib
import logging
import threading
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from issuer.background import looking
from issuer.errors import ClockWentBack, IssuerError
from issuer.instance import Instance, writing
from issuer.intake import sendings, spool
from issuer.intake.asked import Asked
from issuer.intake.errors import FileRefused, IntakeError
from issuer.intake.holding import any_due, release_due
from issuer.intake.profiles import read_profile
from issuer.intake.sendings import NewSending, Sender, Sending, SendingState
from issuer.intake.service import Report, import_file, rehearse
from issuer.keys.errors import KeyUnavailable
from ledger.errors import LedgerError
from ledger.store import reading
from verifier.web.guard import place_of

log = logging.getLogger(__name__)

PORTION = 2000
"""Rows a transaction beside people's work: half a second of the writer's time at most."""
PAUSE = 0.1
"""Seconds between two portions: SQLite's waiting writers look again at least as often."""
LOOKS = 1.0
"""Seconds between two looks for something to do."""


_MENDED_ELSEWHERE = (ClockWentBack, KeyUnavailable, LedgerError, OSError, SQLAlchemyError)
"""What does not lie in the file: it is tried again."""


class _Stopped(Exception):
    """The service is being stopped."""


class Worker:
    """Works received files off until it is stopped."""

    def __init__(self, instance: Instance, portion: int = PORTION) -> None:
        self._instance, self._portion = instance, portion
        self._stop = threading.Event()
        self.trouble: str | None = None
        """The kind of what failed in the last round, None when it went well."""

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Keep on in the background until the end of the block; what is under way stops behind its portion."""
        settings = self._instance.settings
        with reading(self._instance.engine).connect() as connection:
            spool.sweep(settings, set(sendings.open_sendings(connection)))
        with looking("imports", self._look_unless_stopped, LOOKS, self._stop):
            yield

    def _look_unless_stopped(self) -> None:
        with contextlib.suppress(_Stopped):
            self.look()

    def look(self) -> None:
        """Do all that there is to do; what fails is told by `trouble` and tried again."""
        try:
            self._release()
            self._take_in()
            while (one := self._next()) is not None:
                self._work_off(one)
            self.trouble = None
        except (IssuerError, LedgerError, OSError, SQLAlchemyError) as error:
            self.trouble = type(error).__name__
            log.error("imports failed: %s at %s", self.trouble, place_of(error))  # noqa: TRY400 - a message may quote a row

    def _release(self) -> None:
        """Let imports count whose declaration was reversed. A crash before the commit leaves them for the next look."""
        with reading(self._instance.engine).connect() as connection:
            due = any_due(connection)
        if due:
            with writing(self._instance) as work:
                released = release_due(work)
            log.info("released held imports=%d", released)

    def _take_in(self) -> None:
        """Note what the terminal handed over. A crash before the commit leaves it where it is; after it, it is known."""
        for one, told in spool.handed_over(self._instance.settings):
            with writing(self._instance) as work:
                if one not in sendings.open_sendings(work.connection):
                    sendings.add(work, _handed_over(one, told))
            spool.taken_in(self._instance.settings, one)

    def _next(self) -> Sending | None:
        with reading(self._instance.engine).connect() as connection:
            waiting = sendings.open_sendings(connection)
            return sendings.read_sending(connection, waiting[0]) if waiting else None

    def _work_off(self, one: Sending) -> None:
        try:
            report = self._read(one)
        except (_Stopped, *_MENDED_ELSEWHERE):
            raise
        except IntakeError as error:
            code = error.code if isinstance(error, FileRefused) else type(error).__name__
            state = SendingState.REFUSED
            told: dict[str, object] = {"code": code, "message": str(error)}
        except Exception as error:  # noqa: BLE001 - a file that trips over a mistake of ours must not stop the others
            # By type and place alone: the message may quote a row.
            log.error("sending=%s failed: %s at %s", one.id, type(error).__name__, place_of(error))  # noqa: TRY400
            state = SendingState.REFUSED
            told = {
                "code": "fault",
                "message": "处理出错，请联系管理员 the service failed on it; tell the administrator",
            }
        else:
            state, told = _ended(one, report)
        # A crash before this commit has it looked at once more: what is recorded is found, and nothing is doubled.
        with writing(self._instance) as work:
            sendings.note_ended(work, one.id, state, told)
        spool.drop(self._instance.settings, one.id)
        log.info("worked off sending=%s state=%s", one.id, state)

    def _read(self, one: Sending) -> Report:
        path = spool.place(self._instance.settings, one.id)
        if not path.is_file():
            raise FileRefused("lost", "文件已不在，请重发 the file is gone; send it again")
        profile = read_profile(one.profile_text.encode(), one.profile)
        asked = replace(one.asked, portion=self._portion, sending=one.id)
        if one.dry_run:
            with writing(self._instance) as work:
                sendings.note_begun(work, one.id)
            return rehearse(self._instance, path, profile, asked, self._tick)
        return import_file(self._instance, path, profile, asked, self._tick)

    def _tick(self, _share: float, _row: int) -> None:
        if self._stop.wait(PAUSE):
            raise _Stopped


def _handed_over(one: UUID, told: dict[str, str]) -> NewSending:
    return NewSending(
        id=one,
        sender=Sender(),
        profile=read_profile(told["profile"].encode(), "profile"),
        asked=Asked.read(told["asked"]),
        dry_run=bool(told["dry_run"]),
        digest=bytes.fromhex(told["sha256"]),
        size=int(told["size"]),
    )


def _ended(one: Sending, report: Report) -> tuple[SendingState, dict[str, object]]:
    """What is kept of a report. Of an import the batch has totals and faults; of what was not recorded nothing else has."""
    told: dict[str, object] = {"unused": report.unused}
    if report.batch_id is not None:
        return SendingState.DONE, told | {"before": report.before and one.batch_id != report.batch_id}
    faults = [(fault.number, column, fault.code, fault.message) for fault, column in report.faults]
    told |= {"totals": report.totals.as_json(), "faults": faults}
    if one.dry_run:
        return SendingState.DONE, told
    words = "有误，按要求都没有登记 rows are wrong; as asked, nothing was recorded"
    return SendingState.REFUSED, told | {"code": "not_all_good", "message": words}
