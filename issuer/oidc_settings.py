"""The settings of an instance about signing in by an OpenID provider (docs/sign-in.md)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings

from issuer.people.identifier import IdType


class OidcSettings(BaseSettings):
    """The part of an instance's settings about the provider."""

    oidc_issuer: Annotated[str, Field(pattern=r"^https?://")] | None = None
    """The OpenID provider that people sign in with, exactly as it names itself. None: by password alone."""
    oidc_client_id: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    oidc_client_secret: SecretStr | None = None
    """XUESHI_OIDC_CLIENT_SECRET, or a file named by XUESHI_OIDC_CLIENT_SECRET_FILE. None: a client without one (PKCE alone)."""
    oidc_client_secret_file: Path | None = None
    oidc_scopes: tuple[str, ...] = ()
    """Scopes beside `openid`, such as the one that gives the claims below."""
    oidc_second_factor: tuple[str, ...] = ()
    """Values of `acr` by which the provider says that a second factor was used. None listed: nobody with duties can sign in by it."""
    oidc_number_claim: str | None = None
    """Claim with the document's number that the provider has verified: professionals are bound by it at their first sign-in."""
    oidc_kind_claim: str | None = None
    """Claim with the kind of that document. None: every number is a resident's."""
    oidc_kinds: Mapping[str, IdType] = {kind.value: kind for kind in IdType}
    """What the provider's values of that claim mean."""

    @model_validator(mode="after")
    def _claims_are_whole(self) -> Self:
        """A kind is a number's, and a client has a name."""
        if self.oidc_issuer is not None and self.oidc_client_id is None:
            raise ValueError("oidc_issuer 须同时设置 oidc_client_id; oidc_issuer needs oidc_client_id")
        if self.oidc_kind_claim is not None and self.oidc_number_claim is None:
            raise ValueError(
                "oidc_kind_claim 须同时设置 oidc_number_claim; oidc_kind_claim needs oidc_number_claim"
            )
        return self
