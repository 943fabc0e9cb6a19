"""How much one client may ask for: a moving minute, kept in memory by address, told nobody."""

import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import Request

from verifier.web import problems
from verifier.web.problems import ProblemError


class Rates:
    """Counts documents by client."""

    def __init__(self, per_minute: int, header: str | None) -> None:
        """Allow so many documents a minute; `header` is where a proxy of ours writes the client's address."""
        self._allowed = RateLimitItemPerMinute(per_minute)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._header = header

    def take(self, request: Request, documents: int) -> None:
        """Count documents of a client.

        Raises:
            ProblemError: more than allowed; says when to come back.
        """
        client = self._client(request)
        if self._limiter.hit(self._allowed, client, cost=documents):
            return
        reset = self._limiter.get_window_stats(self._allowed, client).reset_time
        raise ProblemError(
            problems.TOO_OFTEN,
            f"每分钟最多核验 {self._allowed.amount} 份，请稍后再试；大批核验请用命令行 xueshi committee。",
            f"At most {self._allowed.amount} a minute: try again later, or use the command line, xueshi committee.",
            headers={"Retry-After": str(max(1, math.ceil(reset - time.time())))},
        )

    def _client(self, request: Request) -> str:
        """Return the client's address: the last one of the header, which our own proxy wrote, else the connection's."""
        said = request.headers.get(self._header, "") if self._header else ""
        address = said.rpartition(",")[2].strip()
        return address or (request.client.host if request.client else "?")
