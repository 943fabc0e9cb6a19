"""One good record of each shape, and a way to harm it in one place."""

from copy import deepcopy
from typing import Any

TRAINING = {
    "id": "a",
    "category": "training",
    "channel": "declared",
    "status": "registered",
    "registered_at": "2025-01-10T09:00:00+08:00",
    "mode": "offline",
    "schedule": [{"from": "2024-05-06", "to": "2024-05-07", "unit": "full_day"}],
}
SHARED = {key: TRAINING[key] for key in ("id", "channel", "status", "registered_at")}
WINDOW = {key: value for key, value in TRAINING.items() if key != "schedule"} | {
    "window": {"from": "2024-05-06", "to": "2024-05-07"},
    "total_hours": 12,
}
ONLINE = WINDOW | {"mode": "online", "completed_on": "2024-05-07", "exam_passed": True}
STUDY = SHARED | {
    "category": "self_study",
    "kind": "unit",
    "year": 2024,
    "determined_hours": 9,
    "archive": True,
}
EXAM = SHARED | {
    "category": "exam",
    "approved_on": "2024-05-06",
    "issued_on": "2024-06-06",
    "listed": True,
    "all_subjects_passed": True,
}
MAJOR = SHARED | {
    "category": "major_assignment",
    "start": "2024-03-01",
    "end": "2025-02-28",
    "employer_certificate": True,
    "provincial_filing": True,
    "filed_years": [2024],
}
TRANSFER = SHARED | {
    "category": "transfer_in",
    "year": 2024,
    "origin_region": "440000",
    "blocks": [{"kind": "public", "hours": 3}],
    "moved_on": "2024-03-01",
    "origin_verified": True,
    "origin_complete": True,
}
FACTS = {"year": 2024, "as_of": "2025-03-31", "activities": [TRAINING]}
DEFERRAL = {
    "year": 2023,
    "reason_code": "health",
    "employer_certificate": True,
    "approved": True,
    "due": "2024-12-31",
}
EXCEPTION = {
    "category": "self_study",
    "cap": 52,
    "approved_by_authority": True,
    "reason": "示例",
    "decision_no": "示例1号",
    "decided_on": "2024-12-01",
}
ABSENT = object()


def changed(value: Any, path: str, new: Any) -> Any:
    """A copy of `value` with the member at a JSON pointer changed, or taken away."""
    value = deepcopy(value)
    here = value
    *steps, last = [int(step) if step.isdigit() else step for step in path.strip("/").split("/")]
    for step in steps:
        here = here[step]
    if new is ABSENT:
        del here[last]
    else:
        here[last] = new
    return value


def of(activity: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"year": 2024, "as_of": "2025-03-31", "activities": [activity], **more}
