"""What the sender gets back: a signed receipt with the totals and the places in the log. Anyone may check it.

A compact JWS (RFC 7515) of type `xueshi-import-receipt+jwt`, signed with the credential key that the DID document
publishes. It names no person: the file's digest says which rows are meant, positions which entries.
"""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from issuer.instance import Instance
from issuer.intake.batches import read_batch
from issuer.intake.tables import import_batch, import_part
from ledger.entry import canonical
from ledger.receipts import newest_head, places
from ledger.store import reading
from verifier import jws

TYP = "xueshi-import-receipt+jwt"


def sign_receipt(instance: Instance, batch_id: UUID) -> str:
    """Sign the receipt of a finished batch whose entries have their places; asked again, the same bytes.

    Raises:
        KeyUnavailable: the key's place does not answer; asking again makes it.
    """
    with reading(instance.engine).connect() as connection:
        batch = read_batch(connection, batch_id)
        if batch.receipt is not None:
            return batch.receipt
        payload = _payload(connection, instance, batch_id)
    signer = instance.credential_signer
    header = canonical({"alg": signer.alg, "kid": signer.kid, "typ": TYP})
    token = jws.assemble(header, canonical(payload), signer.sign)
    # Of two that sign at once, the first one's stays: a receipt has one text.
    mine = import_batch.c.id == batch_id
    with instance.engine.begin() as connection:
        free = sa.update(import_batch).where(mine, import_batch.c.receipt.is_(None))
        connection.execute(free.values(receipt=token))
        return str(connection.execute(sa.select(import_batch.c.receipt).where(mine)).scalar_one())


def read_receipt(connection: sa.Connection, batch_id: UUID) -> str:
    """The receipt of a batch that is known to have one."""
    return str(
        connection.execute(
            sa.select(import_batch.c.receipt).where(import_batch.c.id == batch_id)
        ).scalar_one()
    )


def _payload(connection: sa.Connection, instance: Instance, batch_id: UUID) -> dict[str, Any]:
    row = connection.execute(sa.select(import_batch).where(import_batch.c.id == batch_id)).one()
    head = newest_head(connection)
    if head is None:
        raise ValueError("a receipt is signed once the log has the batch")
    return {
        "iss": instance.credential_signer.did,
        "iat": int(instance.now().timestamp()),
        "batch": str(batch_id),
        "system": row.system,
        "profile": row.profile,
        "profile_sha256": row.profile_digest.hex(),
        "file_sha256": row.file_digest.hex(),
        "totals": json.loads(row.totals),
        "log": {
            "origin": instance.log_signer.name,
            "size": head.checkpoint.size,
            "root": head.checkpoint.root.hex(),
        },
        "positions": [list(run) for run in positions(connection, batch_id)],
    }


def positions(connection: sa.Connection, batch_id: UUID) -> list[tuple[int, int]]:
    """Where the entries of a batch stand in the log: runs of indices, first and last included."""
    runs: list[tuple[int, int]] = []
    for first, last in sorted(_runs(connection, batch_id)):
        if runs and runs[-1][1] + 1 == first:
            runs[-1] = (runs[-1][0], last)
        else:
            runs.append((first, last))
    return runs


def _runs(connection: sa.Connection, batch_id: UUID) -> Iterator[tuple[int, int]]:
    """Runs by part, of which only the ends are read: a batch may have a million events."""
    mine, ids = import_part.c.batch_id == batch_id, import_part.c.events
    size = sa.func.length(ids)
    first, last = (sa.func.substr(ids, at, 16, type_=sa.LargeBinary()) for at in (1, size - 15))
    parts = sa.select(import_part.c.last_row, first, last, size).where(mine, size > 0)
    for row, one, other, told in connection.execute(parts).all():
        ends = places(connection, {UUID(bytes=one), UUID(bytes=other)})
        begin, end = min(ends.values()), max(ends.values())
        if 16 * (end - begin + 1) == told:
            yield begin, end  # queued in one transaction and nothing in between: they stand side by side
        else:
            every = connection.execute(sa.select(ids).where(mine, import_part.c.last_row == row)).scalar_one()
            named = [UUID(bytes=every[at : at + 16]) for at in range(0, told, 16)]
            yield from ((index, index) for index in places(connection, named).values())
