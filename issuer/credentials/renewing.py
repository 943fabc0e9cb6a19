"""Status lists that grow old are signed anew, and the ledger says so: one entry for all lists of a renewal.

A change of a list has its entry already, that of the withdrawal; signing it again because something else was published
says nothing new. What is left is the renewal by time, at most one in the time that lists are left alone, however often
the service starts: it proves that somebody looked after the lists then, and what every one of them said.
"""

import json
import logging
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from sqlalchemy import func, select

from issuer.acts import Act, governance_act, note_act
from issuer.credentials.publishing import PURPOSES, bits_of, status_details
from issuer.instance import Instance, writing
from ledger.store import reading
from verifier import jws
from verifier.errors import TokenError

RENEWAL = timedelta(hours=12)
"""Status lists are signed anew this often: well inside the age that verifiers accept."""
ACT = "status-lists-renewed"
log = logging.getLogger(__name__)


def note_renewal(instance: Instance) -> bool:
    """Record, where the published lists have grown old, that they are now signed anew; the caller publishes next.

    A crash before the publishing, or one that fails, leaves the entry and the old lists: the next publishing signs them,
    without another entry.
    """
    signed, now = _oldest(instance), instance.now()
    if signed is None or now - signed <= RENEWAL:
        return False
    with reading(instance.engine).connect() as connection:
        last = connection.execute(
            select(func.max(governance_act.c.at)).where(governance_act.c.what == ACT)
        ).scalar_one()
    if last is not None and now - last <= RENEWAL:
        return False
    with writing(instance) as work:
        lists = {
            f"{letter}{number}": sha256(bits_of(details, purpose)).hexdigest()
            for number, details in status_details(work.connection, instance)
            for letter, purpose in PURPOSES
        }
        note_act(work, Act(ACT, "status", {"before": signed.isoformat(), "lists": lists}))
    log.info("status lists renewed lists=%d", len(lists))
    return True


def _oldest(instance: Instance) -> datetime | None:
    """When the lists that are published were signed: all at once, so the first tells of all. None: nothing readable is there.

    Not verified: whoever can write into the folder could take the lists away as well.
    """
    path = instance.settings.public / f"status/{PURPOSES[0][0]}1"
    try:
        payload = json.loads(jws.split(path.read_text("ascii").strip()).payload)
        return datetime.fromtimestamp(int(payload["iat"]), UTC)
    except (OSError, ValueError, KeyError, TypeError, TokenError):
        return None
