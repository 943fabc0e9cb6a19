"""A batch's answers as they come: server-sent events, so that a program or a page can show how far it is."""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence

from verifier.web.answers import ReportAnswer
from verifier.web.checking import Checker
from verifier.web.intake import Upload
from verifier.web.problems import ProblemAnswer, ProblemError

EVENTS = "text/event-stream"


async def answer_one(checker: Checker, upload: Upload) -> ReportAnswer | ProblemAnswer:
    """Verify one of several: what is wrong with it is its own answer."""
    try:
        return (await checker.check(upload)).report
    except ProblemError as problem:
        return ProblemAnswer.model_validate(problem.to_json())


async def stream(checker: Checker, uploads: Sequence[Upload]) -> AsyncGenerator[str]:
    """Yield an event `answer` {index, done, of, answer} for each upload as it is done, and `end` {of} at last."""
    turn = asyncio.Semaphore(checker.settings.workers)

    async def one(index: int, upload: Upload) -> tuple[int, ReportAnswer | ProblemAnswer]:
        async with turn:
            return index, await answer_one(checker, upload)

    tasks = [asyncio.create_task(one(index, upload)) for index, upload in enumerate(uploads)]
    try:
        for done, task in enumerate(asyncio.as_completed(tasks), 1):
            index, answer = await task
            said = {
                "index": index,
                "done": done,
                "of": len(tasks),
                "answer": answer.model_dump(mode="json", by_alias=True),
            }
            yield _event("answer", said)
        yield _event("end", {"of": len(tasks)})
    finally:
        for each in tasks:
            each.cancel()


def _event(name: str, data: object) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
