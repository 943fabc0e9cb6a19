"""An issuer that is the same on every run, so that a kept document stays genuine: fixed keys, signatures by RFC 6979."""

from collections.abc import Callable
from functools import cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from ledger import note
from tests.verifier.authority import HOST, KID, NOW, Authority, credential, payload, text
from verifier import jws
from verifier.credential import Credential, encode_header, encode_payload, parse_payload
from verifier.evidence import Evidence, read_evidence
from verifier.ground import Ground
from verifier.sentences import summary, tally
from verifier.verify import verify_on
from verifier.web.comparison import compare

UNFINISHED = {"lines": {"count": 1, "digest": "A" * 43}, "conclusion": "incomplete"}
CREDENTIALS: tuple[Callable[[], Credential], ...] = (
    credential,
    lambda: credential(name="Marie Example", identifier="G12***4567"),
    lambda: parse_payload(text(statement_payload())),
)


def statement_payload() -> dict[str, object]:
    """The fields of a statement of hours."""
    fields = payload(94570, **UNFINISHED)
    fields["type"] = ["VerifiableCredential", "HoursStatement"]
    return fields


class FixedAuthority(Authority):
    """One issuer with keys that everybody can make."""

    def __init__(self) -> None:
        super().__init__()
        self.key, self.status_key, self.root_key = (
            ec.derive_private_key(number, ec.SECP256R1()) for number in (11, 12, 13)
        )
        self.log_key = ed25519.Ed25519PrivateKey.from_private_bytes(b"the log of the fuzzing, 32 bytes")
        self.log = note.Signer(HOST, self.log_key)
        self.tokens = [self.issue(make()) for make in CREDENTIALS]

    def sign(
        self, value: Credential | bytes, key: ec.EllipticCurvePrivateKey | None = None, kid: str = KID
    ) -> str:
        data = value if isinstance(value, bytes) else encode_payload(value)
        return jws.assemble(encode_header(kid), data, lambda signed: fixed(key or self.key, signed))


def fixed(key: ec.EllipticCurvePrivateKey, data: bytes) -> bytes:
    """Sign without chance."""
    r, s = decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True)))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


@cache
def scene() -> tuple[FixedAuthority, Ground]:
    """The issuer, and the ground that all of its documents are verified on."""
    authority = FixedAuthority()
    return authority, Ground(authority.trust(), authority.public(), NOW)


def report_on(evidence: Evidence, ground: Ground | None = None) -> None:
    """Everything that the service says of an input, on the scene's ground or another."""
    report = verify_on(evidence, ground or scene()[1])
    report.to_json()
    tally(report)
    if compare(report, evidence) and report.credential:
        summary(report.credential.credential_subject)


def take_in(data: bytes) -> None:
    """From bytes to a report.

    Raises:
        InputError: not an input that can be verified.
    """
    report_on(read_evidence(data, "x"))
