"""Ways of cheating, each made with real means, and the reason for which the committee refuses it."""

import hashlib
import hmac
import json
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from demo.stage import Committee, Stage
from issuer.certificates.pdf import render
from issuer.certificates.service import look_of
from issuer.credentials.sealing import Issued
from ledger import tiles
from ledger.fsck import fsck
from ledger.receipts import issuance_index, newest_head, prove_index
from ledger.store import open_engine, reading
from verifier import base64url, jws
from verifier.credential import CompletionCertificate, Hours, encode_header, encode_payload, parse_payload
from verifier.report import Outcome, Report, Verdict
from verifier.sources import Folder
from verifier.transport import encode_qr

VICTIM, OTHER, INCOMPLETE, REVOKED = "韩若溪", "张㐂𮯛", "孙知夏", "钱若谷"


@dataclass(frozen=True)
class Refusal:
    """One cheat and what became of it."""

    zh: str
    en: str
    refused: bool
    reason: str


@dataclass(frozen=True)
class Cheat:
    """What is tried, and the file (or the answer) that comes of it."""

    zh: str
    en: str
    attempt: Callable[[Stage, Path], Report | Refusal]


def play(stage: Stage, cheat: Cheat) -> Refusal:
    """Try one cheat against the committee. It is refused when the verdict is anything but genuine."""
    folder = stage.out / "cheats"
    folder.mkdir(exist_ok=True)
    answer = cheat.attempt(stage, folder)
    if isinstance(answer, Refusal):
        return answer
    return Refusal(cheat.zh, cheat.en, answer.verdict is not Verdict.GENUINE, reason_of(answer))


def reason_of(report: Report) -> str:
    """The first check that failed, else the first not done; in Chinese."""
    for outcome in (Outcome.FAILED, Outcome.NOT_DONE):
        for check in report.checks:
            if check.outcome is outcome:
                return f"（{check.number}）{check.name.zh}：{check.detail.zh}"
    return report.verdict


def _token(stage: Stage, folder: Path, name: str, text: str) -> Report:
    path = folder / f"{name}.jwt"
    path.write_text(text, "ascii")
    return stage.committee.look_at(path)


def changed_hours(stage: Stage, folder: Path) -> Report:
    header, payload, signature = stage.of(INCOMPLETE).issued.jws.split(".")
    claims = json.loads(base64url.decode(payload))
    claims["credentialSubject"]["hours"].update(professional="72", total="91.5")
    forged = base64url.encode(json.dumps(claims, ensure_ascii=False, separators=(",", ":")).encode())
    return _token(stage, folder, "changed-hours", f"{header}.{forged}.{signature}")


def other_key(stage: Stage, folder: Path) -> Report:
    key = ec.generate_private_key(ec.SECP256R1())

    def sign(message: bytes) -> bytes:
        r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    kid = stage.instance.credential_signer.kid
    payload = jws.split(stage.of(VICTIM).issued.jws).payload
    return _token(stage, folder, "other-key", jws.assemble(encode_header(kid), payload, sign))


def alg_none(stage: Stage, folder: Path) -> Report:
    kid, payload = stage.instance.credential_signer.kid, jws.split(stage.of(VICTIM).issued.jws).payload
    return _token(stage, folder, "alg-none", jws.assemble(encode_header(kid, "none"), payload, lambda _: b""))


def public_key_as_secret(stage: Stage, folder: Path) -> Report:
    """HS256 with the issuer's public JWK as the shared secret: key confusion."""
    secret = (stage.out / "public/keys/jwks.json").read_bytes()
    kid, payload = stage.instance.credential_signer.kid, jws.split(stage.of(VICTIM).issued.jws).payload
    token = jws.assemble(
        encode_header(kid, "HS256"), payload, lambda signed: hmac.digest(secret, signed, hashlib.sha256)
    )
    return _token(stage, folder, "public-key-as-secret", token)


def edited_page(stage: Stage, folder: Path) -> Report:
    """A certificate whose page says 20 hours more than its credential."""
    issued = stage.of(VICTIM).issued
    credential = parse_payload(jws.split(issued.jws).payload)
    more = Hours(professional="84", public="30", total="114")
    subject = credential.credential_subject.model_copy(
        update={"hours": more, "categories": {"training": "84", "public_online": "30"}}
    )
    page = credential.model_copy(update={"credential_subject": subject})
    index, proof = _place(stage, issued)
    qr = encode_qr(issued.jws, stage.instance.settings.host, index)
    return _pdf(
        stage, folder, "edited-page", render(page, issued.jws, qr, proof, None, look_of(stage.instance))
    )


def pasted_qr(stage: Stage, folder: Path) -> Report:
    """A certificate with the QR of another person's pasted over its own."""
    issued, other = stage.of(VICTIM).issued, stage.of(OTHER).issued
    credential = parse_payload(jws.split(issued.jws).payload)
    _, proof = _place(stage, issued)
    qr = encode_qr(other.jws, stage.instance.settings.host, _place(stage, other)[0])
    return _pdf(
        stage, folder, "pasted-qr", render(credential, issued.jws, qr, proof, None, look_of(stage.instance))
    )


def relabelled_statement(stage: Stage, folder: Path) -> Report:
    """A statement of hours whose token is made to say that it is a completion certificate."""
    header, payload, signature = stage.of(INCOMPLETE).issued.jws.split(".")
    claims = json.loads(base64url.decode(payload))
    claims["type"][1] = "CompletionCertificate"
    claims["credentialSubject"]["conclusion"] = "complete"
    del claims["credentialSubject"]["lines"]
    forged = base64url.encode(json.dumps(claims, ensure_ascii=False, separators=(",", ":")).encode())
    return _token(stage, folder, "relabelled-statement", f"{header}.{forged}.{signature}")


def revoked(stage: Stage, folder: Path) -> Report:
    return stage.committee.look_at(Path(shutil.copy(stage.certificate(REVOKED), folder / "revoked.pdf")))


def stolen_key(stage: Stage, folder: Path) -> Report:
    """Signed with the issuer's own key, behind the ledger's back; its QR names another's entry."""
    issued = stage.of(VICTIM).issued
    credential = parse_payload(jws.split(issued.jws).payload)
    subject = credential.credential_subject.model_copy(update={"name": "顾言示例"})
    forged = credential.model_copy(update={"credential_subject": subject})
    if not isinstance(forged, CompletionCertificate):
        raise TypeError("the demonstration's first person has a completion certificate")
    signer = stage.instance.credential_signer
    token = jws.assemble(encode_header(signer.kid), encode_payload(forged), signer.sign)
    path = folder / "stolen-key.txt"
    path.write_text(encode_qr(token, stage.instance.settings.host, _place(stage, issued)[0]).text, "ascii")
    return stage.committee.look_at(path)


def altered_public_log(stage: Stage, folder: Path) -> Report:
    """A mirror of the public files in which one digest of the log was replaced by that of a forged credential."""
    mirror = folder / "altered-log"
    shutil.copytree(stage.out / "public", mirror, dirs_exist_ok=True)
    issued = stage.of(VICTIM).issued
    index, _ = _place(stage, issued)
    with reading(stage.instance.engine).connect() as connection:
        head = newest_head(connection)
    if head is None:
        raise RuntimeError("the demonstration's ledger has a head")
    for path in tiles.paths_between(0, head.checkpoint.size):
        bundle = mirror / path
        if path.startswith("tile/entries/"):
            old = issued.digest.hex().encode()
            bundle.write_bytes(bundle.read_bytes().replace(old, b"0" * len(old)))
    text = encode_qr(issued.jws, stage.instance.settings.host, index).text
    (folder / "altered-log.txt").write_text(text, "ascii")
    return Committee(stage.committee.trust, Folder(mirror)).look_at(folder / "altered-log.txt")


def altered_database(stage: Stage, folder: Path) -> Refusal:
    """The operator drops the triggers and rewrites one entry in a copy of the database; `fsck` looks at it."""
    copy = folder / "altered.db"
    with (
        sqlite3.connect(stage.instance.settings.home / "xueshi.db") as original,
        sqlite3.connect(copy) as target,
    ):
        original.backup(target)
    database = sqlite3.connect(copy)
    for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        database.execute(f'DROP TRIGGER "{trigger}"')
    database.execute(
        """UPDATE ledger_entry SET body = CAST(replace(body, '"k":"registration"', '"k":"transfer"') AS BLOB)
        WHERE idx = (SELECT min(idx) FROM ledger_entry WHERE instr(body, '"k":"registration"') > 0)"""
    )
    database.commit()
    database.close()
    engine = open_engine(f"sqlite:///{copy}")
    result = fsck(engine, stage.instance.log_signer.verifier())
    engine.dispose()
    reason = f"xueshi ledger fsck：{result.findings[0].detail}" if result.findings else ""
    return Refusal(*ALTERED_DATABASE, not result.clean, reason)


ALTERED_DATABASE = ("改写数据库里的一条台账", "one entry rewritten in the database")
CHEATS = (
    Cheat("改凭证里的学时", "hours changed in the token", changed_hours),
    Cheat("改 PDF 上的文字", "text changed on the PDF's page", edited_page),
    Cheat("贴别人的二维码", "another person's QR pasted in", pasted_qr),
    Cheat("用别的密钥签名", "signed by another key", other_key),
    Cheat("声明“不用签名”", "alg: none", alg_none),
    Cheat("拿公钥当口令签", "public key used as a shared secret", public_key_as_secret),
    Cheat("把明细改成完成证明", "a statement relabelled a certificate", relabelled_statement),
    Cheat("用已撤销的证明", "a revoked certificate", revoked),
    Cheat("偷用签发密钥、不入台账", "stolen key, not in the ledger", stolen_key),
    Cheat("改公开的台账文件", "one entry altered in the public log", altered_public_log),
    Cheat(*ALTERED_DATABASE, altered_database),
)


def _place(stage: Stage, issued: Issued) -> tuple[int, str]:
    with reading(stage.instance.engine).connect() as connection:
        index = issuance_index(connection, issued.digest)
        return index, prove_index(connection, index).decode()


def _pdf(stage: Stage, folder: Path, name: str, data: bytes) -> Report:
    path = folder / f"{name}.pdf"
    path.write_bytes(data)
    return stage.committee.look_at(path)
