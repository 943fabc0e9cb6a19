"""A document as its holder gets it from a page."""

from fastapi import Response

from issuer.certificates.service import draw, look_of
from issuer.credentials.sealing import Issued
from issuer.instance import Instance


def drawn(instance: Instance, issued: Issued) -> Response:
    """A document as a PDF to keep."""
    pdf = draw(instance, issued, look_of(instance))
    headers = {
        "Content-Disposition": f'attachment; filename="{issued.serial}.pdf"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(pdf, media_type="application/pdf", headers=headers)
