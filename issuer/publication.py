"""What goes out: the log is sequenced, witnessed and shown, then everything else that a third party needs.

Nothing in here is lost by a crash: pending rows wait, and every file is written again from the database.
"""

import logging
from datetime import date

from issuer.credentials import publishing
from issuer.instance import Instance
from issuer.witnesses import cosign
from ledger import publish as ledger_publish
from ledger.publish import Folder
from ledger.sequencer import Sequencer
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
    """
    Sequencer(instance.engine, instance.log_signer, instance.now, instance.settings.high_water).drain()
    _publish_log(instance)  # the tiles first: whoever asks a witness for a head finds them
    if instance.witnesses is not None:
        cosign(instance.engine, instance.log_signer.verifier(), instance.witnesses)
        _publish_log(instance)
    with reading(instance.engine).connect() as connection:
        target = Folder(instance.settings.public)
        publishing.publish(connection, instance)
        with target.locked():
            for year in _years(instance.today()):
                ledger_publish.renew_issuances(
                    connection,
                    target,
                    instance.log_signer,
                    year,
                    largest=None if nightly else LARGE_LIST,
                )


def _publish_log(instance: Instance) -> None:
    with reading(instance.engine).connect() as connection:
        shown = ledger_publish.publish(
            connection, instance.settings.public, instance.log_signer.verifier(), instance.policy
        )
    log.info("shown size=%d", shown.size if shown else 0)


def _years(today: date) -> tuple[int, int]:
    """The years whose lists can still grow: an issuance has the day on which it was queued."""
    return today.year - 1, today.year
