"""Accounts, their roles, and who is signed in."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Integer, LargeBinary, String, Table, Text

from issuer.database import Moment, metadata

account = Table(
    "account",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("login", String(60), nullable=False, unique=True),
    Column("person_key", LargeBinary(32), nullable=False, index=True),
    Column("password_hash", String(200), nullable=True),
    Column("totp_sealed", LargeBinary(120), nullable=True),
    Column("totp_sealed_by", String(40), nullable=False, server_default=""),
    Column("totp_last", Integer, nullable=False, default=0),
    Column("oidc_subject", String(255), nullable=True, unique=True),
    Column("disabled", Boolean, nullable=False, default=False),
    Column("failures", Integer, nullable=False, default=0),
    Column("wait_until", Moment(), nullable=True),
)
"""`person_key`: the natural person. One person may have several accounts; duties are kept apart by person.
`totp_sealed_by`: as `identity_document.sealed_by`. `totp_last`: the last time step whose code was used, so that a code counts once."""

role_grant = Table(
    "role_grant",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False, index=True),
    Column("role", String(20), nullable=False),
    Column("unit_id", ForeignKey("unit.id"), nullable=True),
    Column("authority_id", ForeignKey("authority.id"), nullable=True),
    Column("from_day", Date, nullable=False),
    Column("until_day", Date, nullable=True),
)

invitation = Table(
    "account_invitation",
    metadata,
    Column("account_id", ForeignKey("account.id"), primary_key=True),
    Column("digest", LargeBinary(32), nullable=False, unique=True),
    Column("until", Moment(), nullable=False),
    Column("tries", Integer, nullable=False),
)
"""One row an account that waits to be opened. Only the digest of the code is kept; the code was told once."""

api_token = Table(
    "api_token",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False, index=True),
    Column("digest", LargeBinary(32), nullable=False, unique=True),
    Column("label", String(60), nullable=False),
    Column("until_day", Date, nullable=False),
    Column("made_at", Moment(), nullable=False),
)
"""One row a token of a program. Only the digest is kept; the token itself was told once."""

signed_in = Table(
    "signed_in",
    metadata,
    Column("token_digest", LargeBinary(32), primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False, index=True),
    Column("form_key", String(44), nullable=False),
    Column("began_at", Moment(), nullable=False),
    Column("seen_at", Moment(), nullable=False),
    Column("by_provider", Boolean, nullable=False, default=False),
)
"""One row a session. The token itself is only in the browser's cookie; `form_key` stands in each form (CSRF)."""

client = Table(
    "import_client",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(40), nullable=False, unique=True),
    Column("profiles", Text, nullable=False),
    Column("authority_id", ForeignKey("authority.id"), nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("made_at", Moment(), nullable=False),
    Column("ended_at", Moment(), nullable=True),
)
"""A registration system that sends batches (OAuth 2, client credentials). `name` is its client_id, `profiles` the mapping
profiles that it may send by, apart by spaces. Only the digest of its secret is kept: the secret has 256 random bits."""

client_token = Table(
    "import_client_token",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("client_id", ForeignKey("import_client.id"), nullable=False, index=True),
    Column("profiles", Text, nullable=False),
    Column("until", Moment(), nullable=False),
)
"""One row an access token, kept as its digest; gone soon after it ended."""
