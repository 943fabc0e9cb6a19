"""Settings of the verifier's web service: XUESHI_VERIFIER_* in the environment, over an optional TOML file.

The trust list and the pinned root decide whom the service believes, so neither has a default.
"""

import os
from pathlib import Path
from typing import Annotated, ClassVar, Self

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from verifier.errors import TrustError, VerifierError
from verifier.evidence import MAX_INPUT
from verifier.opening import NO_TRUST, Places, read_pinned
from verifier.seen import load_seen, state_folder

PREFIX = "XUESHI_VERIFIER_"


class SettingsError(VerifierError):
    """A setting is missing, unknown, or cannot be used as it is."""


class Settings(BaseSettings):
    """What one verifying service trusts, whom it answers to, and its limits. Frozen once read."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    root: Path
    """The pinned root key, a public JWK."""
    trust: Path | None = None
    """The signed trust list, the root chain beside it. Read anew for every verification, so replacing the file is enough."""
    bundle: Path | None = None
    """A bundle in place of the network; with `trust` too, the newer of both lists counts. Read anew like it."""
    public: str | None = None
    """The issuer's public files: a folder, or a base URL to ask in place of those in the trust list."""
    state: Path | None = None
    """Folder that remembers the newest trust data seen, so that older is refused: no personal data. By default the user's."""
    rules: Path | None = None
    """An authority's own rules, for check 9: a folder."""
    hosts: Annotated[tuple[str, ...], NoDecode] = ("localhost", "127.0.0.1")
    """Host names that this service answers to (in the environment: separated by commas)."""
    max_upload: Annotated[int, Field(ge=1, le=MAX_INPUT)] = MAX_INPUT
    """Bytes of one file."""
    max_body: Annotated[int, Field(ge=1)] = 3 * MAX_INPUT
    """Bytes of one request. All of it stays in memory, so `workers + waiting` of these must fit."""
    max_files: Annotated[int, Field(ge=1, le=1000)] = 20
    """Files in one request."""
    workers: Annotated[int, Field(ge=1, le=64)] = 2
    """Verifications at one time, each in a process of its own."""
    waiting: Annotated[int, Field(ge=0, le=1000)] = 16
    """Requests that may wait for a worker before others are told to come back."""
    per_minute: Annotated[int, Field(ge=1, le=1_000_000)] = 300
    """Documents that one client may have verified in a minute."""
    client_header: str | None = None
    """Header in which our own proxy writes the client's address last, such as X-Forwarded-For. Without a proxy: none."""
    seconds: Annotated[float, Field(gt=0, le=600)] = 30.0
    """Time for one verification, after which its process is killed."""
    memory: Annotated[int, Field(ge=200_000_000)] = 2_000_000_000
    """Bytes of address space of one worker."""
    demo: bool = False
    """Marks every page: people, organisations and numbers are invented."""

    file: ClassVar[Path | None] = None

    @field_validator("hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else value

    @field_validator("trust", "root", "bundle")
    @classmethod
    def _is_file(cls, path: Path | None) -> Path | None:
        if path is not None and not path.is_file():
            raise ValueError(f"没有这个文件 no such file: {path}")
        return path and path.resolve()

    @field_validator("root")
    @classmethod
    def _is_root(cls, path: Path) -> Path:
        try:
            read_pinned(path)
        except (TrustError, OSError) as error:
            raise ValueError(f"不是根公钥 not a root key: {path}: {error}") from None
        return path

    @model_validator(mode="after")
    def _has_trust(self) -> Self:
        if self.trust is None and self.bundle is None:
            raise ValueError(f"{PREFIX}TRUST: {NO_TRUST}")
        if self.bundle is not None and self.public is not None:
            raise ValueError(f"{PREFIX}PUBLIC: 不与 BUNDLE 同用 goes without BUNDLE")
        return self

    @property
    def places(self) -> Places:
        """Where the trust data is, for `verifier.opening`."""
        state = self.state or state_folder()
        return Places(self.root, self.trust, self.public, self.bundle, state, rules=self.rules)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """First the arguments, then the environment, then the file."""
        del dotenv_settings, file_secret_settings
        if cls.file is None:
            return init_settings, env_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, cls.file)


def read_settings(toml: Path | None = None, **given: object) -> Settings:
    """Read the settings: `given` over the environment over the file `toml`.

    Raises:
        SettingsError: a setting is missing, unknown or wrong; the message names it.
    """
    if toml is not None and not toml.is_file():
        raise SettingsError(f"没有设置文件 no settings file: {toml}")

    class Here(Settings):
        file = toml

    try:
        return Here(**given)  # type: ignore[arg-type]  # pydantic checks them, and reads the rest from its sources
    except ValidationError as error:
        raise SettingsError("\n".join(_say(part["loc"], part["msg"]) for part in error.errors())) from None


def prepare_state(settings: Settings) -> None:
    """Make the folder of what was seen, and read what is in it.

    Raises:
        SettingsError: it cannot be written, or what is in it cannot be understood; verifying without a memory would take older data.
    """
    folder, name = settings.state or state_folder(), ("state",)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        load_seen(folder, read_pinned(settings.root).thumbprint)
    except (OSError, VerifierError) as error:
        raise SettingsError(_say(name, str(error))) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise SettingsError(_say(name, f"不能写 cannot be written: {folder}"))


def _say(place: tuple[int | str, ...], message: str) -> str:
    message = message.removeprefix("Value error, ")
    if not place:  # about several together; the message names them
        return f"设置 setting {message}"
    name = ".".join(map(str, place))
    return f"设置 setting {name}（{PREFIX}{name.upper()}）: {message}"
