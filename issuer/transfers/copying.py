"""Copying what an origin's papers say: kept for the employer and the authority, in the caller's transaction."""

from dataclasses import dataclass
from uuid import UUID

from issuer.access.roles import Actor
from issuer.evidence.proof import Proof
from issuer.evidence.service import attached
from issuer.evidence.tables import transfer_evidence
from issuer.instance import Instance, Transaction
from issuer.people.service import Person
from issuer.transfers.bringing import hold_moved, origins_of
from issuer.transfers.errors import TransferRefused
from issuer.transfers.paper import Paper, as_copied, map_paper
from issuer.transfers.receiving import Brought, Door, keep, send_again


@dataclass(frozen=True)
class Copied:
    """What somebody copied from an origin's papers, with pictures of these."""

    paper: Paper
    proofs: tuple[Proof, ...] = ()


def copy(work: Transaction, person: Person, copied: Copied) -> UUID:
    """Keep what was copied; it goes to the employer. Answers its id.

    Raises:
        TransferRefused: no proof, a move to come, a year after it, or one that is here from there already.
        FactsError: what was copied cannot be; pointer into it.
        ProfileRefused, NotFound, EvidenceRefused: no profile for a year, no affiliation, more than six proofs.
    """
    return keep(work, person, _brought(work.instance, copied))


def copy_again(work: Transaction, actor: Actor, transfer_id: UUID, turn: int, copied: Copied) -> None:
    """Send a returned paper again, filled in anew; its proofs are added to those it has.

    Raises:
        As `copy` and `receiving.send_again`.
    """
    have = attached(work.connection, [transfer_id], transfer_evidence).get(transfer_id, ())
    brought = _brought(work.instance, Copied(copied.paper, (*have, *copied.proofs)))
    send_again(work, actor, transfer_id, turn, brought)


def _brought(instance: Instance, copied: Copied) -> Brought:
    paper = copied.paper
    hold_moved(instance, paper.moved_on)
    if not copied.proofs:
        raise TransferRefused("请附上流出地证明的照片或文件 add a picture or file of the origin's papers")
    years, shown, used = map_paper(paper, origins_of(instance))
    return Brought(
        door=Door.PAPER,
        region=paper.region,
        origin=paper.office.strip(),
        document_no=paper.document_no.strip(),
        moved_on=paper.moved_on,
        years=years,
        checks=as_copied(paper, shown, used),
        proofs=copied.proofs,
    )
