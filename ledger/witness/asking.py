"""The log's side of witnessing: sending heads out, keeping the cosignatures, asking witnesses at start."""

import base64
import hashlib
import logging
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import httpx
import sqlalchemy as sa

from ledger import tables, tiles
from ledger.checkpoint import Checkpoint, encode
from ledger.errors import FormatError, NotProvedError, WitnessError, WitnessRefusedError
from ledger.guard import Duty, acting_as
from ledger.head import check_outside
from ledger.note import Note, Signature, Verifier, open_note, parse, parse_line
from ledger.policy import Policy, Witness
from ledger.receipts import Head, fetcher, newest_head
from ledger.store import reading

MAX_ANSWER = 100_000
_OK, _NOT_FOUND, _CONFLICT = 200, 404, 409
PATIENCE = 5.0
"""Seconds that a witness has for each step of an answer."""
AT_ONCE = 8
Prove = Callable[[int], list[bytes]]
"""From an old size to the consistency proof up to the head that is being sent."""
_log = logging.getLogger(__name__)


def cosign_head(
    engine: sa.Engine, verifier: Verifier, policy: Policy, client: httpx.Client
) -> dict[str, str]:
    """Send the newest committed head to every witness of the policy that has an address and has not signed it yet.

    What comes back is verified and stored; the next publishing shows it. Publish before this, so that whoever asks a
    witness for a head finds its tiles. Returns the witnesses that did not sign, each with the reason.

    Raises:
        LedgerHaltedError: a witness shows a head signed by us that the database does not have.
    """
    with reading(engine).connect() as connection:
        head = newest_head(connection)
    if head is None:
        return {}
    newest, signed = head, {(s.name, s.key_id) for s in parse(head.note).signatures}
    waiting = [
        witness
        for witness in policy.witnesses.values()
        if witness.url is not None and (witness.verifier.name, witness.verifier.key_id) not in signed
    ]

    def ask(witness: Witness) -> Signature | WitnessError:
        # Each on a connection of its own, and none of them while it waits for an answer: the log only grows,
        # so that a later snapshot proves the same.
        try:
            return request_cosignature(client, witness, newest, lambda old: _prove(engine, old, newest))
        except WitnessError as error:
            _log.warning("witness=%s size=%d did not sign: %s", witness.name, newest.checkpoint.size, error)
            with suppress(WitnessError):  # perhaps it refuses because it has seen more: let it show that
                compare(engine, verifier, witness, client)
            return error

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(zip(waiting, pool.map(ask, waiting), strict=True))
    _keep(engine, newest, [answer for _, answer in answers if isinstance(answer, Signature)])
    return {witness.name: str(answer) for witness, answer in answers if isinstance(answer, WitnessError)}


def _prove(engine: sa.Engine, old: int, head: Head) -> list[bytes]:
    with reading(engine).connect() as connection:
        return tiles.prove_consistency(fetcher(connection), old, head.checkpoint.size)


def _keep(engine: sa.Engine, head: Head, signatures: list[Signature]) -> None:
    """Store signatures that were verified. A crash before the commit costs the asking only."""
    size = head.checkpoint.size
    if not signatures:
        return
    with engine.begin() as connection, acting_as(connection, Duty.WITNESSING):
        for signature in signatures:
            row = {"size": size, "witness": signature.name, "line": signature.line()}
            known = sa.select(tables.cosignature).filter_by(size=size, witness=signature.name)
            if connection.execute(known).one_or_none() is None:
                connection.execute(tables.cosignature.insert(), row)


def request_cosignature(client: httpx.Client, witness: Witness, head: Head, prove: Prove) -> Signature:
    """Ask one witness for its signature under a head; it says itself which size it has seen last.

    Raises:
        WitnessError: it cannot be reached, refuses, or answers nonsense.
    """
    old, size = 0, head.checkpoint.size
    for _ in range(3):  # what it has seen can change between question and proof, but not without end
        proof = [] if old == 0 else prove(old)
        lines = [f"old {old}", *(base64.b64encode(item).decode() for item in proof), "", ""]
        response = _request(
            client, "POST", f"{witness.url}/add-checkpoint", "\n".join(lines).encode() + head.note
        )
        if response.status_code == _OK:
            return _read_answer(witness, head.checkpoint, response.content)
        match = re.fullmatch(rb"(0|[1-9][0-9]{0,15})\n", response.content)
        if response.status_code != _CONFLICT or match is None or not old < int(match[1]) <= size:
            raise WitnessRefusedError(
                response.status_code,
                f"{witness.name} answered {response.status_code} to size {size} from {old}",
            )
        old = int(match[1])
    raise WitnessError(f"{witness.name} changes its mind about what it has seen")


def _read_answer(witness: Witness, head: Checkpoint, answer: bytes) -> Signature:
    try:
        rows = answer.decode("utf-8").rstrip("\n").split("\n")
        note = Note(encode(head), tuple(parse_line(row) for row in rows))
        return open_note(note.encode(), [witness.verifier]).verified[0]
    except (UnicodeDecodeError, FormatError, NotProvedError) as error:
        raise WitnessError(f"{witness.name} answered with no signature of its own: {error}") from error


def check_witnesses(
    engine: sa.Engine, verifier: Verifier, policy: Policy, client: httpx.Client
) -> dict[str, str]:
    """Compare the database with the newest heads that the witnesses show. To be done at every start.

    Returns the witnesses that could not be asked, each with the reason.

    Raises:
        LedgerHaltedError: a witness shows a head signed by us that the database does not have.
    """

    def ask(witness: Witness) -> WitnessError | None:
        try:
            compare(engine, verifier, witness, client)
        except WitnessError as error:
            return error
        return None

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = dict(zip(policy.witnesses, pool.map(ask, policy.witnesses.values()), strict=True))
    return {name: str(error) for name, error in answers.items() if error is not None}


def compare(engine: sa.Engine, verifier: Verifier, witness: Witness, client: httpx.Client) -> None:
    """Hold the database against what one witness shows. Only our own signature under it can stop us.

    Raises:
        WitnessError: it cannot be reached, or shows no head of this log.
        LedgerHaltedError: it shows a head signed by us that the database does not have.
    """
    if witness.url is None:
        return
    origin_hash = hashlib.sha256(verifier.name.encode("utf-8")).hexdigest()
    response = _request(client, "GET", f"{witness.url}/{origin_hash}/checkpoint", b"")
    if response.status_code == _NOT_FOUND:
        return  # it has never signed this log
    try:
        open_note(response.content, [verifier])
    except (FormatError, NotProvedError) as error:
        raise WitnessError(f"{witness.name} shows no head of this log: {error}") from error
    with reading(engine).connect() as connection:
        newest = newest_head(connection)
        head = Checkpoint(verifier.name, 0, b"") if newest is None else newest.checkpoint
        check_outside(connection, head, response.content, verifier, f"见证方 witness {witness.name}")


def _request(client: httpx.Client, method: str, url: str, body: bytes) -> httpx.Response:
    try:
        with client.stream(method, url, content=body or None) as response:
            data = b""
            for chunk in response.iter_bytes():
                data += chunk
                if len(data) > MAX_ANSWER:
                    raise WitnessError(f"{url}: an answer without end")
            return httpx.Response(response.status_code, content=data)
    except httpx.HTTPError as error:
        raise WitnessError(f"{url}: {error}") from error
