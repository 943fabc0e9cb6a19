"""What this computer has seen before, so that nobody can show it something older (rollback; docs/format.md, 5).

One file for each pinned root. Highest trust list number, newest moment of each status list, largest size of each log.
"""

import fcntl
import os
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from ledger.checkpoint import Checkpoint
from ledger.errors import ConsistencyError
from verifier import strict_json
from verifier.errors import RollbackError
from verifier.files import put


@dataclass
class Seen:
    """The newest of everything. Holding something against it also remembers it."""

    roots: int = 0
    """Links of the root chain that were followed."""
    number: int = 0
    """Highest number of a trust list."""
    lists: dict[str, int] = field(default_factory=dict)
    """Newest moment of each status list, by address, in seconds since 1970."""
    heads: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Largest size of each log, with its root in hexadecimal, by the log's verifier key."""

    def hold_roots(self, links: int) -> None:
        """Refuse a root chain that ends earlier.

        Raises:
            RollbackError: it does.
        """
        if links < self.roots:
            raise RollbackError(
                f"根密钥链只有 {links} 环，本机见过 {self.roots} 环 / a root chain of {links} links, {self.roots} were seen here"
            )
        self.roots = links

    def hold_trust(self, number: int) -> None:
        """Refuse a trust list with a lower number.

        Raises:
            RollbackError: it has.
        """
        if number < self.number:
            raise RollbackError(
                f"信任名单第 {number} 号是旧的，本机见过第 {self.number} 号 / trust list {number} is an old one, {self.number} was seen here"
            )
        self.number = number

    def hold_list(self, url: str, issued: datetime) -> None:
        """Refuse a status list older than the newest one.

        Raises:
            RollbackError: it is.
        """
        seconds, newest = int(issued.timestamp()), self.lists.get(url, 0)
        if seconds < newest:
            known = datetime.fromtimestamp(newest, UTC)
            raise RollbackError(
                f"a list of {issued:%Y-%m-%d %H:%M}; one of {known:%Y-%m-%d %H:%M} was seen here"
            )
        self.lists[url] = seconds

    def hold_head(self, vkey: str, head: Checkpoint) -> None:
        """Refuse a checkpoint of fewer entries, and one of as many with another root.

        Raises:
            RollbackError: it has fewer.
            ConsistencyError: it has another root.
        """
        size, root = self.heads.get(vkey, (0, ""))
        if head.size < size:
            raise RollbackError(f"a checkpoint of {head.size} entries; one of {size} was seen here")
        if head.size == size and root not in {"", head.root.hex()}:
            raise ConsistencyError(
                f"two checkpoints of {size} entries with different roots: the log has been forked"
            )
        self.heads[vkey] = (head.size, head.root.hex())

    def joined(self, other: "Seen") -> "Seen":
        """Return the newer of both, item by item."""
        lists = {
            url: max(self.lists.get(url, 0), other.lists.get(url, 0)) for url in self.lists | other.lists
        }
        heads = {
            vkey: max(self.heads.get(vkey, (0, "")), other.heads.get(vkey, (0, "")))
            for vkey in self.heads | other.heads
        }
        return Seen(max(self.roots, other.roots), max(self.number, other.number), lists, heads)


_ADAPTER = TypeAdapter(Seen)


def state_folder() -> Path:
    """Return where a person's programs keep such things: $XDG_STATE_HOME/xueshi, else ~/.local/state/xueshi."""
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state") / "xueshi"


def load_seen(folder: Path, root: str) -> Seen:
    """Read what was seen under the pinned root of that thumbprint; nothing at first.

    Raises:
        RollbackError: the file is there and cannot be understood.
    """
    path = _path(folder, root)
    try:
        return _ADAPTER.validate_json(path.read_bytes())
    except FileNotFoundError:
        return Seen()
    except (ValidationError, OSError):
        raise RollbackError(
            f"{path}: 读不懂的核验记录，不能当作没有 / cannot be read, and is not taken for empty; move it away to begin anew"
        ) from None


def save_seen(folder: Path, root: str, seen: Seen) -> None:
    """Keep what was seen, joined with what another process kept meanwhile; whole or not at all."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = _path(folder, root)
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        data = strict_json.dump(asdict(load_seen(folder, root).joined(seen)))
        put(path, data)


def _path(folder: Path, root: str) -> Path:
    return folder / f"seen-{root}.json"
