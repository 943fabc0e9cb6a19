"""Which logs and witnesses are trusted, and how many witnesses a checkpoint needs (C2SP tlog-policy). Pure.

log <vkey>
witness A <vkey> https://a.example/
witness B <vkey>
witness C <vkey>
group two-of-three 2 A B C
quorum two-of-three
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ledger.checkpoint import Checkpoint, decode
from ledger.cosignature import CosignatureVerifier
from ledger.errors import NoteFormatError, PolicyFormatError, QuorumError, SignatureError, WrongLogError
from ledger.note import NoteVerifier, Verifier, open_note

MAX_POLICY = 100_000
NONE = "none"


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness under the policy's own name for it; `url` is where checkpoints are sent to, if it is known."""

    name: str
    verifier: CosignatureVerifier
    url: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """Witnessed when at least `threshold` of its members (witnesses or earlier groups) are."""

    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Policy:
    """A policy that was read; `quorum` names a witness, a group, or none."""

    logs: tuple[Verifier, ...]
    witnesses: Mapping[str, Witness]
    groups: Mapping[str, Group]
    quorum: str

    def check(self, note: bytes) -> Checkpoint:
        """Verify a checkpoint: signed by a log of the policy and by enough witnesses.

        Raises:
            NoteFormatError, CheckpointFormatError: it is malformed.
            SignatureError: no log of the policy has signed it, or a signature by a known key is false.
            WrongLogError: the log that signed it has another origin.
            QuorumError: too few witnesses.
        """
        known: list[NoteVerifier] = [*self.logs, *(w.verifier for w in self.witnesses.values())]
        opened = open_note(note, known)
        signed = {(s.name, s.key_id) for s in opened.verified}
        origins = {log.name for log in self.logs if (log.name, log.key_id) in signed}
        if not origins:
            raise SignatureError("no log of the policy has signed this checkpoint")
        checkpoint = decode(opened.text)
        if checkpoint.origin not in origins:
            raise WrongLogError(f"a checkpoint of {checkpoint.origin!r}, signed by {sorted(origins)}")
        cosigned = {w.name for w in self.witnesses.values() if (w.verifier.name, w.verifier.key_id) in signed}
        if not self.is_met(cosigned):
            names = ", ".join(sorted(cosigned)) or "nobody"
            raise QuorumError(f"witnessed by {names}, which does not make up the quorum {self.quorum!r}")
        return checkpoint

    def is_met(self, cosigned: set[str]) -> bool:
        """Whether these witnesses make up the quorum."""

        def witnessed(name: str) -> bool:
            if name in self.witnesses:
                return name in cosigned
            group = self.groups[name]
            return sum(witnessed(member) for member in group.members) >= group.threshold

        return self.quorum == NONE or witnessed(self.quorum)

    @property
    def least(self) -> int:
        """The smallest number of witnesses that can make up the quorum; no member counts twice, so it is a sum."""

        def needed(name: str) -> int:
            if name in self.witnesses:
                return 1
            group = self.groups[name]
            return sum(sorted(needed(member) for member in group.members)[: group.threshold])

        return 0 if self.quorum == NONE else needed(self.quorum)


@dataclass
class _Reader:
    logs: list[Verifier] = field(default_factory=list)
    witnesses: dict[str, Witness] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    quorum: str | None = None
    used: set[str] = field(default_factory=set)

    def log(self, vkey: str, _url: str = "") -> None:
        verifier = Verifier.from_vkey(vkey)
        if any(verifier.public == other.public for other in self.logs):
            raise PolicyFormatError(f"the log {verifier.name} stands twice")
        self.logs.append(verifier)

    def witness(self, name: str, vkey: str, url: str | None = None) -> None:
        verifier = CosignatureVerifier.from_vkey(vkey)
        if any(verifier.public == other.verifier.public for other in self.witnesses.values()):
            raise PolicyFormatError(f"the key of witness {name} stands twice")
        self._define(name)
        self.witnesses[name] = Witness(name, verifier, url)

    def group(self, name: str, needed: str, *members: str) -> None:
        self._define(name)
        for member in members:
            self._known(member)
            if member in self.used:
                raise PolicyFormatError(f"{member} is a member twice")
            self.used.add(member)
        if needed not in {"all", "any"} and not re.fullmatch("[1-9][0-9]{0,3}", needed):
            raise PolicyFormatError(f"a group needs all, any or a number of its members, not {needed!r}")
        threshold = {"all": len(members), "any": 1}.get(needed) or int(needed)
        if not 1 <= threshold <= len(members):
            raise PolicyFormatError(f"the group {name} needs {threshold} of {len(members)} members")
        self.groups[name] = Group(threshold, members)

    def set_quorum(self, name: str) -> None:
        if self.quorum is not None:
            raise PolicyFormatError("a policy has exactly one quorum line")
        if name != NONE:
            self._known(name)
        self.quorum = name

    def _define(self, name: str) -> None:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise PolicyFormatError(f"the name {name!r} is taken")

    def _known(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise PolicyFormatError(f"{name!r} is not defined on a line before")


def parse_policy(data: bytes) -> Policy:
    """Read a policy file.

    Raises:
        PolicyFormatError: it is malformed, names the line, or has no quorum.
    """
    if len(data) > MAX_POLICY or re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", data):
        raise PolicyFormatError(
            "a policy is at most 100,000 bytes, without control characters but tab and newline"
        )
    reader = _Reader()
    verbs: dict[str, tuple[Callable[..., None], int, int]] = {
        "log": (reader.log, 1, 2),
        "witness": (reader.witness, 2, 3),
        "group": (reader.group, 3, 1000),
        "quorum": (reader.set_quorum, 1, 1),
    }
    # surrogateescape: names are opaque octets, whatever their encoding.
    for number, line in enumerate(data.decode("utf-8", "surrogateescape").split("\n"), 1):
        words = re.split("[ \t]+", line.strip(" \t"))
        if words[0] == "" or words[0].startswith("#"):
            continue
        verb, least, most = verbs.get(words[0], (None, 0, 0))
        if verb is None or not least <= len(words) - 1 <= most:
            raise PolicyFormatError(f"line {number}: not a line of a policy: {words[0]!r}")
        try:
            verb(*words[1:])
        except (PolicyFormatError, NoteFormatError) as error:
            raise PolicyFormatError(f"line {number}: {error}") from error
    if reader.quorum is None:
        raise PolicyFormatError("a policy has exactly one quorum line")
    return Policy(tuple(reader.logs), reader.witnesses, reader.groups, reader.quorum)
