"""Errors raised by issuer/inspection.

* IssuerError
    - FileClosed   the file was not opened today: a reason comes first
"""

from issuer.errors import IssuerError


class FileClosed(IssuerError):
    """A person's file that the inspector did not open today. `person_id`: whose."""

    def __init__(self, person_id: int) -> None:
        self.person_id = person_id
        super().__init__(
            "查看个人档案前请写明事由，当天有效 a reason comes before a person's file; it stands for the day"
        )
