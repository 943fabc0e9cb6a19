"""The list of examinations (第六条第（六）项第2目): every change dated, by two people. The caller opens the transaction."""

from issuer.errors import NotFound
from issuer.governance.entries import ExamEnd
from issuer.instance import Transaction
from issuer.registration.known import read_lists


def hold_listed(work: Transaction, body: ExamEnd) -> None:
    """Hold that an examination stands on the list on the day that is to be its last.

    Raises:
        NotFound: it does not.
    """
    spans = read_lists(work.connection).exams.get(body.name, [])
    if not any(first <= body.last and (last is None or body.last <= last) for first, last in spans):
        raise NotFound("目录中没有这一天有效的同名考试 no examination of this name is on the list that day")
