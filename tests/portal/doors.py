"""What is asked of the doors into the ledger: files of other systems, their batches, and origins that are asked once more."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.intake.dirt import row
from tests.intake.sending import send, write
from tests.portal.asking import Ask, Line, Question, at, named
from tests.portal.jurisdiction import SENDER, VERIFIER, World

TOP = frozenset({"administrator", "second-administrator", "inspector"})
SYSTEMS = TOP | {SENDER}
"""Who sees what a system of the province sent."""


def batch(path: str, shows: str = "") -> Ask:
    """A batch from the server's terminal, which is the province's to see."""

    def ask(world: World) -> Question:
        with TemporaryDirectory() as folder:
            made = send(world.here.instance, write(Path(folder) / "terminal.csv", [row(0, 777)]))
        return Question(
            path.replace("{id}", str(made.batch_id)), shows=shows.replace("{id}", str(made.batch_id))
        )

    return ask


LISTED: Mapping[str, Line] = {
    "GET /api/imports": Line(at("/api/imports", "sending", shows="{id}"), SYSTEMS),
    "GET /api/batches": Line(batch("/api/batches", "{id}"), TOP),
}
NAMED: Mapping[str, Line] = {
    "GET /api/imports/{sending_id}": named(at("/api/imports/{id}", "sending", shows=""), *SYSTEMS),
    "GET /api/imports/{sending_id}/faults": named(
        at("/api/imports/{id}/faults", "sending", shows=""), *SYSTEMS
    ),
    "GET /api/imports/{sending_id}/receipt": Line(
        at("/api/imports/{id}/receipt", "sending", shows=""), SYSTEMS, told=409
    ),
    "GET /api/batches/{batch_id}": named(batch("/api/batches/{id}"), *TOP),
    "GET /api/batches/{batch_id}/faults": named(batch("/api/batches/{id}/faults"), *TOP),
    "GET /api/batches/{batch_id}/receipt": named(batch("/api/batches/{id}/receipt"), *TOP),
    # It came on paper, so that there is nothing to ask about: that is told to whose business it is, and to nobody else.
    **{
        line: Line(at(path, "transfer", 2, shows=""), frozenset({VERIFIER}), told=422)
        for line, path in (
            ("POST /incoming/{transfer_id}/ask", "/incoming/{id}/ask"),
            ("POST /api/transfers/{transfer_id}/ask", "/api/transfers/{id}/ask"),
        )
    },
}
