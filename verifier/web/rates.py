"""How much one client may ask for: a moving minute, kept in memory by address, told nobody."""

import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import Request

from verifier.web import problems
from verifier.web.problems import ProblemError

DOCUMENTS = (
    "每分钟最多核验 {} 份，请稍后再试；大批核验请用命令行 xueshi committee。",
    "At most {} a minute: try again later, or use the command line, xueshi committee.",
)


class Rates:
    """Counts by client: documents, or whatever is taken."""

    def __init__(self, per_minute: int, header: str | None, words: tuple[str, str] = DOCUMENTS) -> None:
        """Allow so many a minute; `header` is where a proxy of ours writes the client's address, `words` what is said."""
        self._allowed = RateLimitItemPerMinute(per_minute)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._header, self._words = header, words

    def take(self, request: Request, documents: int) -> None:
        """Count what a client asks for.

        Raises:
            ProblemError: more than allowed; says when to come back.
        """
        client = self._client(request)
        if self._limiter.hit(self._allowed, client, cost=documents):
            return
        zh, en = self._words
        reset = self._limiter.get_window_stats(self._allowed, client).reset_time
        raise ProblemError(
            problems.TOO_OFTEN,
            zh.format(self._allowed.amount),
            en.format(self._allowed.amount),
            headers={"Retry-After": str(max(1, math.ceil(reset - time.time())))},
        )

    def _client(self, request: Request) -> str:
        """Return the client's address: the last one of the header, which our own proxy wrote, else the connection's."""
        said = request.headers.get(self._header, "") if self._header else ""
        address = said.rpartition(",")[2].strip()
        return address or (request.client.host if request.client else "?")
