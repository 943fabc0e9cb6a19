"""What a bundle holds, in words."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from ledger.errors import LedgerError
from verifier.bundle.reading import Bundle
from verifier.errors import SourceError, StatusError, VerifierError
from verifier.ground import Ground
from verifier.heads import published_head, published_year
from verifier.rulings import read_published
from verifier.standing import read_details
from verifier.trust import Issuer, TrustList
from verifier.zone import SHANGHAI


def describe(bundle: Bundle, trust: TrustList, now: datetime) -> tuple[list[str], bool]:
    """Return lines for people, and whether the bundle can still make a verdict of genuine."""
    usable = trust.current(now)
    limit = trust.status_limit
    as_of = bundle.as_of or trust.issued
    expired = "" if usable else "，已过期 EXPIRED"
    lines = [
        f"资料包 bundle {bundle.label}：{age_text(now - as_of)}前的数据 data of {_local(as_of)}",
        f"信任名单 trust list：第 {trust.number} 号，{_local(trust.issued)} 发布，{_local(trust.expires)} 到期{expired}",
    ]
    for listed in bundle.lists(trust):
        try:
            listed.content.check_age(now, limit)
            old = ""
        except StatusError:
            usable, old = False, "，太旧 TOO OLD"
        lines.append(f"状态表 status list {listed.path}：{_local(listed.content.issued)}{old}")
    ground = Ground(trust, bundle, now)
    for issuer in trust.issuers:
        lines.append(f"签发机关 issuer {issuer.name.zh} {issuer.did}")
        lines += _details(bundle, issuer)
        try:
            if documents := read_published(issuer, bundle):
                lines.append(f"  规则文件 documents of the rules：{len(documents)}")
            lines += _logs(issuer, ground)
        except (VerifierError, LedgerError) as error:
            usable = False
            lines.append(f"  台账或规则 ledger or rules：不能用 cannot be used: {error}")
    return lines, usable


def _details(bundle: Bundle, issuer: Issuer) -> Iterator[str]:
    for number in range(1, 1000):
        try:
            found = read_details(number, issuer, bundle)
        except (SourceError, StatusError):
            continue
        yield f"  状态详情 details {number}：{len(found.entries)} 条 entries"


def _logs(issuer: Issuer, ground: Ground) -> Iterator[str]:
    for log in issuer.logs:
        head, _ = published_head(log, issuer, ground)
        yield f"  检查点 checkpoint {log.origin}：{head.size} 条 entries"
        for year in range(2000, ground.now.year + 2):
            if found := published_year(year, log, issuer, ground):
                yield f"    {year} 年签发名录 issuances：{found[0].count} 份，截至台账 as of {found[0].log_size} 条"


def age_text(span: timedelta) -> str:
    """Write how old something is: days, else hours."""
    hours = max(0, int(span.total_seconds() // 3600))
    return f"{hours // 24} 天" if hours >= 24 else f"{hours} 小时"


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
