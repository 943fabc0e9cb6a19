"""What goes into one document, before it is laid out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from issuer.certificates.look import Look
from verifier.sheet import Page
from verifier.transport import QrText

ATTACHED = {
    "credential.jwt": ("application/jwt", "可验证数字凭证 signed credential"),
    "ledger-proof.txt": ("text/plain", "台账收录证明 proof of inclusion in the ledger"),
    "lines.json": ("application/json", "学时明细 lines of the statement"),
}
"""Media type and description of each attached file."""


@dataclass(frozen=True)
class Draft:
    """The words of a document, its QR, the files that it carries by name, and its look."""

    page: Page
    qr: QrText
    files: Mapping[str, bytes]
    serial: str
    issued: datetime
    look: Look

    @property
    def title(self) -> str:
        """The document's name in a reader's window."""
        scope, title, _ = self.page.sheets[0].heading
        return f"{scope.text}{title.text} {self.serial}"
