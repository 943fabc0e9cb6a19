"""What `xueshi verify` is given, and what becomes of each: one after the other, or shared out to processes where there are many."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from verifier.committee.documents import readable
from verifier.errors import InputError
from verifier.evidence import EXPECTED, MAX_INPUT, TOKEN, read_evidence
from verifier.ground import Ground
from verifier.pool import Pool
from verifier.report import Report
from verifier.transport import looks_like_qr
from verifier.verify import verify_on

MANY = 32
"""Inputs that are worth processes of their own: starting them takes about as long as verifying so many PDFs."""
LONGEST_NAME = 255
"""Bytes of a file name; a longer argument of a token's shape is the token."""


@dataclass(frozen=True)
class Given:
    """An argument of the command line: a file, "-", or text that is the input itself."""

    argument: str
    data: bytes | None = None
    """What standard input had; only this process can read it."""

    @classmethod
    def of(cls, argument: str) -> "Given":
        """Take an argument; standard input is read."""
        return cls(argument, sys.stdin.buffer.read(MAX_INPUT + 1) if argument == "-" else None)

    def read(self) -> tuple[bytes, str]:
        """Return an input's bytes and what to call it.

        Raises:
            InputError: a folder, or nothing.
            OSError: it cannot be read.
        """
        name = self.argument
        if self.data is not None:
            return self.data, name
        if looks_like_qr(name) or (TOKEN.fullmatch(name) and len(name) > LONGEST_NAME):
            return name.encode("ascii"), "text"
        path, shown = Path(name), readable(name)
        if path.is_dir():
            said = "是文件夹：请用 xueshi committee verify / a folder: use xueshi committee verify"
            raise InputError(shown, EXPECTED, said)
        if not path.exists():
            raise InputError(shown, EXPECTED, "没有这个文件 / no such file")
        with path.open("rb") as file:
            return file.read(MAX_INPUT + 1), shown


@dataclass(frozen=True)
class Refused:
    """The answer of an input that could not be verified, where the others have their report."""

    file: str
    expected: str
    message: str

    def __str__(self) -> str:
        """Say which, why and what was expected."""
        return f"{self.file}: {self.message} (expected: {self.expected})"

    def to_json(self) -> dict[str, object]:
        """Return it as data."""
        return {"file": self.file, "error": {"expected": self.expected, "message": self.message}}


Found = Report | Refused


class Inputs(Pool[Given, Found]):
    """Many inputs under way."""

    @staticmethod
    def work(document: Given, ground: Ground) -> Found:
        """Verify an input; what is wrong with it is said of it alone."""
        try:
            data, label = document.read()
            return verify_on(read_evidence(data, label), ground)
        except InputError as error:
            return Refused(error.name, error.expected, error.message)
        except OSError as error:
            return Refused(readable(document.argument), "a readable file", error.strerror or "cannot be read")

    @staticmethod
    def stopped(document: Given, why: str) -> Found:
        """Say that an input's process was stopped."""
        return Refused(readable(document.argument), EXPECTED, why)

    def in_order(self, given: Sequence[Given]) -> Iterator[Found]:
        """Yield what was found of each, in their order.

        Raises:
            VerifierError: no process starts.
        """
        early: dict[int, Found] = {}
        wanted = 0
        for number, found in self.run(given):
            early[number] = found
            while wanted in early:
                yield early.pop(wanted)
                wanted += 1
