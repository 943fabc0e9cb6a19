"""The employer's inbox and the verifier's queue: one page for both duties. HTML."""

from decimal import Decimal, InvalidOperation
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from issuer.database import Paging
from issuer.instance import Instance
from issuer.portal.forms import Form
from issuer.portal.gate import Gate, Visit, form_of
from issuer.portal.paging import FIRST, SHOWN, Page, cut
from issuer.portal.problems import problem_of
from issuer.portal.shell import Shell
from issuer.portal.visitors import Door, Visitor
from issuer.registration.conduct import take_many
from issuer.registration.declarations import Taken
from issuer.registration.desk import INBOX, QUEUE, Desk, groups, open_group
from issuer.registration.procedure import REASONS, Step
from rules.words import CATEGORIES

Apart = Annotated[tuple[UUID, ...], Query(max_length=50)]
"""Cases that the visitor wants to decide one by one, although nothing is special about them."""


def routes(shell: Shell, door: Door, gate: Gate) -> APIRouter:
    """Return the routes of both desks."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(gate)])
    for at, desk in (("/inbox", INBOX), ("/queue", QUEUE)):
        pages = _Pages(shell, door.instance, at, desk)
        router.get(at)(pages.all_groups)
        router.get(at + "/{group}")(pages.one_group)
        router.post(at + "/{group}")(pages.decide)
    return router


class _Pages:
    def __init__(self, shell: Shell, instance: Instance, at: str, desk: Desk) -> None:
        self._shell, self._instance, self._at, self._desk = shell, instance, at, desk

    def all_groups(self, request: Request, visitor: Visit, paging: Page) -> Response:
        return self._draw(request, visitor, None, paging=paging)

    def one_group(self, request: Request, visitor: Visit, group: UUID, apart: Apart = ()) -> Response:
        return self._draw(request, visitor, group, apart=set(apart))

    def decide(self, request: Request, visitor: Visit, group: UUID) -> Response:
        form = form_of(request)
        steps, problems = read_steps(form, self._desk)
        if problems:
            apart = {one for one, _ in steps if str(one) not in form.all("pick")}
            return self._draw(request, visitor, group, 422, form=form, problems=problems, apart=apart)
        cases = open_group(self._instance, visitor.actor, self._desk, group).cases
        names = {case.id: case.name for case in cases}
        outcomes = [
            (names.get(one.id, ""), one, None if one.refused is None else problem_of(one.refused))
            for one in take_many(self._instance, visitor.actor, steps)
        ]
        conflict = any(refused is not None for _, _, refused in outcomes)
        return self._draw(request, visitor, group, 409 if conflict else 200, outcomes=outcomes)

    def _draw(
        self, request: Request, visitor: Visitor, group: UUID | None, status: int = 200,
        paging: Paging = FIRST, **more: object,
    ) -> Response:  # fmt: skip
        found = groups(self._instance, visitor.actor, self._desk, paging)
        waiting, following = cut(found, SHOWN, lambda one: (one.since, one.id))
        if group is None and waiting:
            group = waiting[0].id
        opened = None if group is None else open_group(self._instance, visitor.actor, self._desk, group)
        context: dict[str, object] = {
            "at": self._at,
            "groups": waiting,
            "next": following,
            "opened": opened,
            "reasons": REASONS,
            "now": self._instance.now(),
            "categories": CATEGORIES,
            "outcomes": (),
            "apart": frozenset(),
            "form": Form(),
            "problems": {},
        }
        return self._shell.draw(request, "desk.html", status, **(context | more))


def read_steps(form: Form, desk: Desk) -> tuple[list[tuple[UUID, Taken]], dict[str, tuple[str, str]]]:
    """Read one decision a person: `seen` names each with the turn that was seen; what is left open is not touched."""
    steps: list[tuple[UUID, Taken]] = []
    problems: dict[str, tuple[str, str]] = {}
    picked = set(form.all("pick"))
    for seen in form.all("seen"):
        name, _, turn = seen.partition(":")
        do = desk.forward.value if name in picked else form.text(f"do-{name}")
        if not do or do == "later":
            continue
        try:
            one, step, at = UUID(name), Step(do), int(turn)
        except ValueError:
            problems[name] = (
                "这一条读不懂，请重新打开这一页",
                "This one cannot be read; open the page again",
            )
            continue
        reason, words = form.text(f"reason-{name}") or None, form.text(f"words-{name}")
        if step in {Step.RETURN, Step.REJECT} and reason is None:
            problems[name] = ("请选择原因", "Choose a reason")
        hours = _hours(form.text(f"hours-{name}"), name, problems)
        attests = form.text(f"attests-{name}") == "yes"
        steps.append((one, Taken(step, at, reason, words, attests, hours if step is Step.APPROVE else None)))
    if not steps and not problems:
        problems["nothing"] = ("还没有选任何一条", "Nothing was chosen yet")
    return steps, problems


def _hours(text: str, name: str, problems: dict[str, tuple[str, str]]) -> Decimal | None:
    if not text:
        return None
    try:
        hours = Decimal(text)
    except InvalidOperation:
        hours = Decimal(-1)
    if not hours.is_finite() or not 0 <= hours <= 999:
        problems[name] = ("学时应为 0 到 999 的数", "Hours are between 0 and 999")
        return None
    return hours
