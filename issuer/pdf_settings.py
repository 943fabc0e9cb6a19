"""The settings of an instance that say whether its PDFs are signed (docs/keys.md)."""

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings


class PdfSettings(BaseSettings):
    """The part of an instance's settings about signatures of PDFs."""

    sign_pdfs: bool = False
    """Whether each PDF gets a signature of its own (PAdES) by the key for PDFs."""
    pdfs_signed_from: Annotated[int, Field(ge=0)] | None = None
    """Index in the log from which every PDF is signed, as the trust list promises: an unsigned one is then refused. None: no promise."""
    pdfs_signed_log: str | None = None
    """The log in which that index is counted, by its origin; None: the issuer's first."""

    @model_validator(mode="after")
    def _promise_is_kept(self) -> Self:
        """What is promised of PDFs must be done."""
        if self.pdfs_signed_from is not None and not self.sign_pdfs:
            raise ValueError("pdfs_signed_from 须同时设置 sign_pdfs = true; pdfs_signed_from needs sign_pdfs")
        return self
