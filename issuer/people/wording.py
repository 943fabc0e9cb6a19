"""Names of people and units as they are stored, compared and printed.

What looks like another name is refused (Unicode UTS 39, one script a name): letters of one script, or Chinese characters
with Latin letters. Whatever GB 18030 has stays possible, the names of minorities with their · included.
"""

import re
import unicodedata

from issuer.people.errors import WordingError

NAME_MAX, EMPLOYER_MAX = 50, 80
INTERPUNCTS = dict.fromkeys(map(ord, "•‧∙・･."), "·")
"""Look-alikes of U+00B7 seen in minority names, typed as whatever the keyboard offered."""
_TWINS = re.compile("[\u2e80-\u2fdf\uff00-\uffef]+")
"""Radicals and full-width letters: they print like the ordinary characters to which NFKC leads, and come from copied PDFs."""
_TOGETHER = {"CHINESE", "LATIN"}


def read_name(text: str) -> str:
    """Normalise a person's name: NFC, one kind of interpunct, no space around it.

    Raises:
        WordingError: empty, too long, letters of scripts that do not go together, or control, bidirectional or
            private-use characters.
    """
    name = _plain(text, NAME_MAX)
    _hold_to_one_script(name)
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
    folded = _TWINS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    plain = " ".join(unicodedata.normalize("NFC", folded).split())
    if not 0 < len(plain) <= longest:
        raise WordingError(f"1 to {longest} characters", f"应有 1 至 {longest} 个字")
    for character in plain:
        # Cc/Cf: controls and bidirectional marks; Co/Cn/Cs: private use, unassigned, surrogates.
        if unicodedata.category(character) in {"Cc", "Cf", "Co", "Cs"}:
            raise WordingError(
                "letters and punctuation that print", f"含有不能印出的字符 U+{ord(character):04X}"
            )
    return plain


def _hold_to_one_script(name: str) -> None:
    scripts = {
        _script(one) for one in name if unicodedata.category(one) in {"Lu", "Ll", "Lt", "Lo", "Nl", "Cn"}
    }
    if len(scripts) > 1 and not scripts <= _TOGETHER:
        raise WordingError(
            "letters of one script, or Chinese with Latin", "混用了看起来相同的不同文字，请核对"
        )


def _script(one: str) -> str:
    """The script of a letter, by its name in Unicode. Characters newer than this Python's tables are Chinese ones or nothing."""
    word = unicodedata.name(one, "").partition(" ")[0]
    if word in {"CJK", "IDEOGRAPHIC"} or (not word and 0x20000 <= ord(one) <= 0x3FFFF):
        return "CHINESE"
    return word
