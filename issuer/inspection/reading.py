"""A year of somebody whose file is open, and the ledger's proof of an entry. Only reads."""

from issuer.access.roles import Actor
from issuer.errors import NotFound
from issuer.inspection.scope import opened
from issuer.instance import Instance
from issuer.year.service import Year, read_year
from ledger.errors import NotSequencedError
from ledger.receipts import Prover
from ledger.store import reading


def read_inspected_year(instance: Instance, actor: Actor, person_id: int, year: int) -> Year:
    """Read a year as its professional sees it.

    Raises:
        NotFound, FileClosed: as `scope.opened`.
        NoPackInForce: no rules are loaded for the year.
    """
    with reading(instance.engine).connect() as connection:
        person = opened(instance, connection, actor, person_id)
    return read_year(instance, person, year)


def ledger_proof(instance: Instance, index: int) -> bytes:
    """The proof that an entry stands in the ledger (C2SP tlog-proof). It names nobody.

    Raises:
        NotFound: the ledger, or its witnessed part, is not that long.
    """
    with reading(instance.engine).connect() as connection:
        try:
            return Prover(connection, instance.policy).prove(index)
        except NotSequencedError:
            raise NotFound("台账还没有这一号 the ledger has no such entry yet") from None
