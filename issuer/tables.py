"""All business tables on one page: what migrations are compared with."""

from issuer.access.tables import (
    account,
    api_token,
    client,
    client_token,
    invitation,
    role_grant,
    signed_in,
)
from issuer.acts import governance_act
from issuer.credentials.tables import credential, transfer, transfer_year, withdrawal
from issuer.database import metadata
from issuer.evidence.tables import change_evidence, declaration_evidence, evidence, transfer_evidence
from issuer.intake.tables import (
    held_import,
    import_batch,
    import_change,
    import_part,
    import_problem,
    import_sending,
    imported_record,
)
from issuer.people.tables import (
    affiliation,
    authority,
    identity_document,
    professional,
    title_series,
    unit,
)
from issuer.personnel.tables import personnel_change, personnel_step
from issuer.portal.tables import kept_answer
from issuer.records.tables import year_record
from issuer.registration.tables import (
    activity,
    authority_entry,
    declaration,
    finding,
    finding_step,
    learning_archive,
    procedure_step,
)
from issuer.rulebook.tables import rule_document
from issuer.transfers.tables import transfer_in, transfer_in_finding, transfer_in_step, transfer_in_year

__all__ = [
    "account",
    "activity",
    "affiliation",
    "api_token",
    "authority",
    "authority_entry",
    "change_evidence",
    "client",
    "client_token",
    "credential",
    "declaration",
    "declaration_evidence",
    "evidence",
    "finding",
    "finding_step",
    "governance_act",
    "held_import",
    "identity_document",
    "import_batch",
    "import_change",
    "import_part",
    "import_problem",
    "import_sending",
    "imported_record",
    "invitation",
    "kept_answer",
    "learning_archive",
    "metadata",
    "personnel_change",
    "personnel_step",
    "procedure_step",
    "professional",
    "role_grant",
    "rule_document",
    "signed_in",
    "title_series",
    "transfer",
    "transfer_evidence",
    "transfer_in",
    "transfer_in_finding",
    "transfer_in_step",
    "transfer_in_year",
    "transfer_year",
    "unit",
    "withdrawal",
    "year_record",
]
