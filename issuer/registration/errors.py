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


class Overtaken(RegistrationError):
    """Somebody else acted in between. `state` is what the declaration is now."""

    def __init__(self, state: str, at: str) -> None:
        self.state = state
        self.at = at
        super().__init__(
            f"这条已由另一位同事办理（{at}），现在是“{state}” another colleague acted on this at {at}; it is now {state}"
        )


class SamePerson(RegistrationError):
    """One natural person would act twice on one declaration."""

    def __init__(self) -> None:
        super().__init__(
            "申报、审核、核实须由三个不同的人办理，您已办理过这一条 declarant, reviewer and verifier are three people, and you are one already"
        )
