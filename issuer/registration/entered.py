"""Kinds of what only authorities enter (`governance`), and where an entry stands: the rules are told of those in force."""

from enum import StrEnum


class EntryKind(StrEnum):
    """Kinds of entry, by the provision that gives the authority the say."""

    FILING = "filing"
    """Of a major assignment, with the provincial department: 第六条第（五）项."""
    EXAM = "exam"
    """An examination on the list: 第六条第（六）项第2目."""
    EXAM_END = "exam_end"
    """The last day of an examination on the list."""
    CONTEST = "contest"
    """A contest or other learning that is recognised: 第六条第（六）项第3目."""
    DEFERRAL = "deferral"
    """A postponement: 第六条第（六）项第4目."""
    MAKE_UP = "make_up"
    """A registered activity designated to the deferred year: the same."""
    EXCEPTION = "exception"
    """To what holds in principle, or generally (原则上, 一般)."""
    INTERPRETATION = "interpretation"
    """第十六条."""
    REVOCATION = "revocation"
    """Of a certificate that is false: 第十五条."""


class EntryState(StrEnum):
    """Where an entry stands. Only what is in force has effect."""

    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    ENDED = "ended"
