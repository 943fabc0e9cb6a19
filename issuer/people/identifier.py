"""Identity documents: normalise, check, mask. The full number never leaves this process."""

import hmac
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from operator import mul

from issuer.people.errors import IdentifierError
from verifier.credential import mask

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = "10X98765432"


class IdType(StrEnum):
    """Kinds of identity document. Residence permits of people from Hong Kong, Macao and Taiwan and the
    foreigner's permanent residence card of 2023 are numbered as GB 11643 numbers: RESIDENT_ID.
    """

    RESIDENT_ID = "resident_id"
    PASSPORT = "passport"
    PERMIT = "permit"


OTHER = {
    IdType.PASSPORT: re.compile(r"[A-Z0-9]{8,17}"),
    IdType.PERMIT: re.compile(r"[A-Z0-9]{8,18}"),
}


@dataclass(frozen=True)
class Identifier:
    """A normalised, checked document number. Make one with `read_identifier`."""

    id_type: IdType
    number: str

    @property
    def masked(self) -> str:
        """What certificates print: enough to compare by eye, not to look up."""
        return mask(self.number)

    def person_key(self, pepper: bytes) -> bytes:
        """A keyed fingerprint (32 bytes) that finds the same person again; useless without `pepper`."""
        return hmac.digest(pepper, f"{self.id_type}:{self.number}".encode(), "sha256")

    def __repr__(self) -> str:
        return f"Identifier({self.id_type}, {self.masked})"


def read_identifier(id_type: IdType, text: str) -> Identifier:
    """Normalise (full-width digits, spaces, lower-case x) and check a document number.

    A resident's number is checked by form, day of birth and check digit only (GB 11643-1999). Region prefixes
    are not looked up: abolished prefixes stand on valid cards.

    Raises:
        IdentifierError: the number cannot be one of that kind; the message never repeats it.
    """
    number = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()
    if id_type is IdType.RESIDENT_ID:
        _check_resident(number)
    elif not OTHER[id_type].fullmatch(number):
        raise IdentifierError("8 to 18 letters and digits", "证件号码只含字母和数字，8 至 18 位")
    return Identifier(id_type, number)


def readings(text: str) -> list[Identifier]:
    """Every document whose number this could be, one of a kind; none where it can be no number at all."""
    found = []
    for kind in IdType:
        try:
            found.append(read_identifier(kind, text))
        except IdentifierError:
            continue
    return found


def check_character(first17: str) -> str:
    """The 18th character of a resident's number (GB 11643-1999, ISO 7064 MOD 11-2)."""
    return CHECK[sum(map(mul, WEIGHTS, map(int, first17))) % 11]


def _check_resident(number: str) -> None:
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number, re.ASCII):
        raise IdentifierError("17 digits and a check character (0-9, X)", "居民身份证号码应为 18 位")
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise IdentifierError(
            "a day of birth that exists at characters 7 to 14", "第 7 至 14 位不是一个日期"
        ) from None
    if check_character(number[:17]) != number[17]:
        raise IdentifierError("the check character of GB 11643", "校验位不对，请核对证件号码")
