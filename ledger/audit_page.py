"""The auditor's page: growth, last checkpoint, witnesses, and where two views disagree. One static file, no script.

It is written from the auditor's state and the views that were compared. Pure but for reading its own template.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from string import Template
from zoneinfo import ZoneInfo

from ledger.auditor import Head, Trust, Visit
from ledger.views import Outcome, View

TEMPLATES = Path(__file__).parents[1] / "templates"
SHANGHAI = ZoneInfo("Asia/Shanghai")
SHOWN = 12
"""Visits in the table; the chart has all."""
WIDTH, HEIGHT, EDGE = 800, 200, 12
_OUTCOMES = {
    Outcome.SAME: ("ok", "一致", "the same head"),
    Outcome.OLDER: ("ok", "一致，较旧", "an older head of the same log"),
    Outcome.NEWER: ("ok", "一致，较新", "a newer head of the same log"),
    Outcome.UNCOMPARED: ("wait", "较新，尚不能比较", "newer, cannot be compared yet"),
    Outcome.UNREADABLE: ("wait", "读不到", "cannot be read"),
    Outcome.DISAGREES: ("bad", "不一致：账本分叉", "another log: the operator has forked it"),
}


@dataclass(frozen=True)
class Audited:
    """What the page tells of. `failure` says why the audit did not hold; the head is then the last one that did."""

    trust: Trust
    head: Head
    visits: Sequence[Visit]
    views: Sequence[View]
    failure: str | None = None


def render(audited: Audited) -> str:
    """Return the page."""
    head, trust = audited.head, audited.trust
    mood, zh, en = _verdict(audited)
    style = "".join((TEMPLATES / "static" / name).read_text("utf-8") for name in ("tokens.css", "audit.css"))
    when = _moment(audited.visits[-1][0]) if audited.visits else "—"
    values = {
        "origin": escape(trust.log.name),
        "style": style,
        "mood": mood,
        "verdict_zh": escape(zh),
        "verdict_en": escape(en),
        "size": f"{head.size:,}",
        "when": when,
        "witness_count": f"{len(head.witnesses)} / {len(trust.witnesses)}",
        "chart": _chart(audited.visits),
        "visits": _visits(audited.visits),
        "witnesses": _witnesses(trust, head),
        "views": _views(audited.views),
        "note": escape(head.note.decode("utf-8")),
    }
    return Template((TEMPLATES / "ledger/audit.html").read_text("utf-8")).substitute(values)


def _verdict(audited: Audited) -> tuple[str, str, str]:
    if audited.failure is not None:
        return "bad", f"不成立：{audited.failure}", "Does not hold. Keep the files: they are the evidence."
    if any(view.outcome is Outcome.DISAGREES for view in audited.views):
        return "bad", "两处所见不一致。", "Two views of this log disagree."
    if len(audited.head.witnesses) < audited.trust.quorum:
        return "bad", "见证不够。", "Too few witnesses."
    if not audited.trust.witnesses:
        return "wait", "成立，但没有见证方。", "It holds, but nobody witnesses it."
    return "ok", "成立。", "Every entry, the chain, the tree and the signatures hold."


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def _chart(visits: Sequence[Visit]) -> str:
    if len(visits) < 2:
        return ""
    start, end, top = visits[0][0], visits[-1][0], max(size for _, size in visits)

    def point(visit: Visit) -> tuple[float, float]:
        along = (visit[0] - start) / max(end - start, 1)
        up = visit[1] / max(top, 1)
        return EDGE + along * (WIDTH - 2 * EDGE), HEIGHT - EDGE - up * (HEIGHT - 2 * EDGE)

    points = [point(visit) for visit in visits]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    x, y = points[-1]
    title = f"从 {visits[0][1]:,} 条到 {visits[-1][1]:,} 条"
    base = HEIGHT - EDGE
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}">'
        f'<line x1="{EDGE}" y1="{base}" x2="{WIDTH - EDGE}" y2="{base}"/>'
        f'<polyline points="{line}"/><circle cx="{x:.1f}" cy="{y:.1f}" r="5"/></svg>'
    )


def _visits(visits: Sequence[Visit]) -> str:
    before = [0, *(size for _, size in visits)]
    rows = [
        f'<tr><td>{_moment(seconds)}</td><td class="n">{size:,}</td><td class="n">{size - last:,}</td></tr>'
        for (seconds, size), last in zip(visits, before, strict=False)
    ]
    return "".join(rows[: -SHOWN - 1 : -1])


def _witnesses(trust: Trust, head: Head) -> str:
    if not trust.witnesses:
        return '<li><b class="wait">没有</b> <span lang="en">none were named to this auditor</span></li>'
    return "".join(
        _item(
            *(("ok", "已签", "signed") if key.name in head.witnesses else ("wait", "未签", "not signed")),
            key.name,
        )
        for key in trust.witnesses
    )


def _views(views: Sequence[View]) -> str:
    if not views:
        return '<li><b class="wait">没有比较</b> <span lang="en">no other place was compared (--view)</span></li>'
    return "".join(_item(*_OUTCOMES[view.outcome], view.place, _seen(view)) for view in views)


def _seen(view: View) -> str:
    """What stands at a place; of another log also its signed head, which is evidence."""
    seen = "" if view.size is None else f" <span>{view.size:,} 条 {escape(view.detail)}</span>"
    return seen + (
        f"<pre>{escape(view.note.decode('utf-8'))}</pre>" if view.outcome is Outcome.DISAGREES else ""
    )


def _item(mood: str, zh: str, en: str, name: str, more: str = "") -> str:
    return (
        f'<li><b class="{mood}">{zh}</b> <code>{escape(name)}</code> <span lang="en">{en}</span>{more}</li>'
    )
