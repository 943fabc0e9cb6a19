"""What was published of withdrawals and is not in the database: after a restored backup, a revocation must not be forgotten."""

import logging
from collections.abc import Sequence

from issuer.instance import Instance
from issuer.keys.ring import Use
from verifier import jws
from verifier.errors import VerifierError
from verifier.status import Detail, open_details

log = logging.getLogger(__name__)


def only_published(instance: Instance, number: int, known: Sequence[Detail]) -> list[Detail]:
    """Return the details of list `number` that stand in the public folder, signed by us, and not in the database.

    A bit once published stays set: taking it back would make a revoked certificate count again. A file that none of our
    keys has signed is nobody's word, and is written anew.
    """
    path = instance.settings.public / f"status/details{number}"
    if not path.exists():
        return []
    token = path.read_text("utf-8", errors="replace").strip()
    try:
        kid = jws.split(token).field("kid")
        keys = [k for k in instance.keys.infos() if k.use is Use.STATUS and k.ending != "compromised"]
        jwk = next((info.jwk for info in keys if info.kid == kid), None)
        if jwk is None:
            return []
        details = open_details(token, jws.PublicKey.from_jwk(jwk), instance.settings.did, number).entries
    except VerifierError as error:
        log.warning("status details %d are made anew: %s", number, error)
        return []
    here = {(one.index, one.purpose) for one in known}
    carried = [one for one in details if (one.index, one.purpose) not in here]
    if carried:
        log.error("list %d: %d withdrawals were published and are not in the database", number, len(carried))
    return carried
