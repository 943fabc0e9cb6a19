"""Receiving a file: it is written to its place as it comes, held against its digest, and noted for the worker."""

import base64
import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import IntegrityError

from issuer.access.clients import Client
from issuer.access.errors import NotAllowed
from issuer.instance import Instance, writing
from issuer.intake import sendings, spool
from issuer.intake.asked import Asked
from issuer.intake.errors import DigestDiffers, SendingRefused, TooLarge
from issuer.intake.profiles import Profile, read_profile
from issuer.intake.sendings import NewSending, Sender, Sending
from issuer.portal.errors import KeyReused
from ledger.store import reading

WAITING_MOST = 20
"""Sendings of one client that may wait at once."""
_DIGEST = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):")


@dataclass(frozen=True)
class Order:
    """What a client asks for with its file: under which key, by which profile, and what the file's digest is to be."""

    client: Client
    key: str
    profile: str
    asked: Asked
    dry_run: bool
    digest: bytes
    again: bool = False
    """Take the same file once more under its key, where what was wrong did not lie in it."""


async def receive(instance: Instance, order: Order, body: AsyncIterator[bytes]) -> tuple[Sending, bool]:
    """Receive a file; answers the sending, and whether it had been received before under the same key.

    Raises:
        NotAllowed: the profile is none of the client's token.
        KeyReused: the key was used for another file or another profile.
        SendingRefused: too many of the client's wait already, or what was wrong lies in the file that is to come again.
        DigestDiffers: what came is not what the digest says; nothing is kept.
        TooLarge: larger than `import_megabytes`.
    """
    profile = await run_in_threadpool(_allowed, instance, order)
    before = await run_in_threadpool(_before, instance, order, profile)
    if before is not None:
        return before, True
    one, most = instance.fresh_id(), instance.settings.import_megabytes * 1_000_000
    with spool.receiving(instance.settings, one) as incoming:
        async for part in body:
            await run_in_threadpool(incoming.write, part)
            if incoming.size > most:
                raise TooLarge(instance.settings.import_megabytes)
        if incoming.digest.digest() != order.digest:
            raise DigestDiffers
    sender = Sender(order.client.id, order.key)
    new = NewSending(one, sender, profile, order.asked, order.dry_run, order.digest, incoming.size)
    return await run_in_threadpool(_note, instance, order, new)


def read_digest(header: str) -> bytes | None:
    """The SHA-256 of a Content-Digest header (RFC 9530); None without one."""
    found = _DIGEST.search(header)
    return None if found is None else base64.b64decode(found[1])


def _allowed(instance: Instance, order: Order) -> Profile:
    if order.profile not in order.client.profiles:
        raise NotAllowed
    return _load(instance, order.profile)


def _load(instance: Instance, name: str) -> Profile:
    """A profile that the service knows.

    Raises:
        SendingRefused: it is no longer there.
        ProfileRefused: it is none.
    """
    path = instance.settings.known_profiles(instance.settings.home).get(name)
    if path is None:
        raise SendingRefused("没有这份对照表 there is no such profile")
    return read_profile(path.read_bytes(), path.name)


def _before(instance: Instance, order: Order, profile: Profile) -> Sending | None:
    with reading(instance.engine).connect() as connection:
        found = sendings.sent_before(connection, order.client.id, order.key)
        if (found is None or order.again) and len(
            sendings.open_sendings(connection, order.client.id)
        ) >= WAITING_MOST:
            raise SendingRefused(f"已有 {WAITING_MOST} 次报送在排队 {WAITING_MOST} sendings wait already")
    if found is not None and not _same(found, order, profile):
        raise KeyReused
    return None if _once_more(found, order) else found


def _once_more(found: Sending | None, order: Order) -> bool:
    """Whether a file is taken, though there may be one under its key."""
    if found is None or not order.again:
        return found is None
    if not found.may_come_again and found.state not in sendings.OPEN:
        raise SendingRefused(
            "要改的在文件里，或没有要再办的：改正后换一个 Idempotency-Key 报送"
            " what is wrong lies in the file, or nothing is: send the corrected one under another Idempotency-Key"
        )
    return found.may_come_again


def _same(found: Sending, order: Order, profile: Profile) -> bool:
    said = (order.digest, order.dry_run, order.asked, profile.key)
    return said == (found.digest, found.dry_run, found.asked, found.profile)


def _note(instance: Instance, order: Order, new: NewSending) -> tuple[Sending, bool]:
    """Of two with one key at once the second finds the first's row: the key is unique, and looked for in the transaction."""
    # A crash before this commit leaves a file that the next start sweeps away; after it, the worker finds the row.
    with contextlib.suppress(IntegrityError), writing(instance) as work:
        before = sendings.sent_before(work.connection, order.client.id, order.key)
        if _once_more(before, order):
            attempt = 1 if before is None else before.attempt + 1
            sendings.add(work, replace(new, sender=replace(new.sender, attempt=attempt)))
            return sendings.read_sending(work.connection, new.id), False
    with reading(instance.engine).connect() as connection:
        found = sendings.sent_before(connection, order.client.id, order.key)
    spool.drop(instance.settings, new.id)
    if found is None or not _same(found, order, new.profile):
        raise KeyReused
    return found, True
