"""What goes out: the log is sequenced, witnessed and shown, then everything else that a third party needs.

Nothing in here is lost by a crash: pending rows wait, and every file is written again from the database. Each place (the
folder, then the bucket) is brought up to date from what it has, so that one that was away catches up.
"""

import logging
from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa

from issuer.credentials.publishing import public_files
from issuer.instance import Instance
from issuer.public_files import kind_of
from issuer.rulebook.publishing import rule_files
from issuer.witnesses import cosign
from ledger.closed import ClosedLog
from ledger.publish import CHECKPOINT, VKEY, Below, Folder, Target, publish_to, renew_issuances
from ledger.store import reading

LARGE_LIST = 10_000
"""Issuances (240 kB) above which a year's list is renewed nightly, not at every publishing."""
log = logging.getLogger(__name__)


def publish(instance: Instance, *, nightly: bool = False) -> None:
    """Sequence what is pending, have it witnessed, then bring every public file up to date.

    With witnesses, the head that is shown is the newest that enough of them have signed; what came after it waits,
    safe in the database, and goes out with a later publishing. `nightly` renews large lists of issuances as well.

    Raises:
        ledger.errors.LedgerHaltedError: the database contradicts what is known outside it.
        ledger.errors.StorageError: the bucket refused or could not be reached; the folder is up to date.
    """
    instance.sequencer().drain()
    folder = Folder(instance.settings.public)
    if instance.witnesses is not None:
        show_log(instance)  # whoever asks a witness for a head finds its tiles
        cosign(instance.engine, instance.log_signer.verifier(), instance.witnesses)
    with folder.locked(), reading(instance.engine).connect() as connection:
        files = [*public_files(connection, instance), *rule_files(connection, instance)]
        for target in _places(instance, folder):
            _show_log(connection, instance, target)
            target.write_all(
                (path, data) for path, data in files if target is folder or kind_of(path) is not None
            )
            for closed in instance.closed:
                _show_closed(folder, target, closed)
            for year in _years(instance.today()):
                largest = None if nightly else LARGE_LIST
                renew_issuances(connection, _of_log(instance, target), instance.log_signer, year, largest)


def show_log(instance: Instance) -> None:
    """Bring the folder's files of the log up to date, and nothing else: what is sequenced in many portions goes out with each.

    Raises:
        ledger.errors.LedgerHaltedError: as `publish`.
    """
    folder = Folder(instance.settings.public)
    with folder.locked(), reading(instance.engine).connect() as connection:
        _show_log(connection, instance, folder)


def _places(instance: Instance, folder: Folder) -> Iterator[Target]:
    """The folder first: a bucket that is away must not keep a revocation from it."""
    yield folder
    if instance.bucket is not None:
        yield instance.bucket


def _of_log(instance: Instance, target: Target) -> Target:
    return Below(target, instance.settings.log_path)


def _show_closed(folder: Folder, target: Target, log: ClosedLog) -> None:
    """Bring a place that was away when a log was closed up to that log's end, from the folder, where it is whole."""
    if target is folder or target.read(log.path + CHECKPOINT) == log.note:
        return
    root = folder.path / log.path
    files = [
        root / VKEY,
        *root.glob("tile/**/*"),
        *root.glob("issuances/*/[0-9]*"),
        *root.glob("issuances/*/head"),
    ]
    # Point of no return as in publishing: the head goes last.
    for file in (*files, root / CHECKPOINT):
        if file.is_file() and not file.name.startswith("."):
            target.write(str(file.relative_to(folder.path)), file.read_bytes())


def _show_log(connection: sa.Connection, instance: Instance, target: Target) -> None:
    verifier = instance.log_signer.verifier()
    shown = publish_to(connection, _of_log(instance, target), verifier, instance.policy)
    log.info("shown size=%d place=%s", shown.size if shown else 0, type(target).__name__.lower())


def _years(today: date) -> tuple[int, int]:
    """The years whose lists can still grow: an issuance has the day on which it was queued."""
    return today.year - 1, today.year
