"""The plain values that facts are made of, read strictly: hours, days, moments, words."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, NoReturn

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from rules.quantity import STEP

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})", re.ASCII)
YEAR_HOURS = Decimal(8784)
"""Hours in a leap year: no figure of a single activity can be larger."""


class Frozen(BaseModel):
    """A value read once at the edge: no unknown fields, never changed."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def _refuse(expected: str, message: str) -> NoReturn:
    raise PydanticCustomError("expected", "{message}", {"expected": expected, "message": message})


def _number(value: Any) -> Decimal:
    if isinstance(value, int) and not isinstance(value, bool):
        value = Decimal(value)
    if not isinstance(value, Decimal) or not value.is_finite():
        _refuse("数字 / a number", "不是数字（不接受文字和二进制浮点数） / not an exact number")
    if not 0 <= value <= YEAR_HOURS:
        _refuse(
            f"0 至 {YEAR_HOURS} / 0 to {YEAR_HOURS}", f"数值越界：{value:.12} / out of range: {value:.12}"
        )
    if value % STEP:
        _refuse(
            "至多两位小数 / at most two decimals", f"小数位过多：{value:.12} / too many decimals: {value:.12}"
        )
    return value


def _day(value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    expected = "日期 YYYY-MM-DD / a day, YYYY-MM-DD"
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        _refuse(expected, "不是 YYYY-MM-DD 形式的日期 / not a day written YYYY-MM-DD")
    try:
        return date.fromisoformat(value)
    except ValueError:
        _refuse(expected, f"历法上没有这一天：{value} / there is no such day: {value}")


def _moment(value: Any) -> datetime:
    expected = "带时区的时刻 / a moment with its zone, 2024-05-22T09:00:00+08:00"
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC)
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        _refuse(expected, "不是带时区的时刻 / not a moment with its zone")
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        _refuse(expected, f"没有这一时刻：{value} / there is no such moment: {value}")


_JSON_HOURS = {"type": "number", "minimum": 0, "maximum": int(YEAR_HOURS), "multipleOf": 0.01}
Hours = Annotated[Decimal, BeforeValidator(_number), WithJsonSchema(_JSON_HOURS)]
"""Hours, credits or minutes: exact, 0 or more, at most two decimals."""
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
"""A day in Asia/Shanghai."""
Moment = Annotated[
    datetime, BeforeValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})
]
"""A moment, kept in UTC."""
Year = Annotated[int, Field(ge=1950, le=2200)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]
"""An id, a key or a document number: one line."""
Word = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,59}$")]
"""A code word, such as the kind of a work."""
