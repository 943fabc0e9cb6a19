"""The zone in which days and years are counted."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def day_of(moment: datetime) -> date:
    """Return the day on which a moment lies in Shanghai, as people there will read it."""
    return moment.astimezone(SHANGHAI).date()


def zh(day: date) -> str:
    """Write a day as Chinese texts do."""
    return f"{day.year} 年 {day.month} 月 {day.day} 日"
