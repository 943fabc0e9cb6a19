"""A proof as an answer to a browser or a program: the original to keep, and pictures of its pages."""

from fastapi import Response

from issuer.evidence.proof import SUFFIXES, Proof
from issuer.evidence.service import bytes_of, preview_of
from issuer.instance import Instance

_SEALED = "default-src 'none'; sandbox"


def original_of(instance: Instance, proof: Proof) -> Response:
    """The file as it was sent, to be kept and never run.

    Raises:
        EvidenceMissing: as `service.bytes_of`.
    """
    name = f"proof-{proof.digest[:12]}.{SUFFIXES[proof.media_type]}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Security-Policy": _SEALED}
    return Response(bytes_of(instance, proof), media_type=proof.media_type, headers=headers)


def picture_of(instance: Instance, proof: Proof, page: int = 1) -> Response:
    """A picture of a page, made here.

    Raises:
        NotFound, EvidenceMissing: as `service.preview_of`.
    """
    headers = {"Content-Security-Policy": _SEALED, "Cache-Control": "private, max-age=600"}
    return Response(preview_of(instance, proof, page), media_type="image/jpeg", headers=headers)
