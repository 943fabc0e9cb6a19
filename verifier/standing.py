"""Check 7: what the issuer's signed status lists say now; anything short of a fresh, signed list is "not done"."""

import re
from dataclasses import dataclass
from datetime import timedelta

from verifier import jws, status
from verifier.credential import Credential, StatusEntry
from verifier.errors import RollbackError, SourceError, StaleError, StatusError, TokenError
from verifier.ground import Ground
from verifier.report import Check, Lack, Outcome, Says, Standing
from verifier.sources import Source
from verifier.status import Detail, Details
from verifier.trust import LEEWAY, Issuer, TrustedKey
from verifier.zone import SHANGHAI

_LIST_PATH = re.compile(r"status/[rs]([1-9][0-9]{0,5})")


@dataclass(frozen=True)
class Status:
    """Where a credential stands, and why when it is no longer valid."""

    standing: Standing
    detail: Detail | None


UNKNOWN = Status(Standing.UNKNOWN, None)


def check_status(credential: Credential, issuer: Issuer, ground: Ground) -> tuple[Check, Status]:
    """(7) Read both bits, and the details when one is set."""
    source = ground.source
    if not ground.trust.current(ground.now):
        return _not_done(
            "信任名单已过期，状态表不能采信。",
            "The trust list has expired, so no status list can be relied on.",
            Lack.TRUST,
        )
    if source is None:
        return _not_done(
            "没有联网，也没有资料包，查不了状态。",
            "Offline and without a folder of public files.",
            Lack.SOURCE,
        )
    limit = ground.trust.status_limit
    try:
        revocation, refresh = (
            _read(entry, issuer, source, ground, limit) for entry in credential.credential_status
        )
        index = int(credential.credential_status[0].status_list_index)
        revoked, superseded = revocation.is_set(index), refresh.is_set(index)
    except (SourceError, StatusError, RollbackError) as error:
        return _not_done(*_why(error))
    issued = min(revocation.issued, refresh.issued).astimezone(SHANGHAI)
    against = f"status list of {issued:%Y-%m-%d %H:%M}"
    if not revoked and not superseded:
        says = Says(
            f"有效；状态表 {issued:%Y-%m-%d %H:%M} 发布。",
            f"Valid; the status list is of {issued:%Y-%m-%d %H:%M}.",
        )
        return Check(7, Outcome.PASSED, says, against), Status(Standing.VALID, None)
    standing = Standing.REVOKED if revoked else Standing.SUPERSEDED
    detail = _detail(credential.credential_status[0 if revoked else 1], issuer, source)
    return Check(7, Outcome.FAILED, _explain(standing, detail), against), Status(standing, detail)


def _why(error: SourceError | StatusError | RollbackError) -> tuple[str, str, Lack]:
    """Say why a list says nothing of the present, in Chinese and in English, and what is wanted."""
    if isinstance(error, SourceError):
        return "取不到状态表。", f"The status list cannot be had: {error}.", Lack.FILES
    if isinstance(error, StaleError):
        moment = f"{error.issued.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        return (
            f"状态表是 {moment} 发布的，已超过期限，不能采信。",
            f"The status list is of {moment}, which is past the limit: it cannot be relied on.",
            Lack.FRESH,
        )
    return "状态表不能采信。", f"The status list cannot be relied on: {error}.", Lack.SOUND


def _not_done(zh: str, en: str, lack: Lack) -> tuple[Check, Status]:
    return Check(7, Outcome.NOT_DONE, Says(zh, en), lack=lack), UNKNOWN


def _read(
    entry: StatusEntry, issuer: Issuer, source: Source, ground: Ground, limit: timedelta
) -> status.StatusList:
    """Read one list that is fresh, and not older than one seen before."""
    url = entry.status_list_credential
    key = (issuer.did, url)
    if key not in ground.lists:
        ground.lists[key] = open_published(url, issuer, source)
    found = ground.lists[key]
    found.check_age(ground.now, limit)
    if ground.seen is not None:
        ground.seen.hold_list(url, found.issued)
    return found


def open_published(url: str, issuer: Issuer, source: Source) -> status.StatusList:
    """Read one list from the issuer's own address, signed by a status key that was valid then.

    Raises:
        SourceError: it cannot be had.
        StatusError: it is not the issuer's. How old it is, is not looked at.
    """
    path = url.removeprefix(issuer.base)
    if not _LIST_PATH.fullmatch(path) or not url.startswith(issuer.base):
        raise StatusError(f"{url}: an address of the issuer's")
    token = _text(source, issuer, path)
    key = _status_key(token, issuer)
    found = status.open_list(token, key.public_key, url, issuer.did)
    if found.issued < key.from_ - LEEWAY or (key.until and found.issued >= key.until):
        raise StatusError("signed by a status key that was not valid then")
    return found


def read_details(number: int, issuer: Issuer, source: Source) -> Details:
    """Read the signed details beside the lists of a number.

    Raises:
        SourceError: they cannot be had.
        StatusError: they are not the issuer's.
    """
    token = _text(source, issuer, f"status/details{number}")
    return status.open_details(token, _status_key(token, issuer).public_key, issuer.did, number)


def _text(source: Source, issuer: Issuer, path: str) -> str:
    try:
        return source.read(issuer.base, path).decode("ascii").strip()
    except UnicodeDecodeError:
        raise StatusError(f"{path}: a JWS") from None


def _status_key(token: str, issuer: Issuer) -> TrustedKey:
    try:
        key = issuer.key(jws.split(token).field("kid") or "", "status")
    except TokenError as error:
        raise StatusError(f"status file: {error}") from None
    if key is None:
        raise StatusError("not signed by a status key of the issuer's")
    return key


def _detail(entry: StatusEntry, issuer: Issuer, source: Source) -> Detail | None:
    """Read why; a missing explanation does not make a credential valid again."""
    match = _LIST_PATH.fullmatch(entry.status_list_credential.removeprefix(issuer.base))
    number = int(match[1]) if match else 0
    try:
        details = read_details(number, issuer, source)
    except (SourceError, StatusError):
        return None
    return details.find(int(entry.status_list_index), entry.status_purpose)


def _explain(standing: Standing, detail: Detail | None) -> Says:
    zh, en = ("已撤销", "Revoked") if standing is Standing.REVOKED else ("已被取代", "Superseded")
    if detail is None:
        return Says(f"{zh}；取不到原因。", f"{en}; the reason cannot be had.")
    why = status.REASONS[detail.reason]
    zh, en = f"{zh}，{detail.date}，原因：{why[0]}", f"{en} on {detail.date}: {why[1]}"
    if detail.successor:
        return Says(f"{zh}；新版编号 {detail.successor}。", f"{en}; its successor is {detail.successor}.")
    return Says(f"{zh}。", f"{en}.")
