"""All business tables on one page: what migrations are compared with."""

from issuer.credentials.tables import credential, withdrawal
from issuer.database import metadata
from issuer.people.tables import professional
from issuer.records.tables import year_record
from issuer.registration.tables import activity

__all__ = ["activity", "credential", "metadata", "professional", "withdrawal", "year_record"]
