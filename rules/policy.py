"""The parameters of the pack that study may override, by the names of the rule pack."""

from typing import Annotated, Any, Literal

from pydantic import Field

from rules.scalars import Frozen, Hours
from rules.settings import Count, Figure


class Policy(Frozen):
    """None, or absent, means: as the pack says. `combined_cap: null` is what the pack says, too."""

    required_total: Hours | None = None
    professional_ratio: Annotated[tuple[Count, Count], Field(strict=False)] | None = None
    ratio_basis: Literal["required_total", "actual_total"] | None = None
    public_min: Hours | None = None
    daily_cap: Hours | None = None
    full_day: Hours | None = None
    half_day: Hours | None = None
    class_hour_minutes: Count | None = None
    rounding: Annotated[Figure, Field(gt=0)] | None = None
    carry_forward: Literal[False] | None = None
    self_study_cap: Hours | None = None
    achievement_cap: Hours | None = None
    expert_cap: Hours | None = None
    contest_cap: Hours | None = None
    contest_cap_scope: Literal["year", "event"] | None = None
    combined_cap: Hours | None = None
    self_study_archive_required: bool | None = None
    exam_year_basis: Literal["approved_on", "issued_on"] | None = None
    exam_deemed_credit: Literal["max_with_required_professional", "additive", "waive_total"] | None = None
    major_requires_filing: bool | None = None
    transfer_completion: Literal["honour_origin", "recompute"] | None = None
    transfer_kind_map: dict[str, Literal["professional", "public"]] | None = None
    before_issue: Literal["count_if_same_year", "hold"] | None = None
    after_expiry: Literal["hold", "continue"] | None = None
    separation_of_duties: bool | None = None

    def overrides(self) -> dict[str, Any]:
        """Return the parameters that are given, by name."""
        given = self.model_fields_set
        if not given:
            return {}
        names = (name for name in type(self).model_fields if name in given)
        return {name: value for name in names if (value := getattr(self, name)) is not None}
