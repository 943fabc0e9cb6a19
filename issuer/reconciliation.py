"""Which business rows belong to which entries of the ledger, and the nightly comparison of both."""

from collections.abc import Sequence

import sqlalchemy as sa

from issuer.acts import governance_act
from issuer.credentials.tables import credential, withdrawal
from issuer.records.tables import year_record
from issuer.registration.tables import activity, procedure_step
from ledger.entry import Kind
from ledger.reconcile import Discrepancy, Source, reconcile
from ledger.store import reading

SOURCES = (
    Source(
        "registered_activity",
        frozenset({Kind.REGISTRATION, Kind.TRANSFER}),
        sa.select(activity.c.event_id),
    ),
    Source("procedure_step", frozenset({Kind.REGISTRATION}), sa.select(procedure_step.c.event_id)),
    Source("governance_act", frozenset({Kind.GOVERNANCE}), sa.select(governance_act.c.event_id)),
    Source("year_record", frozenset({Kind.DECISION}), sa.select(year_record.c.event_id)),
    Source("credential", frozenset({Kind.ISSUANCE}), sa.select(credential.c.event_id)),
    Source("withdrawal", frozenset({Kind.STATUS}), sa.select(withdrawal.c.event_id)),
)
"""Every table whose rows have an entry each. A new one is added here, or its entries are reported as orphans."""


def reconcile_all(engine: sa.Engine) -> Sequence[Discrepancy]:
    """Compare every business row with its entry, and every entry with its row, in one snapshot."""
    with reading(engine).connect() as connection:
        return reconcile(connection, SOURCES)
