"""Which business rows belong to which entries of the ledger, and the nightly comparison of both."""

from collections.abc import Sequence

import sqlalchemy as sa

from issuer.acts import governance_act
from issuer.credentials.tables import credential, withdrawal
from issuer.intake.tables import import_change
from issuer.personnel.tables import personnel_step
from issuer.records.tables import year_record
from issuer.registration.tables import activity, finding_step, procedure_step
from issuer.transfers.tables import transfer_in_finding, transfer_in_step
from ledger.entry import Kind
from ledger.reconcile import Discrepancy, Source, reconcile
from ledger.store import reading

SOURCES = tuple(
    Source(table.name, frozenset(kinds), sa.select(table.c.event_id))
    for table, *kinds in (
        (activity, Kind.REGISTRATION, Kind.TRANSFER),
        (procedure_step, Kind.REGISTRATION),
        (personnel_step, Kind.REGISTRATION),
        (transfer_in_step, Kind.TRANSFER),
        (transfer_in_finding, Kind.TRANSFER),
        (import_change, Kind.REGISTRATION),
        (year_record, Kind.DECISION),
        (credential, Kind.ISSUANCE),
        (withdrawal, Kind.STATUS),
        (governance_act, Kind.GOVERNANCE),
        (finding_step, Kind.GOVERNANCE),
    )
)
"""Every table whose rows have an entry each, with the kinds of these. A new one is added here, or its entries are orphans."""


def reconcile_all(engine: sa.Engine) -> Sequence[Discrepancy]:
    """Compare every business row with its entry, and every entry with its row, in one snapshot."""
    with reading(engine).connect() as connection:
        return reconcile(connection, SOURCES)
