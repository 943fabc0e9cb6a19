"""Where a text differs from the words that it should consist of: strings only, for verifier/page.py."""

import difflib
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from unicodedata import normalize

_LIGATURE = re.compile("[\ufb00-\ufb06]")
LARGEST = 1_000_000
"""Product of the two lengths beyond which all between the first and the last difference is reported as one."""


def plain(text: str) -> str:
    """Drop white space and undo two habits of PDFium: a hyphen at a line's end becomes U+FFFE or U+0002, a Latin ligature
    (U+FB00 to U+FB06) its letters.
    """
    joined = "".join(text.split()).replace("\ufffe", "-").replace("\x02", "-")
    return _LIGATURE.sub(lambda found: normalize("NFKC", found[0]), joined)


def locate(words: Sequence[str], found: str) -> Iterator[tuple[range, str, str]]:
    """Yield (indexes of the words touched, expected, found) for each place where `found` departs from the joined `words`.

    Text added between two words touches none. All texts are plain, and no word is empty.
    """
    expected = "".join(words)
    starts = list(accumulate(map(len, words), initial=0))[:-1]

    def word_at(place: int) -> int:
        return bisect_right(starts, place) - 1

    spans: list[list[int]] = []
    for change in _changes(expected, found):
        inside = change[0] not in starts and change[0] < len(expected)
        if inside and spans and word_at(max(spans[-1][0], spans[-1][1] - 1)) == word_at(change[0]):
            spans[-1][1::2] = change[1::2]  # two changes in one word are one
        else:
            spans.append(list(change))
    for first, last, low, high in spans:
        if first == last and (first in starts or first == len(expected)):
            yield range(0), "", found[low:high]
            continue
        touched = range(word_at(first), word_at(max(first, last - 1)) + 1)
        a, b = starts[touched[0]], starts[touched[-1]] + len(words[touched[-1]])
        yield touched, expected[a:b], expected[a:first] + found[low:high] + expected[last:b]


def _changes(expected: str, found: str) -> list[tuple[int, int, int, int]]:
    """Return the spans (from, to in `expected`; from, to in `found`) that differ, in order."""
    size = min(len(expected), len(found))
    head = next((i for i in range(size) if expected[i] != found[i]), size)
    tail = next((i for i in range(size - head) if expected[-1 - i] != found[-1 - i]), size - head)
    left, right = expected[head : len(expected) - tail], found[head : len(found) - tail]
    if len(left) * len(right) > LARGEST:
        return [(head, len(expected) - tail, head, len(found) - tail)]
    codes = difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    return [(head + a, head + b, head + c, head + d) for tag, a, b, c, d in codes if tag != "equal"]
