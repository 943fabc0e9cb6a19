"""Where the cheating takes place: one issuer, two people's certificates, one statement, all real; and what a case is.

Every key is made of a seed that everybody has, so that the same script makes the same bytes anywhere.
"""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path

import pikepdf
from cryptography.hazmat.primitives.asymmetric import ec

from tests.verifier import papers
from tests.verifier.authority import NOW, Authority, credential, payload, text
from tests.verifier.make_vectors import LINES
from tests.verifier.make_vectors import statement as statement_fields
from tests.verifier.seeds import p256
from verifier.credential import Credential, encode_lines, parse_payload
from verifier.trust import TrustList

PAPERS = Path(__file__).parent / "scene"
"""The three certificates as they were printed once, without ornaments and structure: another system's fonts would print other bytes."""


class Scene:
    """张伟's certificate is what is cheated with; 李娜's, and a statement, are what is taken from."""

    def __init__(self) -> None:
        self.authority = Authority(seed="the issuer")
        self.credential = credential()
        self.token = self.authority.issue(self.credential)
        self.other = parse_payload(text(payload(4321, name="李娜", identifier="620***********2048")))
        self.other_token = self.authority.issue(self.other)
        self.statement: Credential = parse_payload(text(statement_fields()))
        self.statement_token = self.authority.issue(self.statement)
        self.lines = encode_lines(LINES)

    @cached_property
    def pdf(self) -> bytes:
        return (PAPERS / "certificate.pdf").read_bytes()

    @cached_property
    def other_pdf(self) -> bytes:
        return (PAPERS / "other.pdf").read_bytes()

    @cached_property
    def statement_pdf(self) -> bytes:
        return (PAPERS / "statement.pdf").read_bytes()

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


def another(seed: str = "another") -> Authority:
    """Another issuer, or the same one with a history of its own."""
    return Authority(seed=seed)


def stranger() -> ec.EllipticCurvePrivateKey:
    """A key that no list names."""
    return p256("a stranger")


def compact(pdf: bytes) -> bytes:
    """The same document in fewer bytes, always the same ones."""
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(made, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return made.getvalue()


def edited(pdf: bytes, *edits: papers.Edit) -> bytes:
    """The PDF after edits by PDFium."""
    return compact(papers.edited(pdf, *edits))


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
    token: str | None = None
    """The trust list as it is shown, where it is not `trust` signed by the root."""
    chain: str = ""
    """The root chain beside it."""
    seen: Mapping[str, object] | None = None
    """What the verifier has seen before (docs/format.md, 5)."""
    bundle: bytes | None = None
    """A bundle that takes the place of trust list and public files."""
    refused: str = ""
    """The error that ends it before any check: the trust data cannot be relied on."""


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


__all__ = [
    "Case",
    "Make",
    "Scene",
    "another",
    "compact",
    "edited",
    "fails",
    "holds",
    "not_done",
    "stranger",
]
