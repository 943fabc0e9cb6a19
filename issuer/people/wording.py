"""Names of people and units as they are stored, compared and printed."""

import unicodedata

from issuer.people.errors import WordingError

NAME_MAX, EMPLOYER_MAX = 50, 80
INTERPUNCTS = dict.fromkeys(map(ord, "•‧∙・･."), "·")
"""Look-alikes of U+00B7 seen in minority names, typed as whatever the keyboard offered."""


def read_name(text: str) -> str:
    """Normalise a person's name: NFC, one kind of interpunct, no space around it.

    Raises:
        WordingError: empty, too long, or with control, bidirectional or private-use characters.
    """
    name = _plain(text, NAME_MAX)
    if name.isascii():
        return name  # a full stop in a Latin name stays one
    return "·".join(part.strip() for part in name.translate(INTERPUNCTS).split("·"))


def read_employer(text: str) -> str:
    """Normalise a unit's name: NFC, spaces folded.

    Raises:
        WordingError: as `read_name`.
    """
    return _plain(text, EMPLOYER_MAX)


def _plain(text: str, longest: int) -> str:
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    if not 0 < len(plain) <= longest:
        raise WordingError(f"1 to {longest} characters", f"应有 1 至 {longest} 个字")
    for character in plain:
        # Cc/Cf: controls and bidirectional marks; Co/Cn/Cs: private use, unassigned, surrogates.
        if unicodedata.category(character) in {"Cc", "Cf", "Co", "Cs"}:
            raise WordingError(
                "letters and punctuation that print", f"含有不能印出的字符 U+{ord(character):04X}"
            )
    return plain
