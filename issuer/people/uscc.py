"""Unified social credit codes (GB 32100-2015): normalised and checked by check character only."""

import re
import unicodedata

from issuer.people.errors import IdentifierError

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""31 characters: no I, O, S, V, Z."""
WEIGHTS = tuple(pow(3, place, 31) for place in range(17))


def check_character(first17: str) -> str:
    """The 18th character (GB 32100-2015, MOD 31)."""
    total = sum(weight * ALPHABET.index(one) for weight, one in zip(WEIGHTS, first17, strict=True))
    return ALPHABET[-total % 31]


def read_uscc(text: str) -> str:
    """Normalise (full-width characters, spaces, lower case) and check a unit's code.

    Raises:
        IdentifierError: not 18 characters of the standard's alphabet, or the check character is another.
    """
    code = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()
    if not re.fullmatch(f"[{ALPHABET}]{{18}}", code):
        raise IdentifierError(
            "18 digits and capital letters without I, O, S, V, Z", "统一社会信用代码应为 18 位"
        )
    if check_character(code[:17]) != code[17]:
        raise IdentifierError("the check character of GB 32100", "统一社会信用代码的校验位不对，请核对")
    return code
