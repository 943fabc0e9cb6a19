"""What is asked of the lines by which an origin is asked whether a registered certificate still stands there."""

from collections.abc import Mapping

from tests.portal.asking import Line, at
from tests.portal.jurisdiction import VERIFIER

NAMED: Mapping[str, Line] = {
    line: Line(at(path, "transfer", 2, shows=""), frozenset({VERIFIER}), told=422)
    for line, path in (
        ("POST /incoming/{transfer_id}/ask", "/incoming/{id}/ask"),
        ("POST /api/transfers/{transfer_id}/ask", "/api/transfers/{id}/ask"),
    )
}
"""It came on paper, so that there is nothing to ask about: that is told to whose business it is, and to nobody else."""
