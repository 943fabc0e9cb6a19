"""Pages of long lists on pages: the last item of one names where the next begins, so that none costs more than the first."""

import base64
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Depends

from issuer.database import Paging
from issuer.portal.problems import BAD_CURSOR
from verifier.web.problems import ProblemError

Item = TypeVar("Item")

SHOWN = 50
"""Items on a page."""


def cut(
    found: Sequence[Item], limit: int, place: Callable[[Item], tuple[datetime, UUID]]
) -> tuple[Sequence[Item], str | None]:
    """The first `limit` of what was found, and the cursor of the next page where there is more. `place`: an item's moment and id."""
    shown = found[:limit]
    return shown, cursor(*place(shown[-1])) if len(found) > limit else None


def cursor(at: datetime, one: UUID) -> str:
    """Name the last item of a page, in a list ordered by a moment and an id."""
    return base64.urlsafe_b64encode(f"{at.isoformat()} {one}".encode()).decode().rstrip("=")


def read_cursor(text: str | None) -> tuple[datetime, UUID] | None:
    """Read what `cursor` wrote; None without one.

    Raises:
        ProblemError: it is none of ours.
    """
    if text is None:
        return None
    try:
        at, one = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().split(" ")
        moment = datetime.fromisoformat(at).astimezone(UTC)
        return moment, UUID(one)
    except (ValueError, OverflowError):
        words = "after 不是上一页给的 next。", "`after` is not the `next` of a page."
        raise ProblemError(BAD_CURSOR, *words, {"pointer": "/query/after"}) from None


def _after(after: str = "") -> Paging:
    """Read the address's `after`, with one item more than is shown: it tells whether there is another page."""
    return Paging(read_cursor(after or None), SHOWN + 1)


Page = Annotated[Paging, Depends(_after)]
"""Which page of a list is asked for."""
FIRST = Paging(limit=SHOWN + 1)
