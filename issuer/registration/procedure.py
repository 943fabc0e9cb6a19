"""The way of a declaration (Art. 10), pure: which step leads from which state to which, and whose duty it is.

draft ─submit▶ submitted ─approve▶ employer_approved ─register▶ registered ─reverse▶ reversed
  ▲               │ return, reject        │ return, reject          └─supersede▶ superseded
  └── returned ◀──┴───────────────────────┘
"""

from dataclasses import dataclass
from enum import StrEnum

from issuer.registration.errors import StepRefused
from rules.activity import Status


class Step(StrEnum):
    """What somebody does to a declaration."""

    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"
    REGISTER = "register"
    REVERSE = "reverse"
    SUPERSEDE = "supersede"


class Duty(StrEnum):
    """In what capacity."""

    DECLARANT = "declarant"
    REVIEWER = "reviewer"
    VERIFIER = "verifier"


@dataclass(frozen=True)
class Way:
    """Where a step leads, and whose it is."""

    duty: Duty
    to: Status


_D, _R, _V = Duty.DECLARANT, Duty.REVIEWER, Duty.VERIFIER
WAYS: dict[tuple[Status, Step], Way] = {
    (Status.DRAFT, Step.SUBMIT): Way(_D, Status.SUBMITTED),
    (Status.DRAFT, Step.WITHDRAW): Way(_D, Status.WITHDRAWN),
    (Status.RETURNED, Step.SUBMIT): Way(_D, Status.SUBMITTED),
    (Status.RETURNED, Step.WITHDRAW): Way(_D, Status.WITHDRAWN),
    (Status.SUBMITTED, Step.WITHDRAW): Way(_D, Status.WITHDRAWN),
    (Status.SUBMITTED, Step.APPROVE): Way(_R, Status.EMPLOYER_APPROVED),
    (Status.SUBMITTED, Step.RETURN): Way(_R, Status.RETURNED),
    (Status.SUBMITTED, Step.REJECT): Way(_R, Status.REJECTED),
    (Status.EMPLOYER_APPROVED, Step.WITHDRAW): Way(_D, Status.WITHDRAWN),
    (Status.EMPLOYER_APPROVED, Step.REGISTER): Way(_V, Status.REGISTERED),
    (Status.EMPLOYER_APPROVED, Step.RETURN): Way(_V, Status.RETURNED),
    (Status.EMPLOYER_APPROVED, Step.REJECT): Way(_V, Status.REJECTED),
    (Status.REGISTERED, Step.REVERSE): Way(_V, Status.REVERSED),
    (Status.REGISTERED, Step.SUPERSEDE): Way(_V, Status.SUPERSEDED),
}
"""Every step there is. What is not here is refused."""


@dataclass(frozen=True)
class Reason:
    """A reason code with its words: what is wrong, and what to do about it."""

    code: str
    zh: str
    en: str
    do_zh: str
    do_en: str


FALSE = "R09"
"""A registration that is reversed for this leads to the revocation of the certificates that count it."""
REASONS = {
    reason.code: reason
    for reason in (
        Reason(
            "R01", "证明材料看不清", "The proof cannot be read", "请重新拍照或扫描", "Take the picture again"
        ),
        Reason(
            "R02",
            "证明材料与填报不一致",
            "The proof says something else",
            "请按证明材料修改",
            "Correct it to what the proof says",
        ),
        Reason("R03", "缺少证明材料", "A proof is missing", "请补充证明材料", "Add the missing proof"),
        Reason("R04", "类别选错", "The category is wrong", "请改选类别", "Choose the right category"),
        Reason(
            "R05", "日期或学时有误", "Days or hours are wrong", "请核对日期和学时", "Check days and hours"
        ),
        Reason("R06", "与已登记的重复", "It is registered already", "不用再申报", "Nothing to do"),
        Reason(
            "R07",
            "不属于继续教育学时的范围",
            "Not continuing education under the measure",
            "请查看第三条至第六条",
            "See Articles 3 to 6",
        ),
        Reason(
            "R08",
            "不属于本单位或本部门办理",
            "Not this unit's or department's business",
            "请核对人事隶属",
            "Check your affiliation",
        ),
        Reason(FALSE, "证明材料不实", "The evidence is false", "请联系主管部门", "Talk to the authority"),
        Reason("R99", "其他（见说明）", "Other (see the text)", "请按说明办理", "Do as the text says"),
    )
}
"""R99 demands a text."""
GIVES_REASON = frozenset({Step.RETURN, Step.REJECT, Step.REVERSE})


def way(state: Status, step: Step) -> Way:
    """Find where a step leads.

    Raises:
        StepRefused: the declaration is not in a state from which this step leads anywhere.
    """
    found = WAYS.get((state, step))
    if found is None:
        raise StepRefused(
            f"“{state}”的申报不能再这样办理 a declaration that is {state} cannot take the step {step}"
        )
    return found


def read_reason(step: Step, code: str | None, words: str) -> tuple[str | None, str]:
    """Check the reason of a step: a known code where one is demanded, words where the code demands them.

    Raises:
        StepRefused: no code or an unknown one, R99 without words, or more than 400 characters.
    """
    words = words.strip()
    if len(words) > 400:
        raise StepRefused("说明最多 400 字 at most 400 characters of explanation")
    if step not in GIVES_REASON:
        return None, words
    if code not in REASONS:
        raise StepRefused("请选择原因 choose a reason")
    if code == "R99" and not words:
        raise StepRefused("选择“其他”时，请写明原因 with R99, write the reason")
    return code, words
