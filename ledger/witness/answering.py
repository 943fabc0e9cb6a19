"""A witness of other logs: signs each head that continues the last one it signed, and nothing else (C2SP tlog-witness).

It keeps one row a log. Comparing and remembering are one transaction, and the answer leaves after its commit, so
that two requests at once can never make it sign two trees.
"""

import hashlib
import re
from collections.abc import Callable, Iterable
from datetime import datetime

import sqlalchemy as sa

from ledger import checkpoint as checkpoints
from ledger import merkle
from ledger.checkpoint import MAX_SIZE, Checkpoint
from ledger.cosignature import Cosigner
from ledger.errors import ConsistencyError, FormatError, NoteFormatError, SignatureError, WitnessRefusedError
from ledger.note import Verifier, decode_base64, open_note, parse

MAX_PROOF = 63
_OLD = re.compile("old (0|[1-9][0-9]{0,15})")
metadata = sa.MetaData()
heads = sa.Table(
    "witness_head",
    metadata,
    sa.Column("origin", sa.Text(), primary_key=True),
    sa.Column("size", sa.BigInteger(), nullable=False),
    sa.Column("root", sa.LargeBinary(32), nullable=False),
    sa.Column("note", sa.LargeBinary(), nullable=False),
)


class Witness:
    """One witness: its key, the logs whose keys it knows, and what it has signed so far.

    `engine` comes from `store.open_engine`; `clock` gives aware moments.
    """

    def __init__(
        self, engine: sa.Engine, cosigner: Cosigner, logs: Iterable[Verifier], clock: Callable[[], datetime]
    ) -> None:
        self._engine = engine
        self._cosigner = cosigner
        self._logs: dict[str, list[Verifier]] = {}
        for log in logs:
            self._logs.setdefault(log.name, []).append(log)
        self._clock = clock
        metadata.create_all(engine)

    def add_checkpoint(self, body: bytes) -> bytes:
        """Answer an add-checkpoint request with signature lines.

        Raises:
            WitnessRefusedError: with the HTTP status that the protocol gives to the reason.
        """
        old, proof, note = _parse_request(body)
        head, text = self._open(note)
        if old > head.size:
            raise WitnessRefusedError(400, f"old size {old} is larger than the checkpoint's {head.size}")
        with self._engine.begin() as connection:
            self._continue(connection, old, proof, head)
            signature = self._cosigner.cosign(text, self._clock())
            row = {"size": head.size, "root": head.root, "note": note + signature.line().encode("utf-8")}
            changed = connection.execute(heads.update().where(heads.c.origin == head.origin).values(row))
            if changed.rowcount == 0:
                connection.execute(heads.insert(), {"origin": head.origin, **row})
        # Point of no return: what was signed is remembered before anybody sees the signature. A crash here
        # costs the answer only; asking again with this size as the old one gives it.
        return signature.line().encode("utf-8")

    def newest(self, origin_hash: str) -> bytes | None:
        """Return the newest cosigned head of the log whose origin has this SHA-256 (hexadecimal); None if there is none."""
        for origin in self._logs:
            if hashlib.sha256(origin.encode("utf-8")).hexdigest() == origin_hash:
                with self._engine.begin() as connection:
                    query = sa.select(heads.c.note).where(heads.c.origin == origin)
                    note: bytes | None = connection.execute(query).scalar_one_or_none()
                    return note
        return None

    def _open(self, note: bytes) -> tuple[Checkpoint, bytes]:
        try:
            text = parse(note).text
            claimed = checkpoints.decode(text)
        except FormatError as error:
            raise WitnessRefusedError(400, str(error)) from error
        if claimed.origin not in self._logs:
            raise WitnessRefusedError(404, f"the log {claimed.origin!r} is not known here")
        try:
            open_note(note, self._logs[claimed.origin])
        except SignatureError as error:
            raise WitnessRefusedError(403, str(error)) from error
        return claimed, text

    def _continue(self, connection: sa.Connection, old: int, proof: list[bytes], head: Checkpoint) -> None:
        row = connection.execute(sa.select(heads).where(heads.c.origin == head.origin)).one_or_none()
        last = 0 if row is None else row.size
        if old != last:
            raise WitnessRefusedError(409, f"the last size signed here is {last}", last)
        if row is not None and last == head.size and row.root != head.root:
            raise WitnessRefusedError(409, f"another root was signed here for size {last}", last)
        if old == 0:  # nothing to be consistent with; RFC 6962 has no proof from the empty tree
            if proof:
                raise WitnessRefusedError(422, "a proof from size 0 is empty")
            return
        try:
            merkle.verify_consistency(old, head.size, row.root if row else b"", head.root, proof)
        except ConsistencyError as error:
            raise WitnessRefusedError(422, str(error)) from error


def _parse_request(body: bytes) -> tuple[int, list[bytes], bytes]:
    front, separator, note = body.partition(b"\n\n")
    try:
        lines = front.decode("ascii").split("\n")
        match = _OLD.fullmatch(lines[0])
        proof = [decode_base64(line) for line in lines[1:]]
    except (UnicodeDecodeError, NoteFormatError) as error:
        raise WitnessRefusedError(400, f"not an add-checkpoint request: {error}") from error
    if not separator or match is None or int(match[1]) > MAX_SIZE or len(proof) > MAX_PROOF:
        raise WitnessRefusedError(
            400, "a request is an old size, at most 63 hashes, an empty line and a checkpoint"
        )
    return int(match[1]), proof, note
