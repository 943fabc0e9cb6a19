"""An issuer in memory, out of the project's own formats: keys, a log, status lists and a trust list, all real."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from ledger import checkpoint as checkpoints
from ledger import entry as entries
from ledger import issued, merkle, note, tiles
from ledger import proof as proofs
from ledger.checkpoint import Checkpoint
from ledger.cosignature import Cosigner
from ledger.entry import Entry, Kind
from tests.verifier.seeds import es256, p256, secret
from verifier import jws, status
from verifier.credential import Credential, digest, encode_header, encode_payload, moment_text, parse_payload
from verifier.errors import AbsentError
from verifier.fields import Part
from verifier.sources import Situation
from verifier.transport import QrText, encode_qr
from verifier.trust import (
    Issuer,
    TrustedKey,
    TrustedLog,
    TrustedWitness,
    TrustList,
    TwoNames,
    encode_trust,
)

Model = TypeVar("Model", bound=Part)
HOST = "jxjy.example.gov.cn"
DID = f"did:web:{HOST}"
BASE = f"https://{HOST}/"
KID, STATUS_KID = f"{DID}#2026-1", f"{DID}#status-2026-1"
START = datetime(2026, 1, 1, tzinfo=UTC)
ISSUED = datetime(2026, 1, 15, 1, tzinfo=UTC)
NOW = datetime(2026, 5, 12, 2, tzinfo=UTC)
INDEX = 94567


def jwk(key: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    return jws.PublicKey("ES256", key.public_key()).to_jwk()


def payload(index: int = INDEX, **subject: Any) -> dict[str, Any]:
    """The normative example, issued in 2026, with changes to its subject."""
    entry = {"type": "BitstringStatusListEntry"}
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2", f"{BASE}ns/xueshi/v1"],
        "type": ["VerifiableCredential", "CompletionCertificate"],
        "iss": DID,
        "issuer": DID,
        "iat": int(ISSUED.timestamp()),
        "validFrom": moment_text(int(ISSUED.timestamp())),
        "credentialStatus": [
            {
                **entry,
                "statusPurpose": purpose,
                "statusListIndex": str(index),
                "statusListCredential": f"{BASE}status/{letter}3",
            }
            for purpose, letter in (("revocation", "r"), ("refresh", "s"))
        ],
        "credentialSubject": {
            "serial": f"GS2025-{index:07d}-3",
            "version": 1,
            "name": "张伟",
            "identifier": "620***********123X",
            "employer": "甘肃省人民医院",
            "year": 2025,
            "hours": {"professional": "62", "public": "30", "total": "92"},
            "required": {"professional": "60", "public": "0", "total": "90"},
            "categories": {
                "training": "40",
                "self_study": "10",
                "academic": "8",
                "contest": "4",
                "public_online": "30",
            },
            "deemed": [],
            "conclusion": "complete",
            "rules": ["gs-2023-03-31@1.0.0"],
            "registrar": "兰州市人力资源和社会保障局",
            "selfVerified": False,
            **subject,
        },
    }


def text(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def credential(**subject: Any) -> Credential:
    return parse_payload(text(payload(**subject)))


class Memory:
    """Public files in memory."""

    label = "memory"
    situation = Situation.ONLINE
    as_of = None

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.asked: list[str] = []

    def read(self, base: str, path: str) -> bytes:
        self.asked.append(base + path)
        if path not in self.files:
            raise AbsentError(f"{path}: no such file")
        return self.files[path]


class Authority:
    """One issuer with its keys, its log and its lists; every part can be replaced to attack it.

    With a `seed` its keys are always the same, and everybody can make them.
    """

    def __init__(self, did: str = DID, seed: str | None = None) -> None:
        self.did = did
        seed = secrets.token_hex() if seed is None else seed
        self.key, self.status_key, self.root_key = (p256(f"{seed} {number}") for number in range(3))
        self.log_key = ed25519.Ed25519PrivateKey.from_private_bytes(secret(f"{seed} log"))
        self.log = note.Signer(HOST, self.log_key)
        self.bodies: list[bytes] = []
        self.revoked: set[int] = set()
        self.superseded: set[int] = set()
        self.details: list[status.Detail] = []
        self.day = date(2026, 1, 15)
        self.add(Kind.REGISTRATION, b"registration")
        self.add(Kind.DECISION, b"decision")

    # the log

    def add(self, kind: Kind, content: bytes, day: date | None = None) -> int:
        """Append an entry: an issuance carries `content` as its digest, any other commits to it."""
        value = content if kind is Kind.ISSUANCE else hashlib.sha256(content).digest()
        previous = entries.leaf_hash(self.bodies[-1]) if self.bodies else entries.GENESIS
        commitment, digest_ = (None, value) if kind is Kind.ISSUANCE else (value, None)
        entry = Entry(len(self.bodies), previous, kind, day or self.day, commitment, digest_)
        self.bodies.append(entries.encode(entry))
        return entry.index

    def sign(
        self, value: Credential | bytes, key: ec.EllipticCurvePrivateKey | None = None, kid: str = KID
    ) -> str:
        """Sign a credential, or any payload."""
        data = value if isinstance(value, bytes) else encode_payload(value)
        return jws.assemble(encode_header(kid), data, es256(key or self.key))

    def issue(self, value: Credential | bytes) -> str:
        """Sign and enter into the log."""
        token = self.sign(value)
        self.add(Kind.ISSUANCE, digest(token))
        return token

    def index_of(self, token: str) -> int:
        wanted = digest(token)
        return next(e.index for e in map(entries.decode, self.bodies) if e.digest == wanted)

    def node(self, height: int, index: int) -> bytes:
        """The hash of a complete subtree."""
        leaves = self.bodies[index << height : (index + 1) << height]
        return merkle.root_of([entries.leaf_hash(body) for body in leaves])

    def checkpoint(
        self, signer: note.Signer | None = None, size: int | None = None, witnesses: Sequence[Cosigner] = ()
    ) -> bytes:
        size = len(self.bodies) if size is None else size
        head = Checkpoint(self.log.name, size, merkle.tree_root(self.node, size))
        signed = note.parse(checkpoints.sign(head, signer or self.log))
        lines = tuple(each.cosign(signed.text, NOW - timedelta(hours=1)) for each in witnesses)
        return note.Note(signed.text, signed.signatures + lines).encode()

    def proof(self, token: str) -> bytes:
        """The proof that travels with a PDF."""
        index, size = self.index_of(token), len(self.bodies)
        hashes_ = tuple(merkle.prove_inclusion(self.node, index, size))
        return proofs.encode(proofs.Proof(index, hashes_, self.checkpoint(), self.bodies[index]))

    def qr(self, token: str, host: str = HOST, *, hint: bool = True) -> QrText:
        return encode_qr(token, host, self.index_of(token) if hint else None)

    # public files

    def signer(self) -> jws.Signer:
        return jws.Signer(STATUS_KID, es256(self.status_key))

    def status_list(self, letter: str, issued: datetime = NOW - timedelta(hours=4)) -> str:
        marked = self.revoked if letter == "r" else self.superseded
        url = f"{BASE}status/{letter}3"
        return status.sign_list(
            self.signer(), url, status.make_bits(marked), issued, issued + timedelta(days=7)
        )

    def public(self) -> Memory:
        """Everything that the issuer publishes, as a source."""
        files = {f"status/{letter}3": self.status_list(letter).encode() for letter in "rs"}
        files["status/details3"] = status.sign_details(self.signer(), 3, self.details, NOW).encode()
        files["checkpoint"] = self.checkpoint()
        for path in tiles.paths_between(0, len(self.bodies)):
            level, n, width = tiles.parse_path(path)
            first = n * tiles.WIDTH
            if level is None:
                files[path] = tiles.encode_bundle(self.bodies[first : first + width])
            else:
                files[path] = b"".join(self.node(8 * level, i) for i in range(first, first + width))
        return Memory(files)

    def issuances(self) -> dict[str, bytes]:
        """The lists of the years in which something was issued, for rooms without network."""
        entries_ = [entry for entry in map(entries.decode, self.bodies) if entry.digest is not None]
        files = {}
        for year in {entry.day.year for entry in entries_}:
            data = issued.encode_list((e.digest or b"", e.index) for e in entries_ if e.day.year == year)
            files[issued.head_path(year)] = issued.sign_head(self.log, year, len(self.bodies), data)
            files[issued.list_path(year, len(data) // issued.RECORD)] = data
        return files

    # trust

    def issuer(self, **changes: Any) -> Issuer:
        since = START
        keys = (
            TrustedKey(kid=KID, use="credential", jwk=jwk(self.key), from_=since, until=None, cut=None),
            TrustedKey(
                kid=STATUS_KID, use="status", jwk=jwk(self.status_key), from_=since, until=None, cut=None
            ),
        )
        found = Issuer(
            did=self.did,
            name=TwoNames(
                zh="甘肃省继续教育示范平台（示例）", en="Gansu CE demonstration platform (example)"
            ),
            hosts=(HOST,),
            base=BASE,
            keys=keys,
            logs=(self.trusted_log(),),
            pdf_signed=None,
        )
        return remake(found, **changes)

    def trusted_log(self, **changes: Any) -> TrustedLog:
        found = TrustedLog(origin=self.log.name, vkey=self.log.verifier().vkey(), path="", closed=None)
        return remake(found, **changes)

    def witness(self, number: int = 1) -> tuple[Cosigner, TrustedWitness]:
        """A witness with a key that everybody can make, and how a trust list names it."""
        secret = hashlib.sha256(b"a witness that everybody has: %d" % number).digest()
        cosigner = Cosigner(f"witness-{number}.example", ed25519.Ed25519PrivateKey.from_private_bytes(secret))
        name = TwoNames(zh=f"第{number}见证（示例）", en=f"Witness {number} (example)")
        return cosigner, TrustedWitness(name=name, vkey=cosigner.verifier().vkey())

    def trust(self, *issuers: Issuer, **changes: Any) -> TrustList:
        fields = {
            "version": 1,
            "number": 7,
            "issued": NOW - timedelta(days=1),
            "expires": NOW + timedelta(days=6),
            "home": BASE,
            "status_max_age": 7 * 86400,
            "issuers": issuers or (self.issuer(),),
            "witnesses": (),
            "minimum_witnesses": 0,
        }
        return TrustList.model_validate({**fields, **changes})

    def root(self) -> jws.PublicKey:
        return jws.PublicKey("ES256", self.root_key.public_key())

    def trust_token(self, trust: TrustList | None = None) -> str:
        return encode_trust(trust or self.trust(), jws.Signer("root-1", es256(self.root_key)))


def remake(model: Model, **changes: Any) -> Model:
    """The same with changes, checked again."""
    fields = {name: getattr(model, name) for name in type(model).model_fields}
    return type(model).model_validate({**fields, **changes})


def altered(token: str, old: bytes, new: bytes) -> str:
    """A token whose payload was changed and whose signature was kept."""
    parts = jws.split(token)
    assert old in parts.payload
    return jws.assemble(parts.header_bytes, parts.payload.replace(old, new), lambda _: parts.signature)
