"""Imports as administrators and inspectors see them, and an administrator trying a file with a profile: a dry run that writes nothing. HTML."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from issuer.access.roles import Role
from issuer.instance import Instance
from issuer.intake.errors import FileRefused, ProfileRefused
from issuer.intake.overview import SHOWN, read_overview
from issuer.intake.report import NAMES, alike, languages
from issuer.intake.scope import hold_batch
from issuer.intake.service import report_of
from issuer.intake.trying import Trial, known, try_file
from issuer.portal.forms import Form
from issuer.portal.gate import Gate, Visit, form_of
from issuer.portal.problems import REFUSED
from issuer.portal.shell import Shell
from issuer.portal.visitors import Door, Visitor
from ledger.store import reading
from verifier.web.problems import ProblemError

FAULTS = 50
"""Rows at fault that a page shows at once."""
After = Annotated[int, Query(ge=0, le=2**31 - 1)]
"""The last row of the page before."""


def routes(shell: Shell, door: Door, gate: Gate) -> APIRouter:
    """Return the routes of imports."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(gate)])
    pages = _Pages(shell, door.instance)
    router.get("/imports")(pages.all)
    router.post("/imports")(pages.try_out)
    return router


class _Pages:
    def __init__(self, shell: Shell, instance: Instance) -> None:
        self._shell, self._instance = shell, instance

    def all(self, request: Request, visitor: Visit, batch: UUID | None = None, after: After = 0) -> Response:
        if batch is None:
            return self._draw(request, visitor, {})
        with reading(self._instance.engine).connect() as connection:
            hold_batch(connection, visitor.actor, batch)
        report = report_of(self._instance, batch, FAULTS + 1, after)
        more = report.faults[FAULTS - 1][0].number if len(report.faults) > FAULTS else None
        return self._draw(request, visitor, {"report": report, "after": after, "more": more})

    def try_out(self, request: Request, visitor: Visit) -> Response:
        form = form_of(request)
        try:
            report = try_file(self._instance, visitor.actor, trial_of(form))
        except (FileRefused, ProfileRefused) as error:
            zh, en = languages(str(error))
            refused = ProblemError(REFUSED, zh, en)
            return self._draw(request, visitor, {"refused": refused, "chosen": form.text("profile")}, 422)
        return self._draw(request, visitor, {"report": report, "chosen": form.text("profile")})

    def _draw(
        self, request: Request, visitor: Visitor, tried: Mapping[str, Any], status: int = 200
    ) -> Response:
        told: dict[str, Any] = {"refused": None, "report": None, "chosen": "", "after": 0, "more": None}
        told |= tried
        faults = told["report"].faults[:FAULTS] if told["report"] else ()
        outcomes = [(outcome, *languages(words)) for outcome, words in NAMES.items()]
        return self._shell.draw(
            request,
            "imports.html",
            status,
            seen=read_overview(self._instance, visitor.actor),
            shown=SHOWN,
            most=FAULTS,
            faults=alike(faults),
            upto=faults[-1][0].number if faults else 0,
            profiles=known(self._instance),
            outcomes=outcomes,
            words=languages,
            administers=Role.ADMINISTRATOR in visitor.roles,
            **told,
        )


def trial_of(form: Form) -> Trial:
    """What a form brings to be tried.

    Raises:
        FileRefused: no file.
    """
    file = next(iter(form.files.get("file", ())), None)
    own = next(iter(form.files.get("own", ())), None)
    if file is None:
        raise FileRefused("missing", "请选择文件 choose a file")
    return Trial(file.data, form.text("profile"), None if own is None else own.data)
