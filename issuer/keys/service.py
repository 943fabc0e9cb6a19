"""What happens to keys: rotate, retire, compromise, and a root that is kept elsewhere. Texts under a vault's key: `issuer.resealing`.

Rotation goes without a pause: the new key is announced in the public files, begins at its time, and from then on signs;
what the old one signed counts as before. Retiring the old one comes later, and cuts it off at the log's size: from then
on whoever still holds it signs nothing that verifiers believe, whatever date he writes.
"""

import logging
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from issuer.config import read_settings
from issuer.errors import NotFound, SettingsError
from issuer.instance import Instance
from issuer.keys.behind import behind
from issuer.keys.certificates import SELF_SIGNED_DAYS, certify
from issuer.keys.errors import KeyStateError
from issuer.keys.files import FilePlace
from issuer.keys.opening import open_ring
from issuer.keys.ring import CUT, KeyInfo, Use, ended
from issuer.publication import publish
from issuer.sealed import sealed_by
from ledger.receipts import newest_head
from ledger.store import reading
from verifier import jws

ROTATED = frozenset({Use.CREDENTIAL, Use.STATUS, Use.PDF})
"""Uses whose keys follow each other inside an instance. A new checkpoint key is a new log, a new root a link of the
root chain (docs/recovery.md, docs/format.md section 5)."""
SETTLING = timedelta(minutes=10)
"""How long a newer key must have been signing before the older one is retired: no transaction lasts that long."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Damage:
    """What a compromise leaves to do: certificates of ours that verifiers no longer believe."""

    key: KeyInfo
    serials: tuple[str, ...]


def rotate(instance: Instance, use: Use, after: timedelta) -> KeyInfo:
    """Make the next key of a use; it signs from `after` on, and the public files name it at once.

    Raises:
        KeyStateError: keys of this use do not follow each other inside an instance.
    """
    if use not in ROTATED:
        raise KeyStateError(
            f"{use}: 见 see docs/recovery.md; 可以轮换 may be rotated: {'、'.join(sorted(ROTATED))}"
        )
    # A crash before the index is written leaves the old keys; after it, the next publishing names the new one.
    made = instance.keys.add(use, instance.now() + after)
    if use is Use.PDF:
        certify(instance, made.kid, SELF_SIGNED_DAYS)
    log.info("key made kid=%s place=%s since=%s", made.kid, made.place, made.since)
    publish(instance)
    return made


def new_vault_key(home: Path, after: timedelta) -> KeyInfo:
    """Make the next key that seals what the database must not hold plainly. A running service begins with it by itself.

    It needs the folder of keys alone, so that it works beside a service that holds the database. Nothing of it is public.
    """
    made = open_ring(read_settings(home)).add(Use.VAULT, datetime.now(UTC) + after)
    log.info("key made kid=%s place=%s since=%s", made.kid, made.place, made.since)
    return made


def retire(instance: Instance, kid: str) -> KeyInfo:
    """End a key that a newer one has followed: what it signed so far counts, and nothing after.

    Raises:
        KeyStateError: it has ended, no newer key has been signing long enough, or texts are still sealed under it.
    """
    info, now = _alive(instance, kid), instance.now()
    newer = instance.keys.current(info.use, now)
    if newer.kid == kid or now - newer.begins < SETTLING:
        raise KeyStateError(
            f"{kid} 还在使用；新密钥启用满 {SETTLING.seconds // 60} 分钟后再停用。"
            f"It is in use: retire it {SETTLING.seconds // 60} minutes after a newer key has begun."
        )
    if info.use is Use.VAULT:
        _hold_unneeded(instance, info)
    publish(instance)  # whatever it signed gets its place first
    cut = _log_size(instance) if info.use in CUT else None
    changed = ended(info, "retired", now, cut, None if cut is None else instance.settings.log_origin)
    instance.keys.replace(changed)
    log.info("key retired kid=%s cut=%s", kid, changed.cut)
    publish(instance)
    return changed


def compromise(instance: Instance, kid: str, below: int | None, log_origin: str | None = None) -> Damage:
    """End a stolen key at a place in the log: entries of its credentials count below `below`, and no others.

    `below` is a size of the log `log_origin` (None: the one that grows) from before the theft, as a witness has signed
    it. Where no other key of the use is ready, a new one is made and signs at once. Answers the serials of our own
    certificates that fell behind the cut: they are genuine, and need to be issued again. What a stolen key for PDFs
    signed is drawn again.

    Raises:
        KeyStateError: it has ended as compromised before, is of a use that a log or a chain must end, or `below` is
            missing or beyond the log.
        NotFound: no such log.
    """
    info, origin = _alive(instance, kid), log_origin or instance.settings.log_origin
    if info.use is Use.VAULT:
        raise KeyStateError(
            f"{kid} 失窃：先 xueshi keys rotate vault，满十分钟后 xueshi keys retire {kid}。"
            "A stolen vault key: rotate vault, and retire it ten minutes later."
        )
    publish(instance)
    size = _size_of(instance, origin)
    wants = info.use in CUT
    if wants != (below is not None) or (below is not None and not 0 <= below <= size):
        raise KeyStateError(
            f"--below：签发和 PDF 签名密钥须给出失窃之前的台账大小（0 到 {size}），其他密钥不给。"
            f"For a key of credentials or PDFs, the log's size before the theft (0 to {size}); for others, nothing."
        )
    cut_log = None if below is None else origin
    instance.keys.replace(ended(info, "compromised", instance.now(), below, cut_log))
    others = [i for i in instance.keys.infos() if i.use is info.use and i.ending is None]
    if not any(other.begins <= instance.now() for other in others):
        made = instance.keys.add(info.use, instance.now())
        if made.use is Use.PDF:
            certify(instance, made.kid, SELF_SIGNED_DAYS)
    log.info("key compromised kid=%s log=%s cut=%s", kid, origin, below)
    publish(instance)
    return Damage(
        instance.keys.by_kid(kid), behind(instance, kid, origin, below) if below is not None else ()
    )


def move_root_out(instance: Instance, folder: Path) -> Path:
    """Move the root's key file out of the instance, which from then on proposes trust lists instead of signing them.

    A crash leaves the key in both places or only outside: asking again goes on.

    Raises:
        KeyStateError: it is in a module, or not here any more.
    """
    info = next(i for i in reversed(instance.keys.infos()) if i.use is Use.TRUST_ROOT)
    source, target = instance.settings.keys / f"{info.name}.pem", folder / f"{info.name}.pem"
    if info.place != "file":
        raise KeyStateError(f"{info.kid}: {info.place}")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    shutil.copyfile(source, part)
    part.chmod(0o600)
    part.replace(target)
    opened = FilePlace(folder, instance.settings.key_passphrase()).open(info.name, info.alg)
    if opened.public != jws.PublicKey.from_jwk(info.jwk):
        raise SettingsError(f"{target}: 不是信任根 not the root")
    instance.keys.replace(replace(info, place="apart"))
    source.unlink()
    log.info("root moved out kid=%s", info.kid)
    return target


def _hold_unneeded(instance: Instance, info: KeyInfo) -> None:
    with reading(instance.engine).connect() as connection:
        count = sealed_by(connection).get(info.name, 0)
    if count:
        raise KeyStateError(
            f"还有 {count} 份密文用着 {info.kid}：先 xueshi keys reseal。"
            f"{count} texts are still sealed under it: xueshi keys reseal first."
        )


def _alive(instance: Instance, kid: str) -> KeyInfo:
    info = instance.keys.by_kid(kid)
    if info.use not in {*ROTATED, Use.VAULT}:
        raise KeyStateError(f"{kid} ({info.use}): 见 see docs/recovery.md")
    if info.ending is not None:
        raise KeyStateError(f"{kid} 已于 {info.until} 结束（{info.ending}）。It has ended.")
    return info


def _log_size(instance: Instance) -> int:
    with reading(instance.engine).connect() as connection:
        head = newest_head(connection)
    return head.checkpoint.size if head else 0


def _size_of(instance: Instance, origin: str) -> int:
    sizes = {log.origin: log.head.size for log in instance.closed}
    sizes[instance.settings.log_origin] = _log_size(instance)
    if origin not in sizes:
        raise NotFound(f"没有台账 there is no log {origin}；有 there are: {'、'.join(sizes)}")
    return sizes[origin]
