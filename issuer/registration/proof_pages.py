"""Proofs of a declaration: adding and removing them, looking at a picture of one, and downloading the original."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import RedirectResponse

from issuer.evidence.errors import EvidenceRefused
from issuer.evidence.pages import original_of, picture_of
from issuer.evidence.proof import Proof
from issuer.evidence.service import Upload, keep, read_ticket, ticket
from issuer.instance import Instance
from issuer.portal.forms import Form
from issuer.portal.gate import Gate, Visit, form_of
from issuer.portal.problems import PROOF_REFUSED
from issuer.portal.shell import Shell
from issuer.portal.visitors import Door, Visitor
from issuer.registration import conduct
from issuer.registration.proving import Change, hold_to_own, proof_for
from issuer.registration.turns import turn_of
from ledger.store import reading
from verifier.web.problems import ProblemError

Digest = Annotated[str, Path(pattern="^[0-9a-f]{1,64}$")]
FIELDS = ("proof", "camera")
"""The form's two ways to choose files: from the device, and straight from a phone's camera."""


@dataclass(frozen=True)
class Tray:
    """Uploads of one form: those that can be kept, and per refused file its number, name and why."""

    kept: Sequence[tuple[Proof, str]]
    """Each with its ticket for a hidden field."""
    refused: Sequence[tuple[str, EvidenceRefused]]
    earlier: int = 0
    """How many of them an earlier try left."""

    @property
    def proofs(self) -> list[Proof]:
        """The proofs alone."""
        return [proof for proof, _ in self.kept]

    def hold_whole(self) -> None:
        """Insist that every file can be kept.

        Raises:
            EvidenceRefused: one cannot; says which and why.
        """
        if self.refused:
            raise EvidenceRefused(*_words(self.refused))

    @property
    def chosen_last(self) -> Proof | None:
        """The first file that was sent now; without one, the first that an earlier try left."""
        return next(iter(self.proofs[self.earlier :] or self.proofs), None)


EMPTY_TRAY = Tray((), ())


@dataclass(frozen=True)
class Filled:
    """A form as somebody left it: its fields, and the files that were kept of it."""

    values: Mapping[str, str]
    tray: Tray = EMPTY_TRAY


def read_tray(instance: Instance, visitor: Visitor, form: Form) -> Tray:
    """Keep what a form brings: files sent now, and those that an earlier try of the same form left (`kept`).

    Raises:
        EvidenceMissing: the store does not answer.
    """
    key = visitor.actor.person_key
    dropped = set(form.all("drop"))
    earlier = [read_ticket(instance, key, text) for text in form.all("kept")]
    proofs = [proof for proof in earlier if proof is not None and proof.digest not in dropped]
    count = len(proofs)
    refused: list[tuple[str, EvidenceRefused]] = []
    for file in (file for field in FIELDS for file in form.files.get(field, ())):
        try:
            proofs.append(keep(instance, Upload(file.name, file.data)))
        except EvidenceRefused as error:
            refused.append((file.name[-40:], error))
    return Tray([(proof, ticket(instance, key, proof)) for proof in proofs], refused, count)


def routes(shell: Shell, door: Door, gate: Gate) -> APIRouter:
    """Return the routes of proofs."""
    del shell
    router = APIRouter(include_in_schema=False, dependencies=[Depends(gate)])
    instance = door.instance

    @router.post("/declarations/{declaration_id}/proofs")
    def change(request: Request, visitor: Visit, declaration_id: UUID) -> Response:
        form = form_of(request)
        with reading(instance.engine).connect() as connection:
            hold_to_own(connection, visitor.actor, declaration_id)
        tray = read_tray(instance, visitor, form)
        if tray.proofs or form.all("drop"):
            turn = turn_of(form.firsts())
            asked = Change(tray.proofs, form.all("drop"))
            conduct.change_proofs(instance, visitor.actor, declaration_id, turn, asked)
        if tray.refused:
            raise _refused(tray.refused, kept=len(tray.proofs))
        return RedirectResponse(f"/declarations/{declaration_id}#proofs-kept", 303)

    @router.get("/declarations/{declaration_id}/evidence/{digest}")
    def original(visitor: Visit, declaration_id: UUID, digest: Digest) -> Response:
        return original_of(instance, _find(visitor, declaration_id, digest))

    @router.get("/declarations/{declaration_id}/evidence/{digest}/preview")
    def preview(visitor: Visit, declaration_id: UUID, digest: Digest, page: int = 1) -> Response:
        return picture_of(instance, _find(visitor, declaration_id, digest), page)

    def _find(visitor: Visitor, one: UUID, digest: str) -> Proof:
        with reading(instance.engine).connect() as connection:
            return proof_for(connection, visitor.actor, one, digest)

    return router


def _refused(refused: Sequence[tuple[str, EvidenceRefused]], kept: int) -> ProblemError:
    zh, en = _words(refused)
    if kept:
        zh, en = f"{zh}。其余 {kept} 个已加上", f"{en}. The other {kept} were added"
    return ProblemError(PROOF_REFUSED, f"{zh}。", f"{en}.")


def _words(refused: Sequence[tuple[str, EvidenceRefused]]) -> tuple[str, str]:
    return (
        "；".join(f"{name}：{why.zh}" for name, why in refused),
        "; ".join(f"{name}: {why.en}" for name, why in refused),
    )
