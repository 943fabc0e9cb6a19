"""Forms as they were answered and not yet taken: the switch of the language shows one again with what was filled in.

The switch must not send the form again: without its files, it might be taken now. So the page is drawn in both languages at
once and kept here, for the session that sent it: in memory alone, the last few, for half an hour.
"""

import secrets
import threading
import time
from dataclasses import dataclass

MOST, SECONDS = 200, 1800


@dataclass(frozen=True)
class Page:
    """A page that answered a form, in both languages."""

    status: int
    zh: str
    en: str


class Answered:
    """The last pages that answered a form, for all sessions."""

    def __init__(self) -> None:
        """None yet."""
        self._pages: dict[tuple[str, str], tuple[float, Page]] = {}
        self._lock = threading.Lock()

    def keep(self, session: str, ticket: str, page: Page) -> None:
        """Keep a page under a `ticket`, for the session of that form key alone; the oldest of too many is forgotten."""
        with self._lock:
            self._forget()
            while len(self._pages) >= MOST:
                del self._pages[next(iter(self._pages))]
            self._pages[session, ticket] = time.monotonic(), page

    def find(self, session: str, ticket: str) -> Page | None:
        """The page of a ticket; None when it was another session's, or is forgotten."""
        with self._lock:
            self._forget()
            found = self._pages.get((session, ticket))
        return None if found is None else found[1]

    def _forget(self) -> None:
        for key, (at, _) in list(self._pages.items()):
            if at < time.monotonic() - SECONDS:
                del self._pages[key]


def new_ticket() -> str:
    """An unguessable name for a page."""
    return secrets.token_urlsafe(16)
