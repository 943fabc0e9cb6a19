"""Credentials: issue, supersede, revoke. The caller opens the transaction; nothing unverified is saved."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, cast, get_args

from sqlalchemy import Row, insert, select

from issuer.credentials.building import Edition, Unsigned, build, remake
from issuer.credentials.errors import AlreadyWithdrawn
from issuer.credentials.sealing import Issued, Sealer, save
from issuer.credentials.slots import SlotDrawer
from issuer.credentials.tables import credential, transfer_year, withdrawal
from issuer.errors import NotFound, ReleaseRefused
from issuer.instance import Transaction
from issuer.people.tables import professional
from issuer.records.service import YearRecord, repeat
from issuer.records.tables import year_record
from issuer.registration.roster import Judged
from ledger.bulk import among
from ledger.entry import Kind, canonical
from rules.decision import Decision
from verifier import jws
from verifier.credential import Credential, encode_payload, parse_payload
from verifier.status import Purpose, Reason


@dataclass(frozen=True)
class Withdrawal:
    """What is no longer valid: `refresh` superseded (the hours changed), `revocation` false."""

    serial: str
    purpose: Purpose
    reason: Reason
    successor: str | None = None


def issued_before(work: Transaction, records: Sequence[YearRecord]) -> dict[int, Issued]:
    """The credentials of records that were issued before, by the record's id."""
    if not records:
        return {}
    found = {}
    its = among(work.connection, credential.c.record_id, [record.id for record in records])
    for row in work.connection.execute(select(credential).where(its)):
        lines = row.lines.encode() if row.lines else None
        found[row.record_id] = Issued(row.serial, row.document, row.jws, lines, fresh=False)
    return found


@dataclass(frozen=True)
class Order:
    """What a credential is to be issued for: a version of a person's year."""

    person_key: bytes
    entry: Judged
    decision: Decision
    version: int


@dataclass(frozen=True)
class Ready:
    """A credential signed and read back, which the database does not have yet; and the one that it takes the place of."""

    issued: Issued
    row: tuple[object, ...]
    before: tuple[str, Reason] | None


def prepare_all(work: Transaction, orders: Sequence[Order]) -> list[Ready]:
    """Sign a credential for each order and note its issuance for the ledger; nothing is written yet.

    Raises:
        ReleaseRefused: what was signed does not read back as what was meant.
        KeyUnavailable: the key's place does not answer.
    """
    settings, slots = work.instance.settings, SlotDrawer(work).draw(len(orders))
    editions = [
        Edition(order.version, slot, work.instance.now()) for order, slot in zip(orders, slots, strict=True)
    ]
    made = [
        build(settings, order.entry, order.decision, edition, _measure(work, order.decision))
        for order, edition in zip(orders, editions, strict=True)
    ]
    return [
        Ready(each.issued, each.row, _replaced(work, order, each.credential))
        for order, each in zip(orders, Sealer(work).seal_all(made, editions), strict=True)
    ]


def release_all(work: Transaction, ready: Sequence[tuple[int, Ready]]) -> None:
    """Keep what was prepared, each with the id of its record, and supersede the versions before.

    Raises:
        AlreadyWithdrawn: somebody superseded a version before meanwhile.
    """
    save(work, [(record_id, each.row) for record_id, each in ready])
    for _, each in ready:
        if each.before is not None:
            withdraw(work, Withdrawal(each.before[0], "refresh", each.before[1], each.issued.serial))


def _measure(work: Transaction, decision: Decision) -> str:
    """Return the name of the measure that decided a year: of the pack, which stands first among its rules."""
    pack = work.rules.library.find(decision.rules[0])
    if pack is None:
        raise ReleaseRefused(f"规则包未加载 not loaded: {decision.rules[0]}")
    return pack.title.zh


def reissue(work: Transaction, serial: str, reason: Reason) -> Issued:
    """Sign the same facts of a certificate again, as its next version, and supersede it with the reason.

    Raises:
        NotFound: no such serial, or no yearly document.
        AlreadyWithdrawn: it was superseded or revoked before.
    """
    row = standing_row(work, serial)
    if row.record_id is None:
        raise NotFound(f"没有编号 {serial} 的年度证明。There is no yearly certificate {serial}.")
    record = repeat(work, row.record_id)
    (slot,) = SlotDrawer(work).draw(1)
    edition = Edition(record.version, slot, work.instance.now())
    made = remake(work.instance.settings, parse_payload(jws.split(row.jws).payload), edition)
    again = Unsigned(encode_payload(made), row.lines.encode() if row.lines else None)
    (sealed,) = Sealer(work).seal_all([again], [edition])
    save(work, [(record.id, sealed.row)])
    withdraw(work, Withdrawal(serial, "refresh", reason, sealed.issued.serial))
    return sealed.issued


def standing_row(work: Transaction, serial: str) -> Row[Any]:
    """A credential's row, where nothing has been withdrawn of it.

    Raises:
        NotFound: no such serial.
        AlreadyWithdrawn: it was superseded or revoked before.
    """
    row = work.connection.execute(select(credential).where(credential.c.serial == serial)).one_or_none()
    if row is None:
        raise NotFound(f"没有编号 {serial} 的证明。There is no credential {serial}.")
    gone = select(withdrawal.c.purpose).where(withdrawal.c.serial == serial)
    if work.connection.execute(gone).first() is not None:
        raise AlreadyWithdrawn(f"{serial} 已被取代或撤销。It was superseded or revoked before.")
    return row


def _what_changed(before: str, made: Credential) -> Reason:
    """Say truly why a version follows another: other figures, or only a name, an employer, a registrar."""
    old, new = (
        {
            name: value
            for name, value in each.credential_subject.model_dump(by_alias=True).items()
            if name
            not in {
                "serial",
                "version",
                "name",
                "identifier",
                "employer",
                "registrar",
                "selfVerified",
                "region",
            }
        }
        for each in (parse_payload(jws.split(before).payload), made)
    )
    return "details-corrected" if old == new else "hours-corrected"


def withdraw(work: Transaction, what: Withdrawal) -> None:
    """Set a credential's bit and say why, in the ledger too; so with a transfer certificate that names it.

    Raises:
        NotFound: no such serial.
        AlreadyWithdrawn: that bit is set already.
    """
    known = select(credential.c.serial).where(credential.c.serial == what.serial)
    if work.connection.execute(known).first() is None:
        raise NotFound(f"没有编号 {what.serial} 的证明。There is no credential {what.serial}.")
    same = (withdrawal.c.serial == what.serial) & (withdrawal.c.purpose == what.purpose)
    if work.connection.execute(select(withdrawal.c.serial).where(same)).first() is not None:
        raise AlreadyWithdrawn(f"{what.serial} 此前已经办理（{what.purpose}）。It was done before.")
    event_id = work.instance.keyed_id("status", what.serial.encode(), what.purpose.encode())
    day = work.instance.today().isoformat()
    work.connection.execute(insert(withdrawal).values(**asdict(what), day=day, event_id=event_id))
    work.record(event_id, Kind.STATUS, canonical(asdict(what)))
    for serial in _naming(work, what):
        withdraw(work, Withdrawal(serial, what.purpose, what.reason))


def _naming(work: Transaction, what: Withdrawal) -> Sequence[str]:
    """Transfer certificates that name a year's document and have not had the same done to them."""
    same = (withdrawal.c.serial == transfer_year.c.serial) & (withdrawal.c.purpose == what.purpose)
    naming = select(transfer_year.c.serial).where(
        transfer_year.c.certificate == what.serial, ~select(withdrawal.c.serial).where(same).exists()
    )
    return work.connection.execute(naming).scalars().all()


def _replaced(work: Transaction, order: Order, made: Credential) -> tuple[str, Reason] | None:
    """The version before by its serial, where there is one with a credential, and what has changed since."""
    if order.version == 1:
        return None
    row = work.connection.execute(
        select(credential.c.serial, credential.c.jws)
        .join(year_record, year_record.c.id == credential.c.record_id)
        .join(professional, professional.c.id == year_record.c.person_id)
        .where(
            professional.c.person_key == order.person_key,
            year_record.c.year == order.decision.year,
            year_record.c.version == order.version - 1,
        )
    ).one_or_none()
    return None if row is None else (row.serial, _what_changed(row.jws, made))


def reason_code(text: str) -> Reason:
    """Read a reason code.

    Raises:
        NotFound: not one of the codes; names them.
    """
    for code in get_args(Reason):
        if code == text:
            return cast(Reason, code)
    raise NotFound(f"没有原因代码 {text}。Reason codes: {', '.join(get_args(Reason))}")
