"""Proofs from upload to sweep. What a crash leaves at each point:

1. read apart     nothing
2. store picture  a file that nobody names, until `sweep`
3. store bytes    two such files
4. attach         the caller's transaction: the declaration or transfer names the proof, or the files stay as after 3
"""

import hashlib
import hmac
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from issuer.errors import NotFound
from issuer.evidence.errors import EvidenceMissing, EvidenceRefused
from issuer.evidence.proof import PDF, SUFFIXES, Proof
from issuer.evidence.store import opened_store, path_of
from issuer.evidence.tables import change_evidence, declaration_evidence, evidence, transfer_evidence
from issuer.evidence.workshop import page_apart, proof_apart
from issuer.instance import Instance, Transaction
from ledger.bulk import among
from ledger.store import reading

SIZE_MOST, PROOFS_MOST = 10_000_000, 6
KEPT_FOR = timedelta(hours=12)
"""How long an upload waits for the rest of its form: as long as a session lasts."""
SWEPT_AFTER = timedelta(hours=24)
"""Age from which a file that nobody names is taken away. Longer than `KEPT_FOR`, so that no waiting upload is."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Upload:
    """A file as somebody sent it."""

    name: str
    data: bytes


def keep(instance: Instance, upload: Upload) -> Proof:
    """Read a proof apart and store it; no declaration names it yet.

    Raises:
        EvidenceRefused: too large, empty, or as `reading.read_proof`.
        EvidenceMissing: the store does not answer.
    """
    if not 0 < len(upload.data) <= SIZE_MOST:
        raise EvidenceRefused(
            f"每个文件不超过 {SIZE_MOST // 1_000_000} MB，也不能是空的",
            f"a file is not empty and has at most {SIZE_MOST // 1_000_000} MB",
        )
    read = proof_apart(upload.data, upload.name)
    digest = hashlib.sha256(upload.data).hexdigest()
    with opened_store(instance.settings, instance.now) as store:
        store.write(path_of(digest, 1), read.preview)
        store.write(path_of(digest), upload.data)
    log.info("kept a proof type=%s size=%d", read.media_type, len(upload.data))
    return Proof(digest, read.media_type, len(upload.data), read.pages)


def ticket(instance: Instance, person_key: bytes, proof: Proof) -> str:
    """Write a kept proof down for a form's hidden field, for this person alone and for half a day.

    Who knows the digest of another's file cannot make one: the mark is keyed.
    """
    until = int((instance.now() + KEPT_FOR).timestamp())
    text = f"{proof.digest}:{proof.media_type}:{proof.size}:{proof.pages}:{until}"
    return f"{text}:{_mark(instance, person_key, text)}"


def read_ticket(instance: Instance, person_key: bytes, text: str) -> Proof | None:
    """Read a form's hidden field back; None when it is none of this person's, or too old."""
    said, _, mark = text.rpartition(":")
    if not hmac.compare_digest(mark.encode(), _mark(instance, person_key, said).encode()):
        return None
    digest, media_type, size, pages, until = said.split(":")
    if int(until) < instance.now().timestamp():
        return None
    return Proof(digest, media_type, int(size), int(pages))


def attach(
    work: Transaction, owner_id: UUID, proofs: Sequence[Proof], links: sa.Table = declaration_evidence
) -> None:
    """Let a declaration, or what else `links` is of, name kept proofs after those it has; one named already stays.

    Raises:
        EvidenceRefused: more than six.
    """
    have = attached(work.connection, [owner_id], links).get(owner_id, ())
    known = {proof.digest for proof in have}
    new = list({proof.digest: proof for proof in proofs if proof.digest not in known}.values())
    if len(have) + len(new) > PROOFS_MOST:
        raise EvidenceRefused(
            f"一次最多 {PROOFS_MOST} 个文件。请先删去不用的，或合成一个 PDF",
            f"at most {PROOFS_MOST} files at a time: remove one, or join them in a PDF",
        )
    insert = (postgresql if work.connection.dialect.name == "postgresql" else sqlite).insert
    for place, proof in enumerate(new, len(have)):
        digest = bytes.fromhex(proof.digest)
        row = {"digest": digest, "media_type": proof.media_type, "size": proof.size, "pages": proof.pages}
        # Forty people may send the same certificate at the same moment: the first one's row is everybody's.
        work.connection.execute(insert(evidence).values(row).on_conflict_do_nothing())
        link = {_owner(links).name: owner_id, "digest": digest, "position": place}
        work.connection.execute(sa.insert(links).values(link))


def detach(work: Transaction, owner_id: UUID, digest: str, links: sa.Table = declaration_evidence) -> None:
    """Let it no longer name a proof. The file goes with the next sweep, unless something else names it."""
    mine = (_owner(links) == owner_id) & (links.c.digest == _digest(digest))
    work.connection.execute(sa.delete(links).where(mine))


def attached(
    connection: sa.Connection, owners: Sequence[UUID], links: sa.Table = declaration_evidence
) -> dict[UUID, tuple[Proof, ...]]:
    """The proofs of several declarations, or of what else `links` is of, in their order, with one query."""
    rows = connection.execute(
        sa.select(_owner(links).label("owner"), evidence)
        .join(evidence, evidence.c.digest == links.c.digest)
        .where(_owner(links).in_(owners))
        .order_by(links.c.position)
    )
    found: dict[UUID, tuple[Proof, ...]] = {}
    for row in rows:
        proof = Proof(bytes(row.digest).hex(), row.media_type, row.size, row.pages)
        found[row.owner] = (*found.get(row.owner, ()), proof)
    return found


def _owner(links: sa.Table) -> sa.Column[UUID]:
    """The column that says whose proofs they are: the first."""
    return next(iter(links.c))


def bytes_of(instance: Instance, proof: Proof) -> bytes:
    """The original, compared with its digest.

    Raises:
        EvidenceMissing: it is not there, or not what it was.
    """
    with opened_store(instance.settings, instance.now) as store:
        data = store.read(path_of(proof.digest))
    if data is None or hashlib.sha256(data).hexdigest() != proof.digest:
        log.error("a proof is missing or altered in the store")
        raise EvidenceMissing(
            "这份证明材料在存放处已缺失或被改动，请联系管理员 this proof is missing or altered in the store: tell the administrator"
        )
    return data


def preview_of(instance: Instance, proof: Proof, page: int = 1) -> bytes:
    """The picture of a page, counted from 1. The first is made when the proof is kept, later ones when they are first asked for.

    Raises:
        NotFound: it has no such page, or the page cannot be drawn within the limits of `workshop`.
        EvidenceMissing: as `bytes_of`.
    """
    if not 1 <= page <= proof.pages:
        raise NotFound(f"这份证明只有 {proof.pages} 页 this proof has {proof.pages} pages")
    with opened_store(instance.settings, instance.now) as store:
        picture = store.read(path_of(proof.digest, page))
        if picture is None:
            picture = _draw(bytes_of(instance, proof), proof, page)
            store.write(path_of(proof.digest, page), picture)
    return picture


def _draw(original: bytes, proof: Proof, page: int) -> bytes:
    try:
        if proof.media_type == PDF:
            return page_apart(original, page)
        return proof_apart(original, f"x.{SUFFIXES[proof.media_type]}").preview
    except EvidenceRefused:
        raise NotFound(
            "这一页画不出来，请下载原件 this page cannot be drawn: download the original"
        ) from None


def sweep(instance: Instance, older: timedelta = SWEPT_AFTER) -> int:
    """Take away files that no declaration names and that are older than that; answers how many.

    A file that somebody sends again at this moment has a new time, which is looked at just before it would go.
    """
    gone = 0
    with opened_store(instance.settings, instance.now) as store:
        # The system's clock wrote the files' times, so it judges them too.
        old = time.time() - older.total_seconds()
        files = [one for one in store.all() if one.written.timestamp() < old]
        named = _named(instance, {one.digest for one in files})
        for one in files:
            last = store.written(one.path)
            if one.digest not in named and last is not None and last.timestamp() < old:
                store.remove(one.path)
                gone += 1
    log.info("swept proofs=%d", gone)
    return gone


def _named(instance: Instance, digests: set[str]) -> set[str]:
    """Those of the digests that a declaration, a transfer or a change names."""
    wanted, found = [bytes.fromhex(one) for one in digests], set[str]()
    with reading(instance.engine).connect() as connection:
        for links in (declaration_evidence, transfer_evidence, change_evidence):
            query = sa.select(links.c.digest).where(among(connection, links.c.digest, wanted))
            found |= {bytes(one).hex() for one in connection.scalars(query)}
    return found


def _digest(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


def _mark(instance: Instance, person_key: bytes, text: str) -> str:
    key = hmac.digest(instance.person_secret, b"xueshi/proof-ticket", "sha256")
    return hmac.digest(key, person_key + text.encode(), "sha256").hex()[:32]
