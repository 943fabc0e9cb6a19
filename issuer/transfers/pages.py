"""Moving: what a professional brings from another province, and takes along to one. HTML."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from issuer.certificates.pages import drawn
from issuer.credentials.sealing import Issued
from issuer.credentials.transfers import gone_transfer, standing_transfer
from issuer.errors import IssuerError, NotFound
from issuer.evidence.service import bytes_of
from issuer.instance import Instance
from issuer.people.service import Person
from issuer.portal.forms import Form
from issuer.portal.gate import Gate, Visit, form_of
from issuer.portal.paging import FIRST
from issuer.portal.problems import problem_of
from issuer.portal.shell import Shell
from issuer.portal.visitors import Door, Visitor, person_of
from issuer.registration.procedure import REASONS, Step
from issuer.registration.proof_pages import Tray, read_tray
from issuer.registration.turns import turn_of
from issuer.transfers.bringing import Upload
from issuer.transfers.errors import ChecksMissing, Missing, TransferRefused
from issuer.transfers.filling import regions
from issuer.transfers.gathering import years_on, years_to_take
from issuer.transfers.listing import list_own
from issuer.transfers.reading import read_own
from issuer.transfers.service import decide, issue_to_leave, receive
from issuer.transfers.stepping import Taken
from ledger.store import reading
from rules.words import CATEGORIES
from verifier.report import CHECKS
from verifier.subjects import MAX_YEARS
from verifier.web.problems import ProblemError

NO_TRAY = Tray((), ())
_YEAR = re.compile(r"[0-9]{4}")


def leaving_of(instance: Instance, person: Person) -> Issued:
    """The transfer certificate of a person that stands.

    Raises:
        NotFound: none does.
    """
    with reading(instance.engine).connect() as connection:
        issued = standing_transfer(connection, person.id)
        gone = gone_transfer(connection, person.id)
    if issued is not None:
        return issued
    if gone is not None:
        raise NotFound(
            f"{gone.serial} {gone.zh}；重新开具即为新版 {gone.serial} was {gone.en}; the next one takes its place"
        )
    raise NotFound("还没有签发转移证明 no transfer certificate has been issued")


def routes(shell: Shell, door: Door, gate: Gate) -> APIRouter:
    """Return the routes of one's own transfers."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(gate)])
    pages = _Pages(shell, door.instance)
    router.get("/transfers")(pages.overview)
    router.post("/transfers")(pages.bring)
    router.post("/transfers/leaving")(pages.leave)
    router.get("/transfers/leaving/document")(pages.document)
    router.get("/transfers/{transfer_id}")(pages.one)
    router.post("/transfers/{transfer_id}")(pages.withdraw)
    return router


@dataclass(frozen=True)
class _Shown:
    """What the overview shows of an upload that was not taken, or a certificate that was not issued."""

    values: dict[str, str] = field(default_factory=dict)
    tray: Tray = NO_TRAY
    problems: dict[str, tuple[str, str]] = field(default_factory=dict)
    refused: ProblemError | None = None
    missing: Sequence[Missing] = ()
    years: Sequence[int] = ()
    """Those that were chosen to take along."""

    @property
    def status(self) -> int:
        """The answer's."""
        bad = self.refused or self.problems or self.missing or self.tray.refused
        return 422 if bad else 200


class _Pages:
    def __init__(self, shell: Shell, instance: Instance) -> None:
        self._shell, self._instance = shell, instance

    def overview(self, request: Request, visitor: Visit) -> Response:
        return self._draw(request, visitor, _Shown())

    def bring(self, request: Request, visitor: Visit) -> Response:
        form, person = form_of(request), person_of(visitor)
        values = form.firsts()
        tray = read_tray(self._instance, visitor, form)
        moved_on, problems = _moved_on(values.get("moved_on", ""))
        on_paper = values.get("do") == "paper"
        certificate = tray.chosen_last
        if certificate is None and (on_paper or not values.get("token")):
            problems["proof"] = ("请选择证明的 PDF 或照片", "Choose the certificate: a PDF or a picture")
        if problems or tray.refused:
            return self._draw(request, visitor, _Shown(values, tray, problems))
        data = values["token"].encode() if certificate is None else bytes_of(self._instance, certificate)
        try:
            upload = Upload(data, moved_on, on_paper, tuple(tray.proofs))
            received = receive(self._instance, person, upload)
        except ChecksMissing as error:
            return self._draw(request, visitor, _Shown(values, tray, missing=error.missing))
        except (TransferRefused, NotFound) as error:
            return self._draw(request, visitor, _Shown(values, tray, refused=problem_of(error)))
        return RedirectResponse(f"/transfers/{received.id}", 303)

    def leave(self, request: Request, visitor: Visit) -> Response:
        person = person_of(visitor)
        form = form_of(request)
        years = [int(year) for year in form.all("year") if _YEAR.fullmatch(year)]
        if not years and form.text("choose"):
            nothing = ("请至少选一个年度", "Choose a year at least")
            return self._draw(request, visitor, _Shown(problems={"years": nothing}))
        try:
            issue_to_leave(self._instance, person.id, years)
        except IssuerError as error:
            return self._draw(request, visitor, _Shown(refused=problem_of(error), years=years))
        return RedirectResponse("/transfers#leaving", 303)

    def document(self, _request: Request, visitor: Visit) -> Response:
        return drawn(self._instance, leaving_of(self._instance, person_of(visitor)))

    def one(self, request: Request, visitor: Visit, transfer_id: UUID) -> Response:
        return self._draw_one(request, visitor, transfer_id)

    def withdraw(self, request: Request, visitor: Visit, transfer_id: UUID) -> Response:
        taken = Taken(Step.WITHDRAW, turn_of(form_of(request).firsts()))
        decide(self._instance, visitor.actor, transfer_id, taken)
        return RedirectResponse(f"/transfers/{transfer_id}", 303)

    def _draw(self, request: Request, visitor: Visitor, shown: _Shown) -> Response:
        person = person_of(visitor)
        with reading(self._instance.engine).connect() as connection:
            leaving, gone = standing_transfer(connection, person.id), gone_transfer(connection, person.id)
            years = years_to_take(connection, self._instance.rulebook.now(connection).library, person.id)
        return self._shell.draw(
            request,
            "transfers.html",
            shown.status,
            shown=shown,
            listed=list_own(self._instance, person, FIRST),
            leaving=leaving,
            gone=gone,
            named=() if leaving is None else years_on(leaving),
            years=years,
            taken=shown.years or years[-MAX_YEARS:],
            most=MAX_YEARS,
            regions=regions().values(),
            today=self._instance.today(),
        )

    def _draw_one(self, request: Request, visitor: Visitor, one: UUID) -> Response:
        found = read_own(self._instance, person_of(visitor), one)
        return self._shell.draw(
            request,
            "transfer.html",
            one=found,
            at="/transfers",
            **case_words(),
            refused=None,
            form=Form(),
            problems={},
        )


def case_words() -> dict[str, Any]:
    """What both pages of one transfer need to put it into words."""
    return {
        "reasons": REASONS,
        "regions": regions(),
        "categories": CATEGORIES,
        "hows": HOWS,
        "kinds": KINDS,
        "checks": CHECKED,
    }


CHECKED = {number: (name.zh, name.en) for number, (_, name) in CHECKS.items()}
HOWS = {
    "machine": ("机器核验签名、状态和台账", "signature, status and ledger, verified by machine"),
    "original": ("看过原件", "the original was seen"),
    "site": ("在流出地官网查询", "looked up on the origin's site"),
    "letter": ("函询流出地", "asked the origin by letter"),
    "call": ("电话询问流出地", "asked the origin by telephone"),
}
KINDS = {
    "professional": ("专业", "professional"),
    "public": ("公需", "public"),
    "elective": ("选修", "elective"),
    "sector_public": ("行业公需", "general of the sector"),
}


def _moved_on(text: str) -> tuple[date | None, dict[str, tuple[str, str]]]:
    if not text:
        return None, {}
    try:
        return date.fromisoformat(text), {}
    except ValueError:
        return None, {"moved_on": ("调入日期应为 YYYY-MM-DD", "The day of the move is written YYYY-MM-DD")}
