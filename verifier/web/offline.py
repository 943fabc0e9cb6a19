"""What the page needs to verify in the browser: the figures of the rules that are known here, as data."""

from datetime import date
from functools import cache

from rules.pack import Pack
from rules.packs import Library, load_library

LAST_YEAR = 2100
"""Rules that are open-ended are told up to this year."""


@cache
def published_rules() -> dict[str, list[dict[str, object]]]:
    """Return, by `id@version`, what each pack asks of the years that it governs; equal years stand together."""
    library = load_library()
    return {pack.key: _spans(library, pack) for pack in library.packs}


def _spans(library: Library, pack: Pack) -> list[dict[str, object]]:
    spans: list[dict[str, object]] = []
    for year in range(pack.first_day.year, min(pack.last_day.year, LAST_YEAR) + 1):
        last = date(year, 12, 31)
        if not (pack.covers(last) or pack.last_day.year == year):
            continue
        settings = library.settings(pack, min(last, pack.last_day))
        asked: dict[str, object] = {
            "total": f"{settings.required_total}",
            "ratio": list(settings.professional_ratio),
            "basis": settings.ratio_basis,
            "public": f"{settings.public_min}",
            "exam": settings.exam_deemed_credit,
        }
        before = spans[-1] if spans else {}
        if {name: before.get(name) for name in asked} == asked:
            before["years"] = [before["years"][0], year]  # type: ignore[index]  # a list, made below
        else:
            spans.append({"years": [year, year], **asked})
    return spans
