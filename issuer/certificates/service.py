"""Drawing certificates: from a sequenced credential to a PDF file. Reads the database, writes only the file."""

from collections.abc import Callable, Sequence
from pathlib import Path

from issuer.certificates.errors import CertificateError
from issuer.certificates.look import Look
from issuer.certificates.pdf import render
from issuer.certificates.printing import hold_drawable
from issuer.certificates.signing import ready, sign
from issuer.credentials.sealing import Issued
from issuer.errors import SettingsError
from issuer.instance import Instance
from issuer.keys.ring import Use
from issuer.workers import processes, shared_out
from ledger.closed import closed_issuance, prove_closed
from ledger.files import replace_file
from ledger.publish import Below, Folder
from ledger.receipts import issuance_index, prove_index
from ledger.store import reading
from verifier import jws
from verifier.credential import parse_payload
from verifier.transport import encode_qr

WORTH = 4
"""Certificates to draw that are worth a process of their own: each lays out its sheets anew."""


def draw_all(
    instance: Instance, issued: Sequence[Issued], folder: Path, tick: Callable[[int, int], None]
) -> list[Path]:
    """Draw those certificates that `folder` has not yet, as `<serial>.pdf`; answers the paths of all of them.

    A file is put in place whole, so that after a crash what is there is finished and asking again does the rest.

    Raises:
        CertificateError: one cannot be laid out, does not read back as what was signed, or cannot be written (a full disk).
        ledger.errors.UnknownEventError: one has no place in the ledger yet.
        ledger.errors.NotSequencedError: too few witnesses have signed a head with it yet.
        WorkerDied: one of several processes ended; what it had put in place stays.
    """
    look, paths = look_of(instance), [folder / f"{one.serial}.pdf" for one in issued]
    missing = [number for number, path in enumerate(paths) if not path.exists()]
    count = min(processes(instance, Use.PDF), len(missing) // WORTH)

    def one(number: int) -> None:
        pdf = draw(instance, issued[number], look)
        try:
            replace_file(paths[number], pdf)
        except OSError as error:
            raise CertificateError(
                f"{paths[number]} 没有写成，或者断电时保不住：{error.strerror}。此前写好的都在；排除故障后再运行一次即可继续。"
                "It was not written, or a power cut may lose it. Those before it are whole; run again once this is mended."
            ) from error

    with shared_out(instance, count, one, missing) as drawn:
        for done, _ in enumerate(drawn, len(issued) - len(missing) + 1):
            tick(done, len(issued))
    return paths


def draw(instance: Instance, issued: Issued, look: Look) -> bytes:
    """Draw one certificate: the QR with the issuance's place in the ledger, the proof attached."""
    index, proof = prove(instance, issued)
    credential = parse_payload(jws.split(issued.jws).payload)
    qr = encode_qr(issued.jws, instance.settings.host, index)
    pdf = render(credential, issued.jws, qr, proof.decode(), issued.lines, look)
    return sign(instance, pdf, credential.issued_at)


def prove(instance: Instance, issued: Issued) -> tuple[int, bytes]:
    """Return the place of an issuance and its proof: in the log that grows, or in a closed one, from that one's public files.

    Raises:
        ledger.errors.UnknownEventError: it has no place yet.
        ledger.errors.NotSequencedError: too few witnesses have signed a head with it yet.
        ledger.errors.LedgerError: the files of the closed log are not whole.
    """
    with reading(instance.engine).connect() as connection:
        found = closed_issuance(connection, issued.digest)
        if found is None:
            index = issuance_index(connection, issued.digest)
            return index, prove_index(connection, index, instance.policy)
    log, index = found
    files = Below(Folder(instance.settings.public), log.path)
    return index, prove_closed(log, files.fetch, index)


def look_of(instance: Instance) -> Look:
    """The issuer's look: a specimen in demo mode, else its own seal from the settings.

    Raises:
        SettingsError: the seal's file cannot be read.
        CertificateError: no seal is configured, or it contains text, or cannot be drawn.
        SettingsError, KeyStateError, KeyUnavailable: PDFs are to be signed, and could not be now.
    """
    ready(instance)
    settings = instance.settings
    try:
        seal = None if settings.seal is None else (settings.home / settings.seal).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"印章文件读不了 cannot read the seal: {settings.seal}: {error}") from None
    look = Look(settings.name_zh, seal, specimen=settings.demo)
    hold_drawable(look)
    return look
