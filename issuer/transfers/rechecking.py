"""Asking origins again whether what is registered here still stands there (Art. 11): each night, before a year is issued, and when asked.

Only public files of issuers on the pinned trust list are read, as when it was brought. An answer that could not be had
leaves what was known, with the moment of it: that is told, never taken for "still stands", and stops nothing.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from issuer.instance import Instance, Transaction, writing
from issuer.transfers.checking import keep_seen, open_origins
from issuer.transfers.errors import TransferRefused
from issuer.transfers.extracting import of_token
from issuer.transfers.findings import GONE, Answer, There, latest_finding, note_finding, of_year
from issuer.transfers.tables import transfer_in
from ledger.store import reading
from rules.activity import Status
from verifier import jws
from verifier.credential import parse_payload
from verifier.errors import VerifierError
from verifier.report import Outcome, Report, Standing
from verifier.verify import verify_on

PORTION = 100
"""Answers a transaction."""
_STANDING = {Standing.REVOKED: There.REVOKED, Standing.SUPERSEDED: There.SUPERSEDED}
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Watched:
    """A registered transfer and the certificate that it stands on."""

    id: UUID
    token: str


@dataclass(frozen=True)
class Asked:
    """What came of asking: how many, which of them stand no more, and for which there was no answer."""

    count: int
    gone: tuple[tuple[UUID, Answer], ...]
    unanswered: tuple[UUID, ...]


def ask_again(
    instance: Instance, *, year: int | None = None, person_id: int | None = None, one: UUID | None = None
) -> Asked:
    """Ask about every registered certificate, those of a year or a person, or `one`, and keep the answers. No transaction is open
    while an origin is asked; a list that cannot be had is asked for once.
    """
    with reading(instance.engine).connect() as connection:
        watched = _watched(connection, year, person_id, one)
    answers = list(_answers(instance, watched))
    for start in range(0, len(answers), PORTION):
        # A crash before this commit leaves what was known before; the next time asks again.
        with writing(instance) as work:
            for asked, answer in answers[start : start + PORTION]:
                _keep(work, asked, answer)
    gone = tuple((each.id, answer) for each, answer in answers if answer is not None and answer.there in GONE)
    unanswered = tuple(each.id for each, answer in answers if answer is None)
    log.info("asked origins transfers=%d gone=%d unanswered=%d", len(answers), len(gone), len(unanswered))
    return Asked(len(answers), gone, unanswered)


def _watched(
    connection: sa.Connection, year: int | None, person_id: int | None, one: UUID | None
) -> list[Watched]:
    query = sa.select(transfer_in.c.id, transfer_in.c.token).where(
        transfer_in.c.state == Status.REGISTERED, transfer_in.c.token.is_not(None)
    )
    if year is not None:
        query = query.where(transfer_in.c.id.in_(of_year(year)))
    if person_id is not None:
        query = query.where(transfer_in.c.person_id == person_id)
    if one is not None:
        query = query.where(transfer_in.c.id == one)
    return [Watched(row.id, row.token) for row in connection.execute(query.order_by(transfer_in.c.id))]


def _answers(instance: Instance, watched: Sequence[Watched]) -> Iterator[tuple[Watched, Answer | None]]:
    """Each with its answer; None where none could be had."""
    if not watched:
        return
    try:
        opened = open_origins(instance)
    except TransferRefused:  # no trust list, or one that cannot be used: it is in the log
        yield from ((one, None) for one in watched)
        return
    silent: set[str] = set()
    for one in watched:
        place = _status_list(one.token)
        if place in silent:
            yield one, None
            continue
        answer = _answer(verify_on(of_token(one.token).evidence, opened.ground))
        if answer is None:
            silent.add(place)
        yield one, answer
    keep_seen(opened)


def _status_list(token: str) -> str:
    try:
        return parse_payload(jws.split(token).payload).credential_status[0].status_list_credential
    except VerifierError:  # of a format that is read no more: check 2 says so
        return token


def _answer(report: Report) -> Answer | None:
    credential = report.credential
    serial = "" if credential is None else credential.credential_subject.serial
    told = report.check(7).detail
    if report.standing in _STANDING:
        return Answer(_STANDING[report.standing], serial, told.zh, told.en, report.successor)
    if report.failed:
        one = report.failed[0]
        return Answer(There.REFUSED, serial, f"第{one.number}项{one.name.zh}：{one.detail.zh}", one.detail.en)
    if report.check(7).outcome is Outcome.PASSED:
        return Answer(There.STANDS, serial, told.zh, told.en)
    return None


def _keep(work: Transaction, one: Watched, answer: Answer | None) -> None:
    """Keep an answer, unless somebody reversed or renewed the transfer while its origin was asked."""
    its = transfer_in.c.id == one.id
    row = work.connection.execute(sa.select(transfer_in).where(its).with_for_update()).one()
    if row.state != Status.REGISTERED or row.token != one.token:
        return
    now = work.instance.now()
    values: dict[str, object] = {"asked_at": now}
    if answer is not None:
        values |= {"answered_at": now, "standing_there": answer.there}
        if answer.there != (row.standing_there or There.STANDS) or _named_since(work, one.id, answer):
            note_finding(work, one.id, answer)
    work.connection.execute(sa.update(transfer_in).where(its).values(values))


def _named_since(work: Transaction, transfer_id: UUID, answer: Answer) -> bool:
    """Whether the origin names the version in its place only now: it may be made long after the old one was superseded."""
    if answer.successor is None:
        return False
    before = latest_finding(work.connection, transfer_id)
    return before is None or before.successor != answer.successor
