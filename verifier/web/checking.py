"""Verify one input: hand it to a worker, and turn whatever comes back into an answer or a problem."""

import logging
from collections.abc import Callable
from datetime import datetime

from verifier.config import Settings
from verifier.errors import VerifierError
from verifier.opening import Opened, open_places
from verifier.web import problems
from verifier.web.answers import Verified
from verifier.web.guard import fault
from verifier.web.intake import Upload, too_large
from verifier.web.problems import ProblemError
from verifier.web.workers import WorkerError, Workers

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]


class Checker:
    """The service's one use case. Nothing of an input outlives its answer."""

    def __init__(self, settings: Settings, clock: Clock, workers: Workers) -> None:
        """Hold what every verification needs; `clock` gives aware UTC moments."""
        self.settings = settings
        self.clock = clock
        self._workers = workers

    async def check(self, upload: Upload) -> Verified:
        """Verify one upload.

        Raises:
            ProblemError: it could not be verified; says why, and names the file it was about.
        """
        name = {"file": upload.name} if upload.name else {}
        if upload.data is None:
            raise too_large(self.settings.max_upload, **name)
        try:
            answer = await self._workers.check(upload.name, upload.data, self.clock())
        except WorkerError as error:
            raise fault(f"a worker ended: {error.args}") from None
        except ProblemError as problem:
            problem.extra = {**problem.extra, **name}
            raise
        if "refused" in answer:
            raise _refusal(str(answer["refused"]), str(answer.get("detail", "")), name)
        return Verified.model_validate(answer)

    def opened(self) -> Opened:
        """Open the trust data as it is now, and write nothing.

        Raises:
            ProblemError: it cannot be used.
        """
        try:
            return open_places(self.settings.places, self.clock())
        except (VerifierError, OSError, ValueError) as error:
            raise _refusal("trust", f"{type(error).__name__}: {error}", {}) from None


def _refusal(refused: str, detail: str, extra: dict[str, str]) -> ProblemError:
    if refused == "unusable":
        return ProblemError(
            problems.UNUSABLE_INPUT,
            f"{detail}。",
            "Expected a PDF, a picture, a token or a QR's text.",
            extra,
        )
    if refused == "memory":
        return ProblemError(
            problems.TOO_HEAVY,
            "内存用到了上限。请降低扫描分辨率，或改用凭证文字、二维码网址。",
            "It took too much memory. Scan at a lower resolution, or use the token or the QR's text.",
            extra,
        )
    if refused == "trust":
        log.error("the trust data cannot be used: %s", detail)
        return ProblemError(
            problems.TRUST_UNUSABLE,
            "没有可用的信任名单，什么都不能核验。请告诉管理员；原因在服务的日志里。",
            "Without a trust list nothing can be verified. Tell the administrator; the log says why.",
            extra,
        )
    return fault(f"in a worker: {detail}")
