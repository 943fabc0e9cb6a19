"""Opening an account by its invitation. HTML."""

import qrcode
from fastapi import APIRouter, Depends, Request, Response
from qrcode.constants import ERROR_CORRECT_M

from issuer.access.errors import AccountRefused, InvitationRefused
from issuer.access.pages import same_site
from issuer.access.service import open_account
from issuer.portal.gate import Gate, Visit, form_of
from issuer.portal.problems import problem_of
from issuer.portal.shell import Shell
from issuer.portal.visitors import Door


def routes(shell: Shell, door: Door, gate: Gate) -> APIRouter:
    """Return the routes of invitations."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(gate)])

    @router.get("/invitation")
    def ask(request: Request, _visitor: Visit) -> Response:
        return shell.draw(request, "invitation.html", refused=None, code="")

    @router.post("/invitation")
    def accept(request: Request, _visitor: Visit) -> Response:
        form = form_of(request)
        code = form.text("invitation")
        if not same_site(request):
            raise problem_of(InvitationRefused())
        door.count_try(request)
        try:
            factor = open_account(door.instance, code, form.text("number"), form.text("new_password"))
        except (InvitationRefused, AccountRefused) as error:
            return shell.draw(request, "invitation.html", 422, refused=problem_of(error), code=code[:60])
        picture = None if factor is None else picture_of(factor.uri)
        answer = shell.draw(request, "account_opened.html", factor=factor, picture=picture)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return router


def picture_of(text: str) -> tuple[int, str]:
    """A QR as an SVG path with its quiet zone: the side in modules, and the path."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=4)
    code.add_data(text)
    matrix = code.get_matrix()
    marks = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark]
    return len(matrix), "".join(marks)
