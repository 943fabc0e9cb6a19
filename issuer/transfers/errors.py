"""Errors raised by issuer/transfers.

* IssuerError
    - NotFound          no credential or transfer of that name
    - TransferRefused   no such certificate can be issued, or what was brought cannot be taken in
        - ChecksMissing   nothing is wrong, but the machine could not check everything; names what is missing
        - NotTheHolder    the certificate is about somebody else
    - ProfileRefused    a mapping profile that cannot be used; says which file and where
"""

from collections.abc import Sequence
from dataclasses import dataclass

from issuer.errors import IssuerError


class TransferRefused(IssuerError):
    """A transfer cannot be made as asked; the message says why, in both languages."""


@dataclass(frozen=True)
class Missing:
    """One thing that the machine could not verify: a stable code, and the words."""

    code: str
    zh: str
    en: str


class ChecksMissing(TransferRefused):
    """The machine could not check everything. Nothing is kept; people may check it on paper instead."""

    def __init__(self, missing: Sequence[Missing]) -> None:
        self.missing = tuple(missing)
        zh = "".join(f"「{one.zh}」" for one in missing)
        en = ", ".join(one.en for one in missing)
        super().__init__(
            f"这几项没有查成：{zh}。可以稍后再试，或改为书面办理，由单位和主管部门核对。"
            f"These could not be checked: {en}. Try again later, or let people check it (on paper)."
        )


class NotTheHolder(TransferRefused):
    """Name or masked number on the certificate are not the account's. What they are is not repeated."""

    def __init__(self) -> None:
        super().__init__(
            "证明上的姓名或证件号（掩码）与本人不一致，不能转入 name or masked number on it are not this person's"
        )


class ProfileRefused(IssuerError):
    """A mapping profile that cannot be used as it is."""
