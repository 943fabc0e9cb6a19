"""Whether an origin's certificate can be believed: our own verifier's checks, on a trust list that is pinned for this.

Nothing is fetched but public files below the addresses of that list (no redirects; limits on size and time). What fails
refuses; what could not be checked is named, and never taken for good.
"""

import logging
from dataclasses import dataclass, replace

from issuer.instance import Instance
from issuer.people.errors import WordingError
from issuer.people.wording import read_name
from issuer.transfers.errors import ChecksMissing, Missing, NotTheHolder, TransferRefused
from issuer.transfers.extracting import Extracted
from verifier.credential import Credential
from verifier.errors import VerifierError
from verifier.opening import Opened, Places, open_places
from verifier.report import Check, Outcome, Report, Standing
from verifier.verify import verify_on

NEEDED = frozenset({1, 2, 3, 4, 5, 6, 7, 8, 10})
"""Checks without which the machine's word is not enough. 9 asks for the origin's own rules, which need not be known here:
its conclusion holds as it stands (Art. 11); its sums are checked when it is mapped. 11 is beside the credential's signature: it
refuses where it fails.
"""
_SIGNATURE, _ISSUER = 4, 5
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Checked:
    """A credential that the issuer signed, about this person, with what could not be checked of it."""

    credential: Credential
    token: str
    origin: str
    """The issuer's name, from the trust list."""
    report: Report
    missing: tuple[Missing, ...]


@dataclass(frozen=True)
class Account:
    """The person as this instance knows them."""

    name: str
    masked: str


def check(instance: Instance, extracted: Extracted, account: Account) -> Checked:
    """Verify what was extracted, and hold it against the account.

    Raises:
        ChecksMissing: the trust list cannot be used.
        TransferRefused: no trust list is set, a check failed, it is revoked or superseded, or nobody here can tell whether it is signed.
        NotTheHolder: it is about somebody else.
    """
    opened = open_origins(instance)
    report = _with_page(verify_on(extracted.evidence, opened.ground), extracted.page)
    keep_seen(opened)
    _refuse(report)
    credential = report.credential
    if credential is None or report.issuer is None:
        raise TransferRefused("没有可读的凭证 there is no readable credential")
    if credential.issuer == instance.settings.did:
        raise TransferRefused(
            "这是本机构自己签发的，学时已经在这里 it was issued here: its hours are here already"
        )
    subject = credential.credential_subject
    name = _plain(subject.name)
    if name is None or (name, subject.identifier) != (_plain(account.name), account.masked):
        raise NotTheHolder
    missing = tuple(
        Missing(
            one.code,
            f"{one.name.zh}：{one.detail.zh.rstrip('。')}",
            f"{one.name.en}: {one.detail.en.rstrip('.')}",
        )
        for one in report.checks
        if one.number in NEEDED and one.outcome is Outcome.NOT_DONE
    )
    return Checked(credential, extracted.evidence.findings[0].jws, report.issuer.zh, report, missing)


def open_origins(instance: Instance) -> Opened:
    """Open the trust list that is pinned for other provinces, and its issuers' public files.

    Raises:
        TransferRefused: none is set.
        ChecksMissing: it cannot be used; the log says why.
    """
    settings = instance.settings
    if settings.origins_trust is None or settings.origins_root is None:
        raise TransferRefused(
            "没有设置外地签发机关的信任名单（origins_trust、origins_root），不能凭证书转入，请改为书面办理。"
            "No trust list is set for other provinces (origins_trust, origins_root): only the way on paper is open."
        )
    public = settings.origins_public
    if public is not None and "://" not in public:
        public = str(settings.home / public)
    places = Places(
        root=settings.home / settings.origins_root,
        trust=settings.home / settings.origins_trust,
        public=public,
        state=settings.home / "origins-seen",
    )
    library = instance.library  # what the database refuses is no fault of the list
    try:
        opened = open_places(places, instance.now().replace(microsecond=0))
        return replace(opened, ground=replace(opened.ground, rules=library))
    except (VerifierError, OSError, ValueError) as error:
        log.error("the trust list for other provinces cannot be used: %s", error)  # noqa: TRY400 - no stack is needed
        raise ChecksMissing(
            (
                Missing(
                    "trust-list",
                    "信任名单不能用，请告诉管理员",
                    "the trust list cannot be used: tell the administrator",
                ),
            )
        ) from None


def keep_seen(opened: Opened) -> None:
    """Remember what was seen, so that older is refused next time."""
    try:
        opened.keep()
    except (VerifierError, OSError) as error:  # this answer stands; the next knows less of what is old
        log.error("what was seen of other provinces was not kept: %s", error)  # noqa: TRY400 - as above


def _with_page(report: Report, page: tuple[Check, ...]) -> Report:
    """Put the checks that were made beside the page in the place of those that had none."""
    seen = {one.number: one for one in page}
    return replace(report, checks=tuple(seen.get(one.number, one) for one in report.checks))


def _refuse(report: Report) -> None:
    failed = [one for one in report.failed if one.number != 7]
    if failed:
        words = "".join(f"第{one.number}项{one.name.zh}：{one.detail.zh}" for one in failed)
        english = " ".join(f"({one.number}) {one.detail.en}" for one in failed)
        if any(one.number == _ISSUER for one in failed):
            at = report.trust
            words += f"这里的信任名单是 {at.issued:%Y-%m-%d} 的；流出地此后换过密钥或才加入的，请主管部门更新名单。"
            english += f" The trust list here is of {at.issued:%Y-%m-%d}: where the origin has other keys since, or came later, the authority fetches a newer one."
        raise TransferRefused(f"核验没有通过，不能转入。{words} It does not verify. {english}")
    if report.standing is Standing.REVOKED:
        raise TransferRefused(
            f"这份证明已被签发机关撤销 it is revoked by its issuer. {report.check(7).detail.zh}"
        )
    if report.standing is Standing.SUPERSEDED:
        newer = f"，请用新版 {report.successor}" if report.successor else "，请向签发机关索取新版"
        raise TransferRefused(
            f"这份证明已有新版{newer} it is superseded{f' by {report.successor}' if report.successor else ''}"
        )
    if report.check(_SIGNATURE).outcome is not Outcome.PASSED:
        one = next(
            each for each in report.checks if each.number in NEEDED and each.outcome is Outcome.NOT_DONE
        )
        raise TransferRefused(
            f"不能确定是谁签发的，请改为书面办理。第{one.number}项{one.name.zh}：{one.detail.zh}"
            f" Who issued it cannot be told; go on on paper. ({one.number}) {one.detail.en}"
        )


def _plain(name: str) -> str | None:
    try:
        return read_name(name)
    except WordingError:
        return None  # such a name is nobody's here
