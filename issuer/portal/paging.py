"""Pages of long lists on pages: the last item of one names where the next begins, so that none costs more than the first."""

from typing import Annotated

from fastapi import Depends

from issuer.database import Paging
from issuer.portal.calls import read_cursor

SHOWN = 50
"""Items on a page."""


def _after(after: str = "") -> Paging:
    """Read the address's `after`, with one item more than is shown: it tells whether there is another page."""
    return Paging(read_cursor(after or None), SHOWN + 1)


Page = Annotated[Paging, Depends(_after)]
"""Which page of a list is asked for."""
FIRST = Paging(limit=SHOWN + 1)
