"""Errors raised by issuer/registration.

* IssuerError
    - RegistrationError
        - StepRefused     the step does not lead anywhere from here, or lacks its reason
        - Overtaken       somebody else acted on the declaration in between; nothing was overwritten
        - SamePerson      declarant, reviewer and verifier must be three natural persons
"""

from issuer.errors import IssuerError


class RegistrationError(IssuerError):
    """Base class of what the procedure refuses."""


class StepRefused(RegistrationError):
    """The step does not lead anywhere from this state, or lacks its reason; the message says which."""


_STATES = {
    "draft": "草稿",
    "submitted": "待单位审核",
    "employer_approved": "待核实登记",
    "registered": "已登记",
    "returned": "已退回",
    "rejected": "已驳回",
    "withdrawn": "已撤回",
    "reversed": "已冲正",
    "superseded": "已被更正",
    "asked": "待对方同意",
    "agreed": "待主管部门登记",
    "proposed": "待第二人确认",
    "in_force": "已生效",
    "ended": "已终止",
    "open": "待答复",
    "answered": "已答复",
    "closed": "已办结",
}
_DUTIES = {
    "declarant": ("申报人", "the declarant"),
    "reviewer": ("单位审核人", "the employer's reviewer"),
    "verifier": ("核实人", "the verifier"),
    "inspector": ("检查人员", "an inspector"),
}


class Overtaken(RegistrationError):
    """Somebody acted in between, or the actor did already. `state` is what it is now, `duty` whose act made it that."""

    def __init__(self, state: str, at: str, duty: str | None = None, *, own: bool = False) -> None:
        self.state, self.at, self.duty = state, at, duty
        who, who_en = ("您", "you") if own else _DUTIES.get(duty or "", ("另一位同事", "another colleague"))
        super().__init__(
            f"这条已由{who}办理（{at}），现在{_STATES.get(state, '有变动')} {who_en} acted on this at {at}; it is now {state}"
        )


class SamePerson(RegistrationError):
    """One natural person would act twice where several must."""

    def __init__(
        self,
        message: str = "申报、审核、核实须由三个不同的人办理，您已办理过这一条 declarant, reviewer and verifier are three people, and you are one already",
    ) -> None:
        super().__init__(message)
