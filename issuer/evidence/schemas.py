"""Files that were kept, as programs see them."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from issuer.evidence.errors import EvidenceRefused
from issuer.evidence.proof import Proof
from issuer.evidence.service import PROOFS_MOST, read_ticket
from issuer.instance import Instance
from issuer.portal.schemas import Part

Ticket = Annotated[
    str, Field(max_length=200, pattern="^[0-9a-f]{64}:[a-z/]+:[0-9]+:[0-9]+:[0-9]+:[0-9a-f]{32}$")
]
"""What a file is named by until something keeps it: its sender's alone, for half a day."""
Tickets = Annotated[tuple[Ticket, ...], Field(max_length=PROOFS_MOST)]


class ProofAnswer(Part):
    """A proof, by the SHA-256 of its bytes."""

    digest: str
    media_type: str
    size: int
    pages: int


class KeptAnswer(ProofAnswer):
    """A file that waits to be named."""

    ticket: Ticket


def proof_answer(proof: Proof) -> ProofAnswer:
    """As programs see it."""
    return ProofAnswer(digest=proof.digest, media_type=proof.media_type, size=proof.size, pages=proof.pages)


def kept_answer(proof: Proof, ticket: str) -> KeptAnswer:
    """As programs see it."""
    return KeptAnswer(**dict(proof_answer(proof)), ticket=ticket)


def proofs_of(instance: Instance, person_key: bytes, tickets: Sequence[str]) -> tuple[Proof, ...]:
    """The files that somebody's tickets name.

    Raises:
        EvidenceRefused: one is too old, or somebody else's.
    """
    found = [read_ticket(instance, person_key, one) for one in tickets]
    if None in found:
        raise EvidenceRefused(
            "有的文件已过期或不是您传的，请重新传", "a file is too old or not yours: send it again"
        )
    return tuple(one for one in found if one is not None)
