"""第四条: 每年累计应不少于90学时，其中专业科目一般不少于总学时的三分之二。"""

from decimal import Decimal

from rules.completion import Required
from rules.quantity import ZERO, share_at_least
from rules.ruleset import Ruleset


def required_of(rules: Ruleset, total: Decimal) -> Required:
    """Return what is demanded, given the recognised total (which matters only under `ratio_basis: actual_total`, A01)."""
    settings = rules.settings
    if not rules.local:
        return Required(ZERO, ZERO, ZERO)  # nothing was demanded here: the year was the origin's
    basis = settings.required_total
    if settings.ratio_basis == "actual_total":
        basis = max(basis, total)
    exception = rules.exceptions.get("professional")
    professional = exception.minimum if exception else None
    if professional is None:
        professional = share_at_least(settings.professional_ratio, basis)
    return Required(professional, settings.public_min, settings.required_total)
