"""Errors raised by ledger/.

* LedgerError
    - FormatError              bytes are not in the format they claim to be in
        - EntryFormatError
        - UnknownVersionError
        - NoteFormatError
        - CheckpointFormatError
        - TileFormatError
        - ProofFormatError
        - IssuedListError
        - PolicyFormatError
    - NotProvedError           well formed, but it does not hold
        - SignatureError
        - WrongLogError
        - InclusionError
        - ConsistencyError
        - QuorumError
        - ContinuationError
    - MissingTileError         a published file that should be there is not
    - StoreError
        - EventConflictError
        - UnknownEventError
        - NotSequencedError
        - LedgerHaltedError
        - UnsafeDatabaseError
        - OutdatedDatabaseError
        - StorageError
    - WitnessError             a witness refused, or its answer is no answer
        - WitnessRefusedError
"""


class LedgerError(Exception):
    """Base class of every error raised by ledger/."""


class FormatError(LedgerError):
    """Bytes are not in the format they claim to be in."""


class EntryFormatError(FormatError):
    """Not the body of a ledger entry."""


class UnknownVersionError(FormatError):
    """Of a format version that this program does not read: a later one, or the draft."""


class NoteFormatError(FormatError):
    """Not a signed note, or not a verifier key."""


class CheckpointFormatError(FormatError):
    """A signed note whose text is not a checkpoint."""


class TileFormatError(FormatError):
    """Not a tile or entry bundle of the width that its place in the tree demands."""


class ProofFormatError(FormatError):
    """Not a tlog-proof text."""


class IssuedListError(FormatError):
    """Not a year's list of issuances, or not the one that was signed."""


class PolicyFormatError(FormatError):
    """Not a policy that says which witnesses count."""


class NotProvedError(LedgerError):
    """Well formed, but what it claims does not hold."""


class SignatureError(NotProvedError):
    """No signature by a known key, or a signature by a known key that does not verify."""


class WrongLogError(NotProvedError):
    """A checkpoint of another log."""


class InclusionError(NotProvedError):
    """The leaf is not at this index under this root, or the proof has the wrong shape."""


class ConsistencyError(NotProvedError):
    """The larger tree does not continue the smaller one, or the proof has the wrong shape."""


class QuorumError(NotProvedError):
    """Too few witnesses have signed a checkpoint."""


class ContinuationError(NotProvedError):
    """A log is not the continuation of the one that was closed, or that one's end cannot be continued."""


class MissingTileError(LedgerError):
    """A fetcher found no file at this path; it never means that an entry does not exist."""


class StoreError(LedgerError):
    """Base class of the errors of the database behind the log."""


class EventConflictError(StoreError):
    """An event id is already taken by an event with another content."""


class UnknownEventError(StoreError):
    """No event, or no issuance, with this id or digest."""


class NotSequencedError(StoreError):
    """The event is safe in the database but has no place in the log yet; ask again in a second."""


class LedgerHaltedError(StoreError):
    """The database and what is known outside it disagree: a backup was restored, or somebody rewrote.

    Nothing may be signed until a person has found out why. Never repaired in silence.
    """


class UnsafeDatabaseError(StoreError):
    """The database or its driver cannot keep the promises that the log needs."""


class OutdatedDatabaseError(StoreError):
    """The ledger's tables are not those of this program: migrations are missing, or a later program made them."""


class StorageError(StoreError):
    """The storage for public files refused or could not be reached; what is published stays as it was."""


class WitnessError(LedgerError):
    """A witness could not be reached, or its answer is no answer."""


class WitnessRefusedError(WitnessError):
    """A witness does not sign this checkpoint. `status` is the HTTP status of C2SP tlog-witness."""

    def __init__(self, status: int, reason: str, size: int | None = None) -> None:
        super().__init__(reason)
        self.status = status
        self.size = size
        """With 409: the size that the witness has signed last."""
