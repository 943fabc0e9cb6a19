"""Trying a file with a mapping profile: what an import would do, and nothing written. Of the actor's own people alone, where they are not the province's."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from issuer.access.roles import Actor
from issuer.instance import Instance
from issuer.intake.asked import Asked
from issuer.intake.errors import ProfileRefused
from issuer.intake.profiles import Profile, read_profile
from issuer.intake.scope import within
from issuer.intake.service import Report, rehearse
from ledger.store import reading


@dataclass(frozen=True)
class Trial:
    """A file, and the profile to read it by: one that the service knows, by its id, or one that came along."""

    file: bytes
    profile: str
    own: bytes | None = None


def known(instance: Instance) -> tuple[str, ...]:
    """Ids of the profiles that the service knows: the samples, and the authority's own."""
    return tuple(sorted(instance.settings.known_profiles(instance.settings.home)))


def try_file(instance: Instance, actor: Actor, trial: Trial) -> Report:
    """Rehearse an import of the file; the file is gone afterwards.

    Raises:
        FileRefused: the file cannot be read as a table.
        ProfileRefused: there is no such profile, or it is none.
    """
    profile = _profile(instance, trial)
    with reading(instance.engine).connect() as connection:
        asked = Asked(within=within(connection, actor))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(trial.file)
        return rehearse(instance, path, profile, asked, lambda _share, _row: None)


def _profile(instance: Instance, trial: Trial) -> Profile:
    if trial.own is not None:
        return read_profile(trial.own, "profile")
    path = instance.settings.known_profiles(instance.settings.home).get(trial.profile)
    if path is None:
        raise ProfileRefused("请选择对照表 choose a profile")
    return read_profile(path.read_bytes(), path.name)
