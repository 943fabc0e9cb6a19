"""The zone in which days and years are counted."""

from datetime import date
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def zh(day: date) -> str:
    """Write a day as Chinese texts do."""
    return f"{day.year} 年 {day.month} 月 {day.day} 日"
