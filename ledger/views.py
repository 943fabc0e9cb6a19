"""Does everybody see the same log? Heads shown elsewhere, by a mirror or a witness, held against the one that was audited."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ledger.auditor import Fetch, UnreadableError
from ledger.checkpoint import Checkpoint, open_checkpoint
from ledger.errors import LedgerError, MissingTileError
from ledger.merkle import first_difference, tree_root
from ledger.note import Verifier
from ledger.tiles import TileTree


class Outcome(StrEnum):
    """What comes of comparing two views. Only `DISAGREES` proves anything against the log; the rest is said as it is."""

    SAME = "same"
    OLDER = "older"
    """A beginning of the audited log."""
    NEWER = "newer"
    """It begins with the audited log."""
    UNCOMPARED = "uncompared"
    """It is ahead, and shows no tiles to compare by: audit again later."""
    DISAGREES = "disagrees"
    """Two different trees of one size, both signed by the log's key: evidence of a fork."""
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class View:
    """What stands at a place. `size` is None where no head of the log could be read; `note` is the evidence."""

    place: str
    outcome: Outcome
    size: int | None
    detail: str
    note: bytes


def compare_views(
    head: Checkpoint, verifier: Verifier, fetch: Fetch, places: Sequence[tuple[str, Fetch]]
) -> list[View]:
    """Compare the audited `head`, whose files `fetch` reads, with what is shown at other places (name and reader)."""
    return [_compare(head, verifier, tiles_of(fetch), place, other) for place, other in places]


def _compare(head: Checkpoint, verifier: Verifier, ours: Fetch, place: str, other: Fetch) -> View:
    try:
        note = _read_head(other, verifier.name)
        seen = open_checkpoint(note, verifier.name, [verifier])
    except (UnreadableError, LedgerError) as error:
        return View(place, Outcome.UNREADABLE, None, str(error), b"")
    try:
        # From the tiles of the larger tree, which it must show; those of a smaller one it need not have kept.
        if seen.size <= head.size:
            good = tree_root(TileTree(ours, head.size).node, seen.size) == seen.root
            outcome = Outcome.SAME if seen.size == head.size else Outcome.OLDER
        else:
            good = tree_root(TileTree(tiles_of(other), seen.size).node, head.size) == head.root
            outcome = Outcome.NEWER
    except (MissingTileError, UnreadableError):
        return View(place, Outcome.UNCOMPARED, seen.size, "ahead, and it shows no tiles", note)
    except LedgerError as error:
        return View(place, Outcome.UNREADABLE, seen.size, str(error), note)
    if good:
        return View(place, outcome, seen.size, "", note)
    size = min(seen.size, head.size)
    where = _parting(TileTree(ours, head.size), tiles_of(other), seen, size)
    return View(place, Outcome.DISAGREES, seen.size, f"another tree of {size} entries; {where}", note)


def _parting(ours: TileTree, other: Fetch, seen: Checkpoint, size: int) -> str:
    """Say in which entry two trees part, as far as the tiles shown beside the other head lead to it."""
    tree = TileTree(other, seen.size)
    try:
        if tree.root() == seen.root:
            return f"they part at entry {first_difference(ours.node, tree.node, size)}"
    except (LedgerError, UnreadableError):
        pass
    return "its tiles do not show where"


def _read_head(fetch: Fetch, origin: str) -> bytes:
    """Read a log's `checkpoint`, or the one that a witness shows under the hash of its origin (C2SP tlog-witness)."""
    try:
        return fetch("checkpoint")
    except UnreadableError:
        return fetch(f"{hashlib.sha256(origin.encode('utf-8')).hexdigest()}/checkpoint")


def tiles_of(fetch: Fetch) -> Callable[[str], bytes]:
    """Say in the words of `ledger.tiles` that a file is not there."""

    def tile(path: str) -> bytes:
        try:
            return fetch(path)
        except UnreadableError as error:
            raise MissingTileError(path) from error

    return tile
