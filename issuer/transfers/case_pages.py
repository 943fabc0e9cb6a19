"""Transfers that wait for an employer or an authority, and one with everything that was checked of it. HTML and proofs."""

from dataclasses import dataclass, field
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import RedirectResponse

from issuer.evidence.pages import original_of, picture_of
from issuer.evidence.proof import Proof
from issuer.instance import Instance
from issuer.portal.forms import Form
from issuer.portal.gate import Gate, Visit, form_of
from issuer.portal.paging import FIRST, SHOWN, Page, cut
from issuer.portal.problems import problem_of
from issuer.portal.shell import Shell
from issuer.portal.visitors import Door, Visitor
from issuer.registration.errors import RegistrationError
from issuer.registration.procedure import FALSE, Step
from issuer.registration.turns import turn_of
from issuer.transfers.errors import TransferRefused
from issuer.transfers.listing import list_gone, list_registered, list_waiting
from issuer.transfers.pages import case_words
from issuer.transfers.reading import proof_for, read_case
from issuer.transfers.service import ask_now, decide
from issuer.transfers.stepping import How, Taken
from ledger.store import reading
from verifier.web.problems import ProblemError

Digest = Annotated[str, Path(pattern="^[0-9a-f]{1,64}$")]


def routes(shell: Shell, door: Door, gate: Gate) -> APIRouter:
    """Return the routes of both desks, and of the proofs."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(gate)])
    pages = _Pages(shell, door.instance)
    router.get("/incoming")(pages.waiting)
    router.get("/incoming/{transfer_id}")(pages.one)
    router.post("/incoming/{transfer_id}")(pages.decide)
    router.post("/incoming/{transfer_id}/ask")(pages.ask)
    router.get("/transfers/{transfer_id}/evidence/{digest}")(pages.original)
    router.get("/transfers/{transfer_id}/evidence/{digest}/preview")(pages.preview)
    return router


@dataclass(frozen=True)
class _Tried:
    """A decision that was not taken: what was filled in, and why."""

    form: Form = field(default_factory=Form)
    problems: dict[str, tuple[str, str]] = field(default_factory=dict)
    refused: ProblemError | None = None

    @property
    def status(self) -> int:
        """The answer's."""
        if self.refused is not None:
            return self.refused.type.status.value
        return 422 if self.problems else 200


class _Pages:
    def __init__(self, shell: Shell, instance: Instance) -> None:
        self._shell, self._instance = shell, instance

    def waiting(
        self, request: Request, visitor: Visit, paging: Page, show: Literal["", "registered", "gone"] = ""
    ) -> Response:
        listing = {"": list_waiting, "registered": list_registered, "gone": list_gone}[show]
        found = listing(self._instance, visitor.actor, paging)
        shown, more = cut(found, SHOWN, lambda one: (one.changed_at, one.id))
        gone = list_gone(self._instance, visitor.actor, FIRST)
        return self._shell.draw(request, "incoming.html", listed=shown, more=more, show=show, gone=gone)

    def one(self, request: Request, visitor: Visit, transfer_id: UUID) -> Response:
        return self._draw(request, visitor, transfer_id)

    def decide(self, request: Request, visitor: Visit, transfer_id: UUID) -> Response:
        form = form_of(request)
        taken, problems = _taken(form)
        if taken is None:
            return self._draw(request, visitor, transfer_id, _Tried(form, problems))
        try:
            decide(self._instance, visitor.actor, transfer_id, taken)
        except (TransferRefused, RegistrationError) as error:
            return self._draw(request, visitor, transfer_id, _Tried(form, refused=problem_of(error)))
        if (
            taken.step is Step.REVERSE
            and taken.reason == FALSE
            and read_case(self._instance, visitor.actor, transfer_id).documents
        ):
            return RedirectResponse(f"/entries/revocation?transfer={transfer_id}", 303)
        return RedirectResponse(f"/incoming/{transfer_id}", 303)

    def ask(self, visitor: Visit, transfer_id: UUID) -> Response:
        ask_now(self._instance, visitor.actor, transfer_id)
        return RedirectResponse(f"/incoming/{transfer_id}#asked", 303)

    def original(self, visitor: Visit, transfer_id: UUID, digest: Digest) -> Response:
        return original_of(self._instance, self._proof(visitor, transfer_id, digest))

    def preview(self, visitor: Visit, transfer_id: UUID, digest: Digest, page: int = 1) -> Response:
        return picture_of(self._instance, self._proof(visitor, transfer_id, digest), page)

    def _proof(self, visitor: Visitor, one: UUID, digest: str) -> Proof:
        with reading(self._instance.engine).connect() as connection:
            return proof_for(connection, visitor.actor, one, digest)

    def _draw(self, request: Request, visitor: Visitor, one: UUID, tried: "_Tried | None" = None) -> Response:
        tried = tried or _Tried()
        found = read_case(self._instance, visitor.actor, one)
        return self._shell.draw(
            request,
            "transfer.html",
            tried.status,
            one=found,
            at="/incoming",
            **case_words(),
            refused=tried.refused,
            form=tried.form,
            problems=tried.problems,
        )


def _taken(form: Form) -> tuple[Taken | None, dict[str, tuple[str, str]]]:
    """Read a decision; None with what is wrong of it."""
    values = form.firsts()
    problems: dict[str, tuple[str, str]] = {}
    step = _step(values.get("do", ""))
    how = _how(values.get("how", ""))
    reason = values.get("reason") or None
    if step is None:
        problems["do"] = ("请选择怎样处理", "Choose what to do")
    if step in {Step.RETURN, Step.REJECT, Step.REVERSE} and reason is None:
        problems["reason"] = ("请选择原因", "Choose a reason")
    if step in {Step.APPROVE, Step.REGISTER} and how is None:
        problems["how"] = ("请写明怎样向流出地核对的", "Say how it was checked with the origin")
    if step is None or problems:
        return None, problems
    forward = step in {Step.APPROVE, Step.REGISTER}
    return Taken(
        step, turn_of(values), how if forward else None, None if forward else reason, values.get("words", "")
    ), {}


def _step(text: str) -> Step | None:
    return Step(text) if text in set(Step) else None


def _how(text: str) -> How | None:
    return How(text) if text in set(How) else None
