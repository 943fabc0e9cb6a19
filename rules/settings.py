"""The parameters that judge one year: typed, by the names of the pack. No figure of law stands in code."""

import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from rules.scalars import Frozen, Hours

_FIGURE = re.compile(r"[0-9]{1,5}(\.[0-9]{1,2})?", re.ASCII)


def _figure(value: Any) -> Any:
    """Read a pack's figure, written as text so that YAML makes no float of it."""
    return Decimal(value) if isinstance(value, str) and _FIGURE.fullmatch(value) else value


Figure = Annotated[Hours, BeforeValidator(_figure)]
Count = Annotated[int, Field(ge=1, le=366)]


class Settings(Frozen):
    """Hours unless said otherwise; None lifts a limit."""

    required_total: Figure
    professional_ratio: Annotated[tuple[Count, Count], Field(strict=False)]
    ratio_basis: Literal["required_total", "actual_total"]
    public_min: Figure
    public_hint: Figure
    daily_cap: Figure | None
    full_day: Figure
    half_day: Figure
    class_hour_minutes: Count
    rounding: Annotated[Figure, Field(gt=0)]
    self_study_cap: Figure | None
    self_study_archive_required: bool
    achievement_cap: Figure | None
    combined_cap: Figure | None
    expert_cap: Figure | None
    contest_cap: Figure | None
    contest_cap_scope: Literal["year", "event"]
    exam_year_basis: Literal["approved_on", "issued_on"]
    exam_deemed_credit: Literal["max_with_required_professional", "additive", "waive_total"]
    major_requires_filing: bool
    transfer_completion: Literal["honour_origin", "recompute"]
    transfer_kind_map: dict[str, Literal["professional", "public"]]
    before_issue: Literal["count_if_same_year", "hold"]
    after_expiry: Literal["hold", "continue"]
    carry_forward: Literal[False]
    separation_of_duties: bool
    long_visit_days: Count
    deferral_years: Count
    late_after: Annotated[
        str,
        StringConstraints(
            pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9])$|^(0[13-9]|1[0-2])-30$|^(0[13578]|1[02])-31$"
        ),
    ]
    """Month and day of the next year, MM-DD."""
