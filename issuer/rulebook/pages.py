"""The rules: what is in force, for whoever is signed in; proposing and deciding, for the province's administrators. HTML."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from issuer.errors import IssuerError, NotFound
from issuer.instance import Instance
from issuer.portal.forms import Form
from issuer.portal.gate import Gate, Visit, form_of
from issuer.portal.paging import SHOWN, Page, cut
from issuer.portal.problems import problem_of
from issuer.portal.shell import Shell
from issuer.portal.visitors import Door, Visitor
from issuer.registration.errors import StepRefused
from issuer.rulebook import service
from issuer.rulebook.documents import refused
from issuer.rulebook.effect import Effect
from issuer.rulebook.figures import coming, content_of, figures_of, in_runs, rules_of
from issuer.rulebook.forms import ending_text, note_text
from issuer.rulebook.proposing import Draft, State, Step, Taken
from issuer.rulebook.reading import Wanted, list_documents, overview, read_effect, read_one
from rules.parameters import PARAMETERS, name_of, words_for
from verifier.web.problems import ProblemError

Year = Annotated[int | None, Query(ge=2000, le=2200)]


def routes(shell: Shell, door: Door, gate: Gate) -> APIRouter:
    """Return the routes of the rules."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(gate)])
    pages = _Pages(shell, door.instance)
    router.get("/rules")(pages.in_force)
    router.get("/rules/packs/{key}")(pages.pack)
    router.get("/rules/propose")(pages.form)
    router.post("/rules/propose")(pages.draft)
    router.get("/rules/documents")(pages.documents)
    router.get("/rules/documents/{document_id}")(pages.document)
    router.post("/rules/documents/{document_id}")(pages.take)
    return router


@dataclass(frozen=True)
class Filled:
    """What a form for a proposal shows: which one, its values, a refusal."""

    what: str
    values: Mapping[str, str] = field(default_factory=dict)
    refused: ProblemError | None = None


class _Pages:
    def __init__(self, shell: Shell, instance: Instance) -> None:
        self._shell, self._instance = shell, instance

    def in_force(self, request: Request, visitor: Visit, year: Year = None) -> Response:
        found = overview(self._instance, visitor.actor)
        chosen = year or self._instance.today().year
        return self._shell.draw(
            request,
            "rules.html",
            found=found,
            rules=rules_of(found.library, chosen),
            this_year=self._instance.today().year,
            coming=coming(found.library, self._instance.today()),
            content={one.name: content_of(found.library, one.key, one.kind) for one in found.own},
        )

    def pack(self, request: Request, _visitor: Visit, key: str) -> Response:
        library = self._instance.library
        pack = library.find(key)
        if pack is None:
            raise NotFound("没有这个规则集 there is no such pack")
        day = min(max(self._instance.today(), pack.first_day), pack.last_day)
        figures = list(figures_of(library, pack, day))
        return self._shell.draw(
            request,
            "rules_pack.html",
            pack=pack,
            figures=figures,
            day=day,
            judges=pack in library.judging,
            name_of=name_of,
        )

    def documents(
        self, request: Request, visitor: Visit, paging: Page, state: State | None = None
    ) -> Response:
        listed = list_documents(self._instance, visitor.actor, Wanted(paging, state))
        shown, more = cut(listed, SHOWN, lambda one: (one.made_at, one.id))
        return self._shell.draw(request, "rules_documents.html", listed=shown, more=more, wanted=state)

    def document(self, request: Request, visitor: Visit, document_id: UUID) -> Response:
        return self._draw_document(request, visitor, document_id)

    def take(self, request: Request, visitor: Visit, document_id: UUID) -> Response:
        sent = form_of(request)
        try:
            state = service.take(self._instance, visitor.actor, document_id, _taken(sent))
        except IssuerError as error:
            return self._draw_document(request, visitor, document_id, problem_of(error), sent.firsts())
        gone = state is State.WITHDRAWN and sent.text("seen") == State.DRAFT
        return RedirectResponse("/rules" if gone else f"/rules/documents/{document_id}", 303)

    def form(
        self, request: Request, visitor: Visit, what: str = "note", like: UUID | None = None
    ) -> Response:
        values = {name: request.query_params.get(name, "")[:80] for name in ("parameter", "ends")}
        if like is not None:
            values |= _next_version(read_one(self._instance, visitor.actor, like).fields)
        return self._draw_form(request, visitor, Filled(what, values))

    def draft(self, request: Request, visitor: Visit) -> Response:
        sent = form_of(request)
        what, values = sent.text("what"), sent.firsts()
        try:
            new = Draft(_text(sent), sent.text("document_no"), sent.text("reason"))
            made = service.draft(self._instance, visitor.actor, new)
        except IssuerError as error:
            return self._draw_form(request, visitor, Filled(what, values, problem_of(error)))
        return RedirectResponse(f"/rules/documents/{made}", 303)

    def _draw_form(self, request: Request, visitor: Visitor, filled: Filled) -> Response:
        found = overview(self._instance, visitor.actor)
        today = self._instance.today()
        status = filled.refused.type.status.value if filled.refused else 200
        return self._shell.draw(
            request,
            "rules_propose.html",
            status,
            filled=filled,
            found=found,
            rules=rules_of(found.library, today.year),
            own=[one for one in found.own if one.can_end],
            measures=list({pack.id: pack for pack in found.library.judging}.values()),
            parameters=PARAMETERS,
            today=today,
        )

    def _draw_document(
        self,
        request: Request,
        visitor: Visitor,
        one: UUID,
        problem: ProblemError | None = None,
        values: Mapping[str, str] | None = None,
    ) -> Response:
        whole = read_one(self._instance, visitor.actor, one)
        effect: Effect | None = None
        unfit: ProblemError | None = None
        if whole.may.oversee and whole.document.state not in {State.REJECTED, State.WITHDRAWN}:
            try:
                effect = read_effect(self._instance, visitor.actor, one)
            except IssuerError as error:
                unfit = problem_of(error)
        return self._shell.draw(
            request,
            "rules_document.html",
            problem.type.status.value if problem else 200,
            whole=whole,
            one=whole.document,
            effect=effect,
            changed=_changed(effect),
            name_of=name_of,
            unfit=unfit,
            refused=problem,
            values=values or {},
            today=self._instance.today(),
        )


@dataclass(frozen=True)
class Changed:
    """A figure that differs, in which years."""

    name: tuple[str, str]
    years: str
    before: tuple[str, str]
    after: tuple[str, str]


def _changed(effect: Effect | None) -> list[Changed]:
    """The figures that differ, years with the same change together."""
    runs: dict[tuple[str, str | None, str | None], list[int]] = {}
    for one in effect.figures if effect else ():
        runs.setdefault((one.name, one.before, one.after), []).append(one.year)
    return [
        Changed(name_of(name), in_runs(years), words_for(name, before), words_for(name, after))
        for (name, before, after), years in runs.items()
    ]


def _taken(sent: Form) -> Taken:
    """Read a step.

    Raises:
        StepRefused: none that there is.
    """
    step, digest = sent.text("do"), sent.text("sha256")
    if step not in set(Step) or len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
        raise StepRefused("没有这一步 there is no such step")
    return Taken(Step(step), sent.text("seen"), bytes.fromhex(digest), sent.text("words"))


def _text(sent: Form) -> bytes:
    """The text of what is proposed.

    Raises:
        RuleRefused: no file, or a field that cannot be read.
    """
    match sent.text("what"):
        case "note":
            return note_text(sent.firsts())
        case "ending":
            return ending_text(sent.firsts())
    file = next(iter(sent.files.get("file", ())), None)
    if file is None:
        raise refused("请选择 YAML 文件 / choose the YAML file", "/file")
    return file.data


def _next_version(note: Mapping[str, str]) -> dict[str, str]:
    """A note's fields for the version that follows it."""
    major, _, rest = note.get("version", "1.0.0").partition(".")
    minor = rest.partition(".")[0]
    return {**note, "version": f"{major}.{int(minor or 0) + 1}.0"}
