"""What the demonstration works with: a fresh instance under out/, its certificates, and a verifier that knows none of it."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from issuer.creation import NewInstance, create
from issuer.instance import Instance
from issuer.service import Result
from issuer.witnesses import DEMO_POLICY
from ledger import auditing, auditor
from ledger.policy import parse_policy
from verifier.evidence import read_evidence
from verifier.report import Report
from verifier.sources import Folder, Source
from verifier.trust import TrustList, open_trust, read_root
from verifier.verify import verify

PEOPLE = Path(__file__).with_name("people.json")
NEW = NewInstance(
    host="jxjy.example.gov.cn",
    name_zh="甘肃省继续教育示范平台",
    name_en="Gansu CE demonstration platform (specimen)",
    public_folder="../public",
    demo=True,
)


def audit(out: Path) -> str:
    """Audit the public log as a stranger does, from its files and the witnesses' keys; answers one line.

    Raises:
        ledger.auditor.AuditError: something does not hold.
    """
    policy = parse_policy((out / "instance" / DEMO_POLICY).read_bytes())
    witnesses = tuple(auditor.Key.read(one.verifier.vkey()) for one in policy.witnesses.values())
    trust = auditor.Trust(
        auditor.Key.read((out / "public/ledger.vkey").read_text("utf-8")), witnesses, policy.least
    )
    views = [one.url for one in policy.witnesses.values() if one.url is not None]
    audited, _ = auditing.audit(
        str(out / "public"), trust, out / "audit.json", views, full=True, progress=lambda _done, _all: None
    )
    auditing.write_page(out / "audit.html", audited)
    if audited.failure is not None:
        raise auditor.AuditError(audited.failure)
    head = audited.head
    return (
        f"{head.size} 条 entries，见证 witnessed {len(head.witnesses)}/{len(witnesses)}：{out / 'audit.html'}"
    )


def prepare(out: Path) -> Path:
    """Clear `out` of an earlier demonstration and make a fresh instance in it; answers the instance's folder.

    Raises:
        SystemExit: `out` holds something that no demonstration made.
    """
    home = out / "instance"
    if out.exists() and any(out.iterdir()) and not (home / "xueshi.toml").exists():
        raise SystemExit(f"{out} 不是演示的目录，不清空。{out} was not made by the demo; it is left alone.")
    shutil.rmtree(out, ignore_errors=True)
    create(home, NEW)
    return home


@dataclass(frozen=True)
class Committee:
    """A title committee's desk: the pinned root, the signed trust list, a copy of the public files. No database."""

    trust: TrustList
    source: Source

    @classmethod
    def at(cls, out: Path) -> "Committee":
        """Set up the desk from files alone."""
        root = read_root((out / "trust-root.jwk").read_bytes())
        trust = open_trust((out / "trust-list.jwt").read_text("ascii"), root, datetime.now(UTC))
        return cls(trust, Folder(out / "public"))

    def look_at(self, path: Path) -> Report:
        """Verify one file, whatever it is."""
        return verify(read_evidence(path.read_bytes(), path.name), self.trust, self.source, datetime.now(UTC))


@dataclass(frozen=True)
class Stage:
    """The issuer's side, for the cheats to start from."""

    out: Path
    instance: Instance
    results: Sequence[Result]
    committee: Committee

    def of(self, name: str) -> Result:
        """The result of one of the demonstration's people."""
        return next(result for result in self.results if result.entry.name == name)

    def certificate(self, name: str) -> Path:
        return self.out / "certificates" / f"{self.of(name).issued.serial}.pdf"


def names() -> list[str]:
    """The demonstration's people, in the order of the file."""
    return [one["person"]["name"] for one in json.loads(PEOPLE.read_text("utf-8"))]
