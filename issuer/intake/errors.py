"""Errors raised by issuer/intake.

* IssuerError
    - IntakeError
        - ProfileRefused    a mapping profile is missing, or says what cannot be
        - FileRefused       a file cannot be read as a table at all; nothing of it was recorded
        - TotalsDiffer      the sender's totals are not those of the file; nothing was recorded
        - SendingRefused    a file is not received: too many wait, or the profile is gone
        - DigestDiffers     what came is not what its digest says
        - TooLarge          the file is larger than the service takes

`CellRefused` stays inside: one row's fault, told in the report with row and column.
`ReaderFailed` is a mistake of ours, as any other error would be, in the process that reads.
"""

from issuer.errors import IssuerError


class IntakeError(IssuerError):
    """Base class of what imports refuse."""


class ProfileRefused(IntakeError):
    """There is no such profile, or it does not say what a profile must; names the place in it."""


class FileRefused(IntakeError):
    """The file as a whole cannot be read; `code` says why. Nothing of it was recorded."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)

    def __reduce__(self) -> tuple[type["FileRefused"], tuple[str, str]]:
        """So that it goes from one process to another."""
        return FileRefused, (self.code, str(self))


class TotalsDiffer(IntakeError):
    """What the sender says is in the batch is not in it. Nothing was recorded."""


class SendingRefused(IntakeError):
    """A file is not received; the message says why. Nothing was kept."""


class DigestDiffers(IntakeError):
    """What came is not what its digest says. Nothing was kept."""

    def __init__(self) -> None:
        super().__init__(
            "收到的内容与 Content-Digest 不符，没有保存 what came is not what Content-Digest says; nothing was kept"
        )


class TooLarge(IntakeError):
    """The file is larger than the service takes. Nothing was kept."""

    def __init__(self, megabytes: int) -> None:
        super().__init__(f"文件最大 {megabytes} MB the file has more than {megabytes} MB")


class CellRefused(Exception):
    """One cell cannot be taken. `field` is the profile's name of its column; the message never repeats personal data."""

    def __init__(self, field: str, code: str, message: str) -> None:
        self.field, self.code, self.message = field, code, message
        super().__init__(message)


class ReaderFailed(Exception):
    """The process that reads tripped over a mistake of ours; says where, and nothing of the row."""
