"""The computer's clock against the log: what is signed never bears a moment before what the log has recorded."""

from datetime import datetime

from sqlalchemy import select

from issuer.errors import ClockWentBack
from issuer.instance import Instance
from ledger.store import reading
from ledger.tables import checkpoint
from verifier.trust import LEEWAY


def last_signed(instance: Instance) -> datetime:
    """The moment of the newest checkpoint; long ago for a log that has none."""
    newest = select(checkpoint.c.created).order_by(checkpoint.c.size.desc()).limit(1)
    with reading(instance.engine).connect() as connection:
        created = connection.execute(newest).scalar_one_or_none()
    return datetime.fromisoformat(created or "1970-01-01T00:00:00+00:00")


def on_time(now: datetime, last: datetime) -> datetime:
    """Answer the later of the two, unless the clock went back further than two clocks may differ."""
    if last - now > LEEWAY:
        raise ClockWentBack(
            f"本机时钟 {now:%Y-%m-%d %H:%M:%S} UTC 早于此前的 {last:%Y-%m-%d %H:%M:%S}，没有签发；请校准时钟后再运行一次。"
            "This computer's clock went back: nothing more was issued. Set it right and run again."
        )
    return max(now, last)
