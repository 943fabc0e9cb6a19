"""One cell at a time: what people and spreadsheets make of days, figures and document numbers. Pure.

What can only mean one thing is taken; what lost digits or can mean two things is refused with what to do about it.
Messages never repeat a cell that may hold personal data.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_FLOOR, Decimal
from functools import lru_cache

from issuer.intake.errors import CellRefused
from issuer.people.errors import IdentifierError
from issuer.people.identifier import Identifier, IdType, check_character, read_identifier

Value = str | int | float | Decimal | bool | date | datetime | None
"""What readers give: JSON's figures are int or Decimal, a spreadsheet's int or float."""
SHANGHAI = timezone(timedelta(hours=8))
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]")
_EXCEL_ERROR = re.compile(r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!)|#{4,}")
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?E\+?[0-9]{1,3}", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日?)", re.ASCII)
_PLAIN_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_CLOCK = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d{1,6})?)?", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})", re.ASCII)
_FIGURE = re.compile(r"(-?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?\s*(\D*)", re.ASCII)
_TWO_DIGITS = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{1,4}", re.ASCII)
_EXACT = 10**15
"""A spreadsheet keeps fifteen digits of a number; the rest become zeros."""
_LONGEST = 2000
_WANTS_A_LOOK = ("'", "=", "#", " ")
"""What a cell that is not simply text begins with."""
_DO_NOT_PRINT = frozenset({"Cc", "Co", "Cs"})


def text(field: str, value: Value) -> str:
    """Any cell as a person reads it: full width made plain, unseen characters and outer spaces gone.

    Raises:
        CellRefused: a spreadsheet's error value, or far too long.
    """
    if value is None:
        return ""
    if type(value) is str and _is_plain(value):
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    plain = value if isinstance(value, str) else str(value)
    if not plain.isascii() and not (plain.isprintable() and unicodedata.is_normalized("NFKC", plain)):
        plain = _UNSEEN.sub("", unicodedata.normalize("NFKC", plain))
    plain = plain.strip().lstrip("'").strip()
    if plain.startswith('="') and plain.endswith('"'):  # how a CSV keeps a spreadsheet from counting with it
        plain = plain[2:-1].strip()
    if len(plain) > _LONGEST:
        raise CellRefused(field, "too_long", "内容过长 far too long")
    if plain.startswith("#") and _EXCEL_ERROR.fullmatch(plain):
        raise CellRefused(field, "excel_error", "是表格软件的错误值 holds a spreadsheet's error value")
    if plain.isprintable() and "  " not in plain:
        return plain
    plain = " ".join(plain.split())
    if not all(unicodedata.category(one) not in _DO_NOT_PRINT for one in plain):
        raise CellRefused(field, "control_character", "含不能显示的字符 has characters that do not print")
    return plain


def _is_plain(value: str) -> bool:
    """Whether nothing of a cell would be changed or refused: most are so, and need no more than this look."""
    return (
        value.isprintable()
        and len(value) <= _LONGEST
        and not value.startswith(_WANTS_A_LOOK)
        and not value.endswith(" ")
        and "  " not in value
        and (value.isascii() or unicodedata.is_normalized("NFKC", value))
    )


def identifier(value: Value, id_type: IdType) -> Identifier:
    """A document number. Residents' numbers of fifteen digits become those of eighteen (GB 11643-1999).

    Raises:
        CellRefused: digits were lost in a spreadsheet, or it is no such number.
    """
    field = "identifier"
    if isinstance(value, bool | date):
        raise CellRefused(field, "identifier", "不是证件号码 is no document number")
    if isinstance(value, int | float | Decimal) and value >= _EXACT:
        raise _lost_digits()
    plain = text(field, value)
    if _SCIENTIFIC.fullmatch(plain):
        raise _lost_digits()
    if not plain.isalnum():
        plain = re.sub(r"[\s'’`·]", "", plain)
    if not plain:
        raise CellRefused(
            field,
            "required",
            "没有证件号码；合并单元格的下方也算空 is empty; so is what lies below a merged cell",
        )
    if "*" in plain:
        raise CellRefused(
            field, "masked", "证件号码被掩码，不能识别是谁 the number is masked: it says of nobody who it is"
        )
    if id_type is IdType.RESIDENT_ID and re.fullmatch(r"[0-9]{15}", plain, re.ASCII):
        first17 = f"{plain[:6]}19{plain[6:]}"
        plain = first17 + check_character(first17)
    try:
        return read_identifier(id_type, plain)
    except IdentifierError as error:
        raise CellRefused(field, "identifier", f"{error.message} {error.expected}") from None


def _lost_digits() -> CellRefused:
    return CellRefused(
        "identifier",
        "lost_digits",
        "证件号码被存成数字，十五位以后已丢失，无法还原；请从源系统按文本重新导出 "
        "stored as a number: the digits after the fifteenth are lost; export it again as text",
    )


def day(field: str, value: Value, epoch: date | None = None) -> date:
    """A day in Asia/Shanghai. `epoch`: where a spreadsheet's serial numbers begin, None where there are none.

    Raises:
        CellRefused: empty, ambiguous, or no such day.
    """
    if isinstance(value, datetime):
        return (value.astimezone(SHANGHAI) if value.tzinfo else value).date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and 20_000 <= value < 80_000:
        if epoch is None:
            raise _serial(field)
        return epoch + timedelta(days=int(value))
    return _written_day(field, text(field, value))


@lru_cache(4096)
def _written_day(field: str, plain: str) -> date:
    if not plain:
        raise CellRefused(field, "required", "没有日期 the day is missing")
    if _MOMENT.fullmatch(plain):
        return datetime.fromisoformat(plain).astimezone(SHANGHAI).date()
    bare = _CLOCK.sub("", plain) if len(plain) > 10 else plain
    found = _DAY.fullmatch(bare.replace(" ", "")) or _PLAIN_DAY.fullmatch(bare)
    if found is None:
        if re.fullmatch(r"[2-7]\d{4}", bare, re.ASCII):
            raise _serial(field)
        if _TWO_DIGITS.fullmatch(bare):
            raise CellRefused(
                field,
                "ambiguous_day",
                "年月日次序不明，请写成 2026-05-11 which is the year? Write 2026-05-11",
            )
        raise CellRefused(field, "day", "不是日期，应如 2026-05-11 is no day such as 2026-05-11")
    year, month, number = (int(one) for one in found.groups() if one and one.isdigit())
    try:
        return date(year, month, number)
    except ValueError:
        raise CellRefused(field, "day", "历法上没有这一天 there is no such day") from None


def _serial(field: str) -> CellRefused:
    return CellRefused(
        field,
        "excel_serial",
        "是表格软件的日期序列号；请将该列设为日期格式再导出 is a spreadsheet's serial number; format the column as days",
    )


def figure(value: Value, of: str, words: Sequence[str]) -> Decimal:
    """Hours, minutes or credits: `of` says which, `words` may stand behind the figure.

    Raises:
        CellRefused: no figure, another unit, not positive, or with more than two decimals.
    """
    field = "hours"
    if isinstance(value, bool | date):
        raise CellRefused(
            field,
            "figure",
            "不是数字（单元格可能是日期格式） is no figure; the cell may be formatted as a day",
        )
    if isinstance(value, float):
        value = Decimal(f"{value:.15g}")  # a spreadsheet's own digits: 0.1 + 0.2 is 0.3 there
    plain = format(value, "f") if isinstance(value, Decimal) else text(field, value)
    return _written_figure(plain, of, tuple(words))


@lru_cache(4096)
def _written_figure(plain: str, of: str, words: tuple[str, ...]) -> Decimal:
    field = "hours"
    if not plain:
        raise CellRefused(field, "required", "没有学时 the hours are missing")
    found = _FIGURE.fullmatch(plain)
    if found is None:
        raise CellRefused(field, "figure", "不是一个数字 is not one figure")
    sign, whole, fraction, unit = found.groups()
    if unit and unit not in words:
        if of == "hours" and "分" in unit and "分钟" not in unit:
            raise CellRefused(
                field,
                "credits",
                "是学分，不是学时；本对照表不折算 credits where hours are meant; nothing is converted",
            )
        expected = "、".join(words) or "数字"
        raise CellRefused(field, "unit", f"单位不符，应为 {expected} another unit is meant here")
    number = Decimal(whole.replace(",", "") + (fraction or ""))
    if sign or number == 0:
        raise CellRefused(field, "not_positive", "应大于零 must be above zero")
    if number != number.quantize(Decimal("0.01"), ROUND_FLOOR):
        raise CellRefused(field, "decimals", "小数多于两位 more than two decimals")
    if number > 8784:
        raise CellRefused(field, "too_large", "大于一年的小时数 more than the hours of a year")
    return number.normalize() + 0


def flag(field: str, value: Value, yes: Sequence[str], no: Sequence[str]) -> bool:
    """A word of two lists; JSON's and a spreadsheet's own true and false too.

    Raises:
        CellRefused: empty, or a word of neither.
    """
    if isinstance(value, bool):
        return value
    plain = text(field, value)
    if plain in yes or plain in no:
        return plain in yes
    if not plain:
        raise CellRefused(field, "required", "没有填写 is empty")
    raise CellRefused(field, "word", f"应为 {'、'.join([*yes, *no])} 之一 must be one of these")


def year(value: Value) -> int:
    """A year: 2026, 2026年, 2026年度.

    Raises:
        CellRefused: no year.
    """
    plain = text("year", value).removesuffix("度").removesuffix("年").strip()
    if not plain:
        raise CellRefused("year", "required", "没有年度 the year is missing")
    if not re.fullmatch(r"(19|20|21)\d{2}", plain, re.ASCII):
        raise CellRefused("year", "year", "不是年度，应如 2026 is no year such as 2026")
    return int(plain)


def revision(value: Value) -> str:
    """When a record was last changed at its system, in a form that sorts: a day, a moment, or a running number.

    Raises:
        CellRefused: none of them, or empty.
    """
    field = "revision"
    if isinstance(value, datetime):
        local = value.astimezone(SHANGHAI) if value.tzinfo else value
        return f"d{local:%Y%m%d%H%M%S%f}"
    return _written_revision(text(field, value))


@lru_cache(4096)
def _written_revision(plain: str) -> str:
    if not plain:
        raise CellRefused("revision", "required", "没有更新时间 the time of the last change is missing")
    if re.fullmatch(r"\d{1,15}", plain, re.ASCII) and not _PLAIN_DAY.fullmatch(plain):
        return f"n{int(plain):015d}"
    moment = re.fullmatch(r"(.*?)(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?)?", plain)
    if _MOMENT.fullmatch(plain):
        return f"d{datetime.fromisoformat(plain).astimezone(SHANGHAI):%Y%m%d%H%M%S%f}"
    if moment is None:
        raise CellRefused("revision", "revision", "不是日期、时刻或序号 is no day, moment or number")
    on = day("revision", moment[1])
    hours, minutes, seconds, parts = (one or "0" for one in moment.groups()[1:])
    return f"d{on:%Y%m%d}{int(hours):02d}{int(minutes):02d}{int(seconds):02d}{parts.ljust(6, '0')}"


def word(field: str, value: Value, known: Mapping[str, object], *, needed: bool = True) -> str:
    """A word that the profile knows.

    Raises:
        CellRefused: empty where it is needed, or unknown.
    """
    plain = text(field, value)
    if not plain:
        if needed:
            raise CellRefused(field, "required", "没有填写 is empty")
        return ""
    if plain not in known:
        expected = "、".join(known)
        raise CellRefused(
            field, "word", f"对照表中没有这个词，应为 {expected} 之一 the profile knows no such word"
        )
    return plain
