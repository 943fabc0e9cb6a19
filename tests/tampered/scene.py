"""Where the cheating takes place: one issuer, two people's certificates, one statement, all real; and what a case is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from tests.verifier import papers
from tests.verifier.authority import NOW, Authority, Memory, credential, payload, text
from tests.verifier.make_vectors import LINES
from tests.verifier.make_vectors import statement as statement_fields
from verifier.credential import Credential, encode_lines, parse_payload
from verifier.trust import TrustList


class Scene:
    """张伟's certificate is what is cheated with; 李娜's, and a statement, are what is taken from."""

    def __init__(self) -> None:
        self.authority = Authority()
        self.credential = credential()
        self.token = self.authority.issue(self.credential)
        self.other = parse_payload(text(payload(4321, name="李娜", identifier="620***********2048")))
        self.other_token = self.authority.issue(self.other)
        self.statement: Credential = parse_payload(text(statement_fields()))
        self.statement_token = self.authority.issue(self.statement)
        self.lines = encode_lines(LINES)

    @cached_property
    def pdf(self) -> bytes:
        return papers.certificate_pdf(self.authority, self.token, self.credential)

    @cached_property
    def other_pdf(self) -> bytes:
        return papers.certificate_pdf(self.authority, self.other_token, self.other)

    @cached_property
    def statement_pdf(self) -> bytes:
        return papers.statement_pdf(self.authority)

    @cached_property
    def public(self) -> Mapping[str, bytes]:
        """What the issuer publishes; a case that spoils it takes a copy."""
        return self.authority.public().files

    def spoiled(self, **files: bytes | None) -> dict[str, bytes]:
        """The public files with some replaced, or (None) taken away; `__` in a name stands for `/`."""
        made = dict(self.public)
        for name, data in files.items():
            path = name.replace("__", "/")
            made.pop(path, None)
            if data is not None:
                made[path] = data
        return made


@dataclass(frozen=True)
class Case:
    """One input with its circumstances, and what the report must say of it.

    `failed` and `not_done` are the checks that end so; None for `not_done` means: whatever follows from the failure.
    """

    data: bytes
    failed: frozenset[int] = frozenset()
    not_done: frozenset[int] | None = None
    warnings: tuple[str, ...] = ()
    trust: TrustList | None = None
    public: Mapping[str, bytes] | None = None
    now: datetime = NOW
    headline: str = field(default="")
    """Words that the verdict must have."""


Make = Callable[[Scene], Case]


def fails(data: bytes | str, number: int, **circumstances: object) -> Case:
    """A case that one check refuses."""
    return Case(_bytes(data), frozenset({number}), **circumstances)  # type: ignore[arg-type]  # fields of Case, by name


def not_done(data: bytes | str, *numbers: int, **circumstances: object) -> Case:
    """A case that cannot be decided because of these checks."""
    return Case(_bytes(data), not_done=frozenset(numbers), **circumstances)  # type: ignore[arg-type]  # as above


def holds(data: bytes | str, **circumstances: object) -> Case:
    """A case whose signed data is genuine; what matters is what the report says beside it."""
    return Case(_bytes(data), not_done=frozenset(), **circumstances)  # type: ignore[arg-type]  # as above


def _bytes(data: bytes | str) -> bytes:
    return data.encode("ascii") if isinstance(data, str) else data


__all__ = ["Case", "Make", "Memory", "Scene", "fails", "holds", "not_done"]
