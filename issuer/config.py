"""Settings of an issuing instance: `xueshi.toml` in its home folder, overridden by XUESHI_* in the environment."""

import logging
import os
from functools import cache
from pathlib import Path
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from issuer.errors import SettingsError
from issuer.import_settings import ImportSettings
from issuer.naming_settings import NamingSettings
from issuer.oidc_settings import OidcSettings
from issuer.pdf_settings import PdfSettings

log = logging.getLogger(__name__)

FILE = "xueshi.toml"
_NONE_GIVEN = (
    "没有密钥口令。请设置 XUESHI_PASSPHRASE 或 XUESHI_PASSPHRASE_FILE。"
    "No key passphrase: set XUESHI_PASSPHRASE or XUESHI_PASSPHRASE_FILE."
)
DEMO_PASSPHRASE = "demo-passphrase-known-to-everyone"  # noqa: S105 -- refused unless `demo = true`, and it shouts


class Settings(PdfSettings, ImportSettings, NamingSettings, OidcSettings):
    """What an instance is: its names, its places and its secrets. Frozen once read."""

    model_config = SettingsConfigDict(env_prefix="XUESHI_", extra="forbid", frozen=True)

    home: Path
    """The instance's folder; relative places below are inside it."""
    did: Annotated[str, Field(pattern=r"^did:web:[a-z0-9.-]+(%3A[0-9]+)?$")]
    host: Annotated[str, Field(pattern=r"^[a-z0-9.-]+$")]
    """Host of the QR's URL and of the public files."""
    name_zh: Annotated[str, Field(min_length=1, max_length=40)]
    name_en: Annotated[str, Field(min_length=1, max_length=80)]
    database: str = "sqlite:///xueshi.db"
    log_number: Annotated[int, Field(ge=1, le=9999)] = 1
    """Which of the issuer's logs grows: 1, until `xueshi continue` closes it and goes on as the next."""
    first_status_list: Annotated[int, Field(ge=1, le=900_000)] = 1
    """New certificates get their places from this status list on; `xueshi continue` sets it where issuances were lost."""
    processes: Annotated[int, Field(ge=1, le=64)] | None = None
    """Processes that share the work of a batch; None: one a processor, at most eight (each that draws takes some 430 MB)."""
    public_folder: Path = Path("public")
    """Where the public files are written."""
    witnesses: Path | None = None
    """C2SP policy file: who witnesses the log's checkpoints, and how many must. None: nobody does."""
    evidence_folder: Path = Path("evidence")
    """Where proofs are kept, unless a bucket is named."""
    evidence_bucket: Annotated[str, Field(pattern=r"^https?://[^/]+/.+$")] | None = None
    """A private bucket that speaks S3, as `https://endpoint/bucket[/prefix]`; with the three below."""
    evidence_key_id: str | None = None
    evidence_secret: SecretStr | None = None
    """XUESHI_EVIDENCE_SECRET. No default."""
    evidence_region: str = "us-east-1"
    rules: Path | None = None
    """The authority's own rules beside those that are shipped: interpretation notes, overlays, later packs. Read at each start."""
    origins_trust: Path | None = None
    """The signed trust list by which certificates of other provinces' issuers are taken in, the root chain beside it."""
    origins_root: Path | None = None
    """The root key that is pinned for it, a public JWK."""
    origins_public: str | None = None
    """Their public files: a folder, or an address to ask in place of those in the list. None: those in the list."""
    origins: Path | None = None
    """Folder of own mapping profiles of origins, beside those that are shipped."""
    bucket: Annotated[str, Field(pattern=r"^https?://[^\s?#]+$")] | None = None
    """S3-compatible storage that gets the public files too: `https://<endpoint>/<bucket>/<prefix>`. None: the folder alone."""
    bucket_key_id: str | None = None
    bucket_secret: SecretStr | None = None
    """Of the bucket's access key: XUESHI_BUCKET_SECRET, or a file named by XUESHI_BUCKET_SECRET_FILE."""
    bucket_secret_file: Path | None = None
    bucket_region: str = "us-east-1"
    seal: Path | None = None
    """SVG of the round seal, outlines only. None only in demo mode, which draws a specimen."""
    demo: bool = False
    passphrase: SecretStr | None = None
    """Opens the key files. No default: XUESHI_PASSPHRASE, or a file named by XUESHI_PASSPHRASE_FILE."""
    passphrase_file: Path | None = None
    pkcs11_module: Path | None = None
    """The module's shared library, such as /usr/lib/softhsm/libsofthsm2.so. None: all keys are files."""
    pkcs11_token: str | None = None
    """Label of the token in it."""
    pkcs11_pin: SecretStr | None = None
    """The token's PIN: XUESHI_PKCS11_PIN, or a file named by XUESHI_PKCS11_PIN_FILE."""
    pkcs11_pin_file: Path | None = None
    keys_in_module: frozenset[Literal["credential", "status", "checkpoint", "trust-root", "pdf"]] = (
        frozenset()
    )
    """Uses whose new keys are made in the module; keys that exist stay where they are."""

    portal_url: Annotated[str, Field(pattern=r"^https?://[^/]+$")] | None = None
    """Where people open the portal, without a slash at the end. None: https:// and `host`."""
    sign_ins_per_minute: Annotated[int, Field(ge=1)] = 60
    """Tries to sign in that one client may make in a minute, beside the waiting of each account."""
    client_header: str | None = None
    """Header in which a proxy of ours writes the client's address; None: the connection's own."""

    home_of_file: ClassVar[Path]

    @model_validator(mode="after")
    def _provider_is_safe(self) -> Self:
        """A provider needs TLS but for a demo."""
        if self.oidc_issuer is not None:
            plain = [one for one in (self.oidc_issuer, self.portal_address) if not one.startswith("https://")]
            if plain and not self.demo:
                raise ValueError(f"须用 https: {plain[0]} must be https")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """First the arguments, then the environment, then the file of the instance."""
        del dotenv_settings, file_secret_settings
        file = TomlConfigSettingsSource(settings_cls, cls.home_of_file / FILE)
        return init_settings, env_settings, file

    @property
    def keys(self) -> Path:
        return self.home / "keys"

    @property
    def public(self) -> Path:
        return self.home / self.public_folder

    @property
    def own_rules(self) -> Path | None:
        return None if self.rules is None else self.home / self.rules

    @property
    def high_water(self) -> Path:
        """The newest checkpoint, kept outside the database: it tells a restored backup."""
        return self.home / ("log.highwater" if self.log_number == 1 else f"log-{self.log_number}.highwater")

    @property
    def base_url(self) -> str:
        """Where the public files are served, without a slash at the end."""
        return f"https://{self.host}"

    @property
    def portal_address(self) -> str:
        """Where people open the portal, without a slash at the end."""
        return self.portal_url or self.base_url

    def oidc_secret(self) -> str | None:
        """The client's secret at the OpenID provider, None for a client without one."""
        if self.oidc_client_secret is not None:
            return self.oidc_client_secret.get_secret_value()
        if self.oidc_client_secret_file is not None:
            return _read_secret(self.oidc_client_secret_file).decode()
        return None

    @property
    def log_origin(self) -> str:
        """The name of the log that grows."""
        return self.host if self.log_number == 1 else f"{self.host}/{self.log_number}"

    @property
    def log_path(self) -> str:
        """Where in the public folder its files are: empty, or a folder with its slash."""
        return "" if self.log_number == 1 else f"log-{self.log_number}/"

    @property
    def database_url(self) -> str:
        """The database's URL; a relative SQLite path is inside `home`."""
        prefix = "sqlite:///"
        if self.database.startswith(prefix) and not self.database.startswith(prefix + "/"):
            return prefix + str((self.home / self.database.removeprefix(prefix)).resolve())
        return self.database

    def key_passphrase(self) -> bytes:
        """The passphrase of the key files.

        Raises:
            SettingsError: none is configured, and this is not a demo.
        """
        given = _secret(self.passphrase, self.passphrase_file)
        if given is not None:
            return given
        if self.demo:
            _shout()
            return DEMO_PASSPHRASE.encode()
        raise SettingsError(_NONE_GIVEN)

    def evidence_key(self) -> tuple[str, str, str]:
        """The access key of the bucket: id, secret, region.

        Raises:
            SettingsError: id or secret is missing.
        """
        if self.evidence_key_id is None or self.evidence_secret is None:
            raise SettingsError(
                "证明材料的存储桶缺少访问密钥 the bucket of proofs has no key: set XUESHI_EVIDENCE_KEY_ID and XUESHI_EVIDENCE_SECRET."
            )
        return self.evidence_key_id, self.evidence_secret.get_secret_value(), self.evidence_region

    def module_pin(self) -> str:
        """The PIN of the PKCS#11 token.

        Raises:
            SettingsError: none is configured.
        """
        given = _secret(self.pkcs11_pin, self.pkcs11_pin_file)
        if given is None:
            raise SettingsError(
                "没有令牌口令 no PIN for the token: set XUESHI_PKCS11_PIN or XUESHI_PKCS11_PIN_FILE."
            )
        return given.decode()

    def bucket_password(self) -> str:
        """The secret of the bucket's access key.

        Raises:
            SettingsError: none is configured.
        """
        given = _secret(self.bucket_secret, self.bucket_secret_file)
        if given is None:
            raise SettingsError(
                "没有存储桶密钥 no secret for the bucket: set XUESHI_BUCKET_SECRET or XUESHI_BUCKET_SECRET_FILE."
            )
        return given.decode()


def passphrase_away() -> bytes:
    """The passphrase of a key file that is in no instance, from the same places.

    Raises:
        SettingsError: none is given.
    """
    given, file = (os.environ.get(f"XUESHI_PASSPHRASE{end}") for end in ("", "_FILE"))
    found = _secret(SecretStr(given) if given else None, Path(file) if file else None)
    if found is None:
        raise SettingsError(_NONE_GIVEN)
    return found


def read_settings(home: Path) -> Settings:
    """Read the settings of the instance in `home`.

    Raises:
        SettingsError: the folder is no instance, or a setting is missing, unknown or wrong; says which.
    """
    if not (home / FILE).is_file():
        raise SettingsError(
            f"{home} 不是签发实例（没有 {FILE}）。先运行 xueshi init {home}。"
            f"{home} is no instance (no {FILE}): run xueshi init {home} first."
        )

    class Here(Settings):
        home_of_file = home

    try:
        return Here(home=home)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise SettingsError(f"{home / FILE} 或环境变量 or environment: {place}: {first['msg']}") from None


@cache
def _shout() -> None:
    """Say once in each process that its keys are worth nothing."""
    log.warning(
        "演示密钥，任何人都能打开，不得用于真实签发。DEMO KEYS: the passphrase is public; never for real use."
    )


def _secret(value: SecretStr | None, file: Path | None) -> bytes | None:
    """Return a secret that is given by itself or in a file, None if in neither way."""
    if value is not None:
        return value.get_secret_value().encode()
    return None if file is None else _read_secret(file)


def _read_secret(path: Path) -> bytes:
    try:
        secret = path.read_bytes().strip()
    except OSError as error:
        raise SettingsError(
            f"口令文件读不了 cannot read the passphrase file: {path}: {error.strerror}"
        ) from None
    if not secret:
        raise SettingsError(f"口令文件是空的 the passphrase file is empty: {path}")
    return secret
