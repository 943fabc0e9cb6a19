"""ID tokens that say something else, or that somebody else signed (OpenID Connect Core 3.1.3.7)."""

import base64
import json
import secrets
import time
from pathlib import Path
from typing import Any

import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, KeySet, OctKey

from issuer.access.errors import ProviderAway, ProviderRefused
from issuer.access.oidc import Provider, fresh_journey
from issuer.config import Settings, read_settings

ISSUER = "https://id.example"
NOT_LET_IN = (ProviderRefused, ProviderAway)
"""Where no known key fits, the keys are asked for anew; here nobody answers."""
TOML = 'did = "did:web:a.example"\nhost = "a.example"\nname_zh = "甲"\nname_en = "a"\n'


def settings_of(home: Path) -> Settings:
    (home / "xueshi.toml").write_text(
        TOML + f'oidc_issuer = "{ISSUER}"\noidc_client_id = "xueshi"\n', "utf-8"
    )
    return read_settings(home)


class Signed:
    """ID tokens as a provider would sign them, with a key that the client knows, to be wrong in one thing each."""

    def __init__(self, home: Path) -> None:
        self.key = ECKey.generate_key("P-256", {"kid": "test"})
        self.provider = Provider(settings_of(home))
        self.provider._found = (time.time(), {}, KeySet([self.key]))
        self.journey = fresh_journey(secrets.token_bytes, "/", stronger=False)
        now = int(time.time())
        self.claims = {
            "iss": ISSUER, "aud": "xueshi", "sub": "x", "nonce": self.journey.nonce, "iat": now, "exp": now + 60,
        }  # fmt: skip

    def read(self, header: dict[str, str], claims: dict[str, Any], key: Any = None) -> Any:
        registry = jws.JWSRegistry(algorithms=["ES256", "HS256"])
        text = jwt.encode({"kid": "test", **header}, claims, key or self.key, registry=registry)
        return self.provider._vouched(self.journey, {"id_token": text})


LIES: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://evil.example"},
    "for somebody else": {"aud": "other"},
    "for others too, and not ours to use": {"aud": ["xueshi", "other"], "azp": "other"},
    "of another sign-in": {"nonce": "x"},
    "without a nonce": {"nonce": None},
    "too old": {"exp": 1},
    "without an end": {"exp": None},
    "without a subject": {"sub": None},
}


@pytest.mark.parametrize("case", LIES)
def test_an_id_token_that_says_something_else_is_not_believed(tmp_path: Path, case: str) -> None:
    signed = Signed(tmp_path)
    assert signed.read({"alg": "ES256"}, signed.claims).subject
    claims = {name: value for name, value in {**signed.claims, **LIES[case]}.items() if value is not None}
    with pytest.raises(ProviderRefused):
        signed.read({"alg": "ES256"}, claims)


def test_an_id_token_of_another_key_or_algorithm_is_not_believed(tmp_path: Path) -> None:
    signed = Signed(tmp_path)
    with pytest.raises(NOT_LET_IN):
        signed.read({"alg": "ES256"}, signed.claims, ECKey.generate_key("P-256"))
    signed = Signed(tmp_path)
    with pytest.raises(NOT_LET_IN):
        signed.read({"alg": "HS256"}, signed.claims, OctKey.generate_key(256))
    parts = (json.dumps({"alg": "none"}), json.dumps(signed.claims), "")
    bare = ".".join(base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts)
    with pytest.raises(NOT_LET_IN):
        Signed(tmp_path).provider._vouched(signed.journey, {"id_token": bare})
