"""What is known of a proof that can be kept."""

from dataclasses import dataclass

JPEG, PNG, HEIC, PDF = "image/jpeg", "image/png", "image/heic", "application/pdf"
PAGES_MOST = 50
"""Pages of a PDF, at most."""
SUFFIXES = {JPEG: "jpg", PNG: "png", HEIC: "heic", PDF: "pdf"}


@dataclass(frozen=True)
class Read:
    """A proof that was read whole: its media type, its pages (1 for a picture), and its first page as JPEG."""

    media_type: str
    pages: int
    preview: bytes


@dataclass(frozen=True)
class Proof:
    """A kept proof: SHA-256 of its bytes in hex, media type, bytes, pages."""

    digest: str
    media_type: str
    size: int
    pages: int
