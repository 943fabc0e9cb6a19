"""Documents as they are, so that the table also shows what is not refused."""

from tests.tampered.scene import Make, holds

HONEST: dict[str, Make] = {
    "token-as-it-is": lambda scene: holds(scene.token),
    "code-as-it-is": lambda scene: holds(scene.authority.qr(scene.token).text),
    "code-without-a-hint": lambda scene: holds(scene.authority.qr(scene.token, hint=False).text),
}
"""Name → how it is made. PDFs as they are stand among the pages, a statement among the insiders."""
