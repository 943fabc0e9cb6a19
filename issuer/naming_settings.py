"""The settings of an instance that say in whose name its certificates speak."""

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings

from verifier.fields import Region
from verifier.subjects import REGION, USUAL_LETTERS


class NamingSettings(BaseSettings):
    """The part of an instance's settings about its region."""

    region: Region = REGION
    """Whose professionals certificates speak of, in their heading and foot: a province, or a city that runs its own instance."""
    serial_letters: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    """How certificates' numbers begin, such as the region's letters in GB/T 2260. None: GS, for 甘肃省 alone."""

    @model_validator(mode="after")
    def _numbers_tell_the_region(self) -> Self:
        """Another region says its own letters, so that nobody numbers as Gansu unawares."""
        if self.serial_letters is None and self.region != REGION:
            raise ValueError(
                "region 须同时设置 serial_letters（编号的两个字母）; region needs serial_letters, two letters of its numbers"
            )
        return self

    @property
    def letters(self) -> str:
        """How a certificate's number begins."""
        return self.serial_letters or USUAL_LETTERS
