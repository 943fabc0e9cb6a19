"""The settings of an instance about imports of other systems' files (docs/imports.md)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings

SAMPLES = Path(__file__).parent / "intake" / "samples"
"""Mapping profiles that come along."""


class ImportSettings(BaseSettings):
    """The part of an instance's settings about imports."""

    import_profiles: Path | None = None
    """Folder of own mapping profiles, `<id>.yaml` each; one with a sample's id stands in its place."""
    imports_folder: Path = Path("imports")
    """Where files that were received lie until they are worked off."""
    import_megabytes: Annotated[int, Field(ge=1, le=10_000)] = 500
    """The largest file that is received."""

    def known_profiles(self, home: Path) -> Mapping[str, Path]:
        """Mapping profiles that the service reads files by, by id: the authority's own before the samples."""
        own = () if self.import_profiles is None else (home / self.import_profiles,)
        return {path.stem: path for folder in (SAMPLES, *own) for path in sorted(folder.glob("*.yaml"))}
