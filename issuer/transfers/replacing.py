"""A new version in the place of a registered one that says other hours (Art. 11). The caller opens the transaction.

It waits for the authority like any certificate. Registering it supersedes the old one in the same transaction (`stepping`), so
that the years' hours are neither doubled nor lost; rejecting it confirms the old one.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from issuer.instance import Transaction
from issuer.registration.procedure import Duty, Step
from issuer.transfers.errors import TransferRefused
from issuer.transfers.stepping import Done, row_of, write_step
from rules.activity import Status

Rows = Sequence[sa.Row[Any]]


def hold_new(connection: sa.Connection, older: Rows, serial: str) -> None:
    """Refuse a version that waits already.

    Raises:
        TransferRefused: it does.
    """
    for one in _waiting(older):
        if row_of(connection, one).document_no == serial:
            raise TransferRefused(
                "这份新版已经交来，等主管部门决定 this version was brought before and waits for the authority"
            )


def take_back(work: Transaction, older: Rows, person_key: bytes) -> None:
    """Withdraw an earlier version that waits to replace the same: a newer one is brought instead."""
    done = Done(
        Step.WITHDRAW, Duty.DECLARANT, Status.WITHDRAWN, person_key, words="本人交来更新的版本 newer version"
    )
    for one in _waiting(older):
        write_step(work, row_of(work.connection, one), done)


def _waiting(older: Rows) -> list[UUID]:
    return sorted({row.replaced_by for row in older if row.replaced_by is not None})
