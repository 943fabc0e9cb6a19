"""Making a new instance: its settings file, its keys, its empty database and its first public files."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from issuer.config import FILE, Settings, read_settings
from issuer.errors import IssuerError, SettingsError
from issuer.instance import open_instance
from issuer.keys.opening import open_ring
from issuer.publication import publish
from ledger.files import replace_file
from verifier.subjects import REGION


@dataclass(frozen=True)
class NewInstance:
    """What a new instance is told once; `xueshi.toml` keeps it."""

    host: str
    name_zh: str
    name_en: str
    database: str = "sqlite:///xueshi.db"
    public_folder: str = "public"
    region: str = REGION
    serial_letters: str | None = None
    demo: bool = False


def create(home: Path, new: NewInstance, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Settings:
    """Make the instance and answer its settings.

    A crash in between leaves a folder that `create` refuses once it has keys: remove it and begin again.

    Raises:
        SettingsError: the folder holds an instance already, a value is wrong, or there is no passphrase.
    """
    if (home / FILE).exists():
        raise SettingsError(f"{home} 里已有实例 already holds an instance")
    values = {"did": f"did:web:{new.host}", **asdict(new)}
    # A JSON string or boolean is a TOML one as well.
    text = "".join(
        f"{name} = {json.dumps(value, ensure_ascii=False)}\n"
        for name, value in values.items()
        if value is not None
    )
    replace_file(home / FILE, text.encode())
    try:
        settings = read_settings(home)
        open_ring(settings).create(now())
    except IssuerError:
        (home / FILE).unlink()
        raise
    with open_instance(home, now) as instance:
        publish(instance)
    return settings
