"""Hours as exact decimals in hundredths of an hour: the only arithmetic of figures in rules/."""

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import ceil

ZERO = Decimal(0)
STEP = Decimal("0.01")
"""The smallest part of an hour that is booked; minutes and credits are floored to it or to something coarser."""


@lru_cache(maxsize=4096)
def hours_text(hours: Decimal) -> str:
    """Write hours for people and for signing: "62", "19.5"; no exponent, no trailing zeros."""
    text = format(hours, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def floor_to(amount: Fraction | Decimal, step: Decimal) -> Decimal:
    """Round down to a multiple of `step` (A06: never up, so that 89.5 does not become 90)."""
    return Decimal(Fraction(amount) // Fraction(step)) * step


def share_of(total: Decimal, part: int, whole: int) -> Decimal:
    """Return what the first `part` of `whole` equal days make up, so that successive differences sum to `total`."""
    return total * 100 * part // whole * STEP


@lru_cache(maxsize=256)
def share_at_least(ratio: tuple[int, int], basis: Decimal) -> Decimal:
    """Return the least bookable figure not below that share of `basis`, so that comparing with it decides as exactly."""
    return ceil(Fraction(basis) * 100 * ratio[0] / ratio[1]) * STEP
