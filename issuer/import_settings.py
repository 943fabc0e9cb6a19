"""The settings of an instance about imports of other systems' files (docs/imports.md)."""

from pathlib import Path
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings


class ImportSettings(BaseSettings):
    """The part of an instance's settings about imports."""

    import_profiles: Path | None = None
    """Folder of own mapping profiles, `<id>.yaml` each; one with a sample's id stands in its place."""
    imports_folder: Path = Path("imports")
    """Where files that were received lie until they are worked off."""
    import_megabytes: Annotated[int, Field(ge=1, le=10_000)] = 500
    """The largest file that is received."""
