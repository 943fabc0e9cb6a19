"""Bringing what an origin certified: looked at first, which may ask the issuer's server; then kept, in the caller's transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from issuer.evidence.proof import Proof
from issuer.instance import Instance, Transaction
from issuer.people.registry import affiliation_on
from issuer.people.service import Person
from issuer.people.tables import professional
from issuer.transfers.checking import Account, Checked, check
from issuer.transfers.errors import ChecksMissing, Missing, TransferRefused
from issuer.transfers.extracting import extract, of_token
from issuer.transfers.mapping import Known, LeftOut, YearIn, map_year, overlapping, years_of
from issuer.transfers.origins import Origins, Profile, load_origins
from issuer.transfers.overlaps import Overlap, find_overlaps
from issuer.transfers.receiving import Brought, Door, keep, known_years
from issuer.transfers.rechecking import ask_again
from issuer.transfers.renewing import Older, sort_out, stand_on
from issuer.transfers.replacing import hold_new, take_back
from issuer.transfers.stepping import row_of
from ledger.store import reading
from rules.activity import Status


@dataclass(frozen=True)
class Upload:
    """A certificate as somebody sent it: PDF, picture, QR text or token.

    `moved_on`: the day of the move, by default that on which the person's affiliation here began. `on_paper`: where the
    machine could not check everything, go on to the employer and the authority instead, with what is missing named.
    `proofs`: the file itself, for people to see.
    """

    data: bytes
    moved_on: date | None = None
    on_paper: bool = False
    proofs: tuple[Proof, ...] = ()


@dataclass(frozen=True)
class Ready:
    """A certificate that was looked at, with what is still missing, before anything of it is kept."""

    checked: Checked
    profile: Profile
    moved_on: date
    upload: Upload


@dataclass(frozen=True)
class Received:
    """What became of a certificate that was brought: the years that wait, those left out, and flags."""

    id: UUID
    state: Status
    origin: str
    years: tuple[YearIn, ...]
    left_out: tuple[LeftOut, ...]
    overlaps: tuple[Overlap, ...]


def look(instance: Instance, person: Person, upload: Upload) -> Ready:
    """Look at a certificate, and ask what of the person's registered ones it may have superseded. Nothing else is written,
    and no transaction is open while its issuer's server is asked.

    Raises:
        TransferRefused: it does not verify, is revoked or superseded, or the day of the move cannot be.
        NotTheHolder: it is about somebody else.
        ChecksMissing: no trust list can be used, or no profile maps it.
        NotFound: the person belongs nowhere today.
    """
    extracted = extract(upload.data)
    with reading(instance.engine).connect() as connection:
        moved_on = upload.moved_on or affiliation_on(connection, person.id, instance.today()).from_day
        account = account_of(connection, person.id)
    hold_moved(instance, moved_on)
    checked = check(instance, extracted, account)
    profile = origins_of(instance).of_issuer(checked.credential.issuer)
    if profile is None:
        raise ChecksMissing(
            (Missing("profile", "流出地学时怎样对应（没有对照表）", "how its hours map (no profile)"),)
        )
    ask_again(instance, person_id=person.id)
    return Ready(checked, profile, moved_on, upload)


def bring(work: Transaction, person: Person, ready: Ready) -> Received:
    """Keep what was looked at: for the authority, or, where checks are missing and `on_paper` was asked for, for the employer first.

    A new version of what is registered, which says the same of those years, renews that; one that says something else
    waits for the authority to take its place.

    Raises:
        TransferRefused: there is no year in it to take in.
        ChecksMissing: the machine could not check everything, and `on_paper` was not asked for.
        NotFound: the person belongs nowhere today.
    """
    known = known_years(work.connection, person.id, ready.profile.region or "")
    older = sort_out(work.connection, person.id, ready.checked, _whole(ready, known))
    hold_new(work.connection, older.other, ready.checked.credential.credential_subject.serial)
    known = {year: replace(one, taken=one.taken and year not in older.years) for year, one in known.items()}
    new, left_out, missing = _mapped(ready, known)
    for row in older.same:
        stand_on(work, row, ready.checked)
    if not new and not older.same:
        raise _nothing(left_out, older)
    if not new:
        return Received(older.same[0].id, Status.REGISTERED, ready.checked.origin, (), left_out, ())
    if missing and not ready.upload.on_paper:
        raise ChecksMissing(missing)
    take_back(work, older.other, person.key)
    made = keep(work, person, _brought(ready, new, missing), [row.id for row in older.other])
    overlaps = find_overlaps(work.connection, person.id, [year.year for year in new], ready.moved_on)
    state = Status(row_of(work.connection, made).state)
    return Received(made, state, ready.checked.origin, new, left_out, overlaps)


def _nothing(left_out: Sequence[LeftOut], older: Older) -> TransferRefused:
    zh, en = "；".join(one.zh for one in left_out), "; ".join(one.en for one in left_out)
    if older.lacking:
        years = "、".join(map(str, sorted(older.lacking)))
        zh += f"。这份新版没有 {years} 年度，取代旧版会丢掉这些年度的学时：请向流出地索取也写明这些年度的新版"
        en += f". It does not have {years}, whose hours would be lost: ask the origin for a version that has them too"
    return TransferRefused(f"{zh}。{en}.")


def look_again(instance: Instance, transfer_id: UUID) -> None:
    """Verify a kept credential once more; one that came on paper has nothing to verify.

    Raises:
        NotFound: no such transfer.
        TransferRefused, ChecksMissing: it no longer verifies, or that cannot be told now.
    """
    with reading(instance.engine).connect() as connection:
        row = row_of(connection, transfer_id)
        account = account_of(connection, row.person_id)
    if row.door == Door.CREDENTIAL:
        checked = check(instance, of_token(row.token), account)
        if checked.missing:
            raise ChecksMissing(checked.missing)


def account_of(connection: sa.Connection, person_id: int) -> Account:
    """Name and masked number as this instance knows them."""
    row = connection.execute(sa.select(professional).where(professional.c.id == person_id)).one()
    return Account(row.name, row.masked_identifier)


def origins_of(instance: Instance) -> Origins:
    """The profiles that are loaded.

    Raises:
        ProfileRefused: one cannot be used.
    """
    own = instance.settings.origins
    return load_origins(None if own is None else instance.settings.home / own)


def hold_moved(instance: Instance, moved_on: date) -> None:
    """Refuse a move that is still to come.

    Raises:
        TransferRefused: it is.
    """
    if moved_on > instance.today():
        raise TransferRefused(f"调入日期 {moved_on} 还没有到 the day of the move has not come yet")


def _mapped(
    ready: Ready, known: Mapping[int, Known]
) -> tuple[tuple[YearIn, ...], tuple[LeftOut, ...], tuple[Missing, ...]]:
    rows = years_of(ready.checked.credential)
    overlapping([row.year for row in rows], ready.moved_on.year)
    missing, profile = list(ready.checked.missing), ready.profile
    if profile.status != "in_force" or not all(profile.covers(row.year) for row in rows):
        missing.append(
            Missing("profile", "流出地学时怎样对应（对照表未经确认）", "how its hours map (not confirmed)")
        )
    new, left_out = [], []
    for row in rows:
        found, lacking = map_year(row, profile, known.get(row.year, Known()))
        missing += lacking
        if isinstance(found, LeftOut):
            left_out.append(found)
        else:
            new.append(found)
    return tuple(new), tuple(left_out), tuple(missing)


def _whole(ready: Ready, known: Mapping[int, Known]) -> dict[int, YearIn]:
    """The years as they would be taken in if none of them were here from there already."""
    found = {}
    for row in years_of(ready.checked.credential):
        year, lacking = map_year(row, ready.profile, replace(known.get(row.year, Known()), taken=False))
        if isinstance(year, YearIn) and not lacking:
            found[row.year] = year
    return found


def _brought(ready: Ready, years: tuple[YearIn, ...], missing: Sequence[Missing]) -> Brought:
    checked, report = ready.checked, ready.checked.report
    found = {
        "passed": [one.number for one in report.checks if one.outcome == "passed"],
        "not_done": [one.number for one in report.checks if one.outcome == "not_done"],
        "missing": [{"code": one.code, "zh": one.zh, "en": one.en} for one in missing],
        "trust_list": report.trust.number,
        "checked_at": report.checked_at.isoformat(),
        "issuer": checked.credential.issuer,
        "profile": ready.profile.key,
    }
    serial = checked.credential.credential_subject.serial
    return Brought(
        door=Door.PAPER if missing else Door.CREDENTIAL,
        region=ready.profile.region or "",
        origin=checked.origin,
        document_no=serial,
        moved_on=ready.moved_on,
        years=years,
        checks=found,
        token=checked.token,
        proofs=ready.upload.proofs,
    )
