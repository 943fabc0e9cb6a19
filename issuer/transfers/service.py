"""The use case of leaving: a transfer certificate for a professional who moves away (Art. 11)."""

import logging
from collections.abc import Sequence

from issuer.clock import last_signed, on_time
from issuer.credentials.sealing import Issued
from issuer.credentials.transfers import issue_transfer, whose
from issuer.instance import Instance, writing
from issuer.publication import publish
from issuer.transfers.gathering import bring_up_to_date, leaving

log = logging.getLogger(__name__)


def issue_to_leave(instance: Instance, person_id: int, years: Sequence[int] = ()) -> Issued:
    """Issue the transfer certificate of a person: one row a year, each with the serial of that year's own document.

    What was registered since a year was certified is certified first; a year that is not complete gets a statement of
    hours. Without `years`, the latest ten. Asking again answers the same bytes while nothing has changed; what has
    changed makes the next version, and the one before is superseded: a person has one that stands.

    Raises:
        TransferRefused: no year has a document that stands, not all of those asked for, or too many.
        InputRefused: a year's records contradict themselves, or have characters that no font has.
        ReleaseRefused: what was signed does not verify, or fits no QR: ask for fewer years.
        KeyUnavailable: the key's place does not answer.
        ClockWentBack: the clock is behind the log.
    """
    on_time(instance.now(), last_signed(instance))
    # A crash before this commit leaves nothing. After it, the years' documents, the certificate and their pending
    # ledger rows stand together; asking again finds them, and publishing and drawing are done then.
    with writing(instance) as work:
        bring_up_to_date(work, person_id)
        issued = issue_transfer(work, person_id, leaving(work, person_id, years))
    log.info("transfer serial=%s fresh=%s", issued.serial, issued.fresh)
    publish(instance)
    return issued


def issue_to_holder(instance: Instance, serial: str, years: Sequence[int] = ()) -> Issued:
    """The same, for whoever is named by a certificate.

    Raises:
        NotFound: no such serial.
    """
    with instance.engine.connect() as connection:
        person_id = whose(connection, serial)
    return issue_to_leave(instance, person_id, years)
