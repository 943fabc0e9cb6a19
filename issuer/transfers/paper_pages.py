"""Papers of another province, copied row by row: filled in, mapped in front of the user, sent. HTML."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from issuer.errors import NotFound
from issuer.evidence.errors import EvidenceRefused
from issuer.instance import Instance
from issuer.portal.gate import Gate, Visit, form_of
from issuer.portal.problems import problem_of
from issuer.portal.shell import Shell
from issuer.portal.visitors import Door, Visitor, person_of
from issuer.registration.errors import RegistrationError
from issuer.registration.proof_pages import EMPTY_TRAY, Tray, read_tray
from issuer.registration.turns import turn_of
from issuer.transfers.bringing import origins_of
from issuer.transfers.copying import Copied
from issuer.transfers.errors import ProfileRefused, TransferRefused
from issuer.transfers.filling import field_of, filled_rows, raw_of, regions, rows_of, seen_of, values_of
from issuer.transfers.origins import Profile
from issuer.transfers.paper import Paper, map_paper, read_paper
from issuer.transfers.reading import read_own
from issuer.transfers.service import receive_paper, send_paper_again
from rules.errors import FactsError

REGION = "region"


def routes(shell: Shell, door: Door, gate: Gate) -> APIRouter:
    """Return the routes of papers; before those of one transfer, whose id they are not."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(gate)])
    pages = _Pages(shell, door.instance)
    router.get("/transfers/paper")(pages.open)
    router.post("/transfers/paper")(pages.send)
    return router


class _Pages:
    def __init__(self, shell: Shell, instance: Instance) -> None:
        self._shell, self._instance = shell, instance

    def open(self, request: Request, visitor: Visit, region: str = "", again: UUID | None = None) -> Response:
        if again is not None:
            found = read_own(self._instance, person_of(visitor), again)
            if found.paper is None:
                raise NotFound("这次转入不是照证明填写的 this transfer was not copied from papers")
            values = values_of(found.paper) | {"again": str(again), "turn": str(found.turn)}
            return self._draw(request, values, EMPTY_TRAY)
        if region not in regions():
            return RedirectResponse("/transfers", 303)
        return self._draw(request, {REGION: region}, EMPTY_TRAY)

    def send(self, request: Request, visitor: Visit) -> Response:
        form = form_of(request)
        values = form.firsts()
        if values.get(REGION) not in regions():
            return RedirectResponse("/transfers", 303)
        again = _id(values.get("again", ""))
        if again is not None:
            read_own(self._instance, person_of(visitor), again)  # whose it is, before a file is opened
        tray = read_tray(self._instance, visitor, form)
        if values.get("do") == "row":
            return self._draw(request, values, tray)
        profile = self._profile(values)
        try:
            paper = read_paper(raw_of(values, profile))
            years, shown, _ = map_paper(paper, origins_of(self._instance))
        except FactsError as error:
            told = problem_of(error)
            at = field_of(error.pointer, filled_rows(values, profile))
            return self._draw(request, values, tray, problems={at: (told.zh, told.en)})
        except (TransferRefused, ProfileRefused) as error:
            return self._draw(request, values, tray, refused=problem_of(error))
        seen = seen_of(paper, years, shown)
        if values.get("do") != "send" or values.get("seen") != seen or tray.refused:
            return self._draw(request, values, tray, years=years, shown=shown, seen=seen, paper=paper)
        return self._keep(request, visitor, values, paper, tray)

    def _keep(
        self, request: Request, visitor: Visitor, values: dict[str, str], paper: Paper, tray: Tray
    ) -> Response:
        copied = Copied(paper, tuple(tray.proofs))
        again = _id(values.get("again", ""))
        try:
            if again is not None:
                one = again
                send_paper_again(self._instance, visitor.actor, one, turn_of(values), copied)
            else:
                one = receive_paper(self._instance, person_of(visitor), copied)
        except (TransferRefused, RegistrationError, NotFound, EvidenceRefused, FactsError) as error:
            return self._draw(request, values, tray, refused=problem_of(error))
        return RedirectResponse(f"/transfers/{one}", 303)

    def _profile(self, values: dict[str, str]) -> Profile:
        return origins_of(self._instance).of_region(values[REGION], self._instance.today().year)

    def _draw(self, request: Request, values: dict[str, str], tray: Tray, **more: Any) -> Response:
        context = {
            "values": values,
            "profile": self._profile(values),
            "origin": regions()[values[REGION]],
            "rows": rows_of(values),
            "today": self._instance.today(),
            "tray": tray,
            "problems": {},
            "refused": None,
            "years": (),
            "shown": (),
            "seen": "",
            "paper": None,
        }
        bad = more.get("problems") or more.get("refused") or tray.refused
        return self._shell.draw(request, "transfer_paper.html", 422 if bad else 200, **(context | more))


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
