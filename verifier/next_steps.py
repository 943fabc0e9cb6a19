"""What to do about a check that was not done: a sentence for each reason, by where the public files come from (docs/checks.md)."""

from collections.abc import Mapping

from verifier.report import Lack, Outcome, Report, Says
from verifier.sources import Situation

_ANEW = Says("换用新做的资料包，或联网核验。", "use a bundle made anew, or go online.")
_CONNECT = Says("请联网核验，或放入资料包。", "go online, or use a bundle.")
_NEWER = Says(
    "本程序太旧：请升级（网页请刷新，仍不行请告诉管理员），再核验。",
    "this program is too old: update it (on a page: reload, then tell its administrator), then verify again.",
)
_CODE = Says("请用证书上的二维码或 PDF 核验。", "verify the certificate's QR or its PDF.")
_PAGE = Says(
    "请送服务器核验，或用命令行 xueshi verify。",
    "have the server do it, or the command line, xueshi verify.",
)
_STRANGER = Says(
    "PDF 上另有他人的签名，不能证明什么：请改用二维码，或请本人提供签发时的原文件。",
    "somebody else signed the PDF, which proves nothing: verify its QR, or ask for the file as it was issued.",
)
_COPY = Says("用的若是公开文件的副本，请换新的副本。", "Of a copy of its public files take a fresh one.")


def _in(bundle: Says, then: Says = _ANEW) -> Says:
    return Says(f"{bundle.zh}{then.zh}", f"{bundle.en} {then.en}")


def _steps(online: Says, bundle: Says = _ANEW, offline: Says = _CONNECT) -> Mapping[Situation, Says]:
    return {Situation.ONLINE: online, Situation.BUNDLE: bundle, Situation.OFFLINE: offline}


STEPS: Mapping[Lack, Mapping[Situation, Says]] = {
    Lack.SOURCE: _steps(_CONNECT),
    Lack.TRUST: _steps(
        Says(
            "信任名单已过期：请先更新（命令行 xueshi trust refresh；网页请告诉管理员），再核验。",
            "the trust list has expired: renew it (xueshi trust refresh; on a page, tell its administrator), then verify again.",
        ),
        _in(Says("资料包里的信任名单已过期：请", "the bundle's trust list has expired:")),
        Says(
            "信任名单已过期：请联网更新（xueshi trust refresh），或换用新做的资料包。",
            "the trust list has expired: go online and renew it (xueshi trust refresh), or use a bundle made anew.",
        ),
    ),
    Lack.FRESH: _steps(
        _in(
            Says(
                "签发机关没有按时公布新的状态表，再联网一次也一样：请过些时候再核验，或请签发机关更新。",
                "the issuer has not published a fresh status list, and going online again changes nothing: verify later, or ask the issuer.",
            ),
            _COPY,
        ),
        _in(Says("资料包里的状态表太旧：请", "the bundle's status list is too old:")),
    ),
    Lack.FILES: _steps(
        Says(
            "签发机关的公开文件取不到：请检查网络，过些时候再核验，或放入资料包。",
            "the issuer's public files cannot be had: look after the network and verify later, or use a bundle.",
        ),
        _in(Says("资料包里没有所需的文件：请", "the bundle lacks what is needed:")),
    ),
    Lack.SOUND: _steps(
        _in(
            Says(
                "取到的公开文件不能采信：请告诉签发机关（网页请告诉管理员），更正后再核验。",
                "the public files cannot be relied on: tell the issuer (on a page, its administrator), and verify again when they are put right.",
            ),
            _COPY,
        ),
        _in(Says("资料包里的文件不能采信：请", "what the bundle has cannot be relied on:")),
    ),
    Lack.WITNESSES: _steps(
        Says(
            "台账的见证还不够：请过些时候再核验，仍不够请告诉签发机关。",
            "too few have witnessed the ledger: verify later, and if that is not enough tell the issuer.",
        ),
        _in(Says("资料包里台账的见证不够：请", "too few have witnessed the bundle's ledger:")),
    ),
    Lack.LATER: _steps(
        Says(
            "台账还没有公布到这一份：请过些时候再核验。",
            "the ledger is not published as far as this one yet: verify later.",
        ),
        _in(Says("资料包可能做在签发之前：请", "the bundle may be older than the certificate:")),
    ),
    Lack.PLACE: _steps(_CODE, _CODE, _CODE),
    Lack.RULES: _steps(
        Says(
            "请签发机关公布所用的规则，公布后再核验；已有规则文件夹的，用 --rules 给出（网页请告诉管理员）。",
            "ask the issuer to publish the rules, then verify again; a folder that has them is given as --rules (on a page, by its administrator).",
        ),
        _in(Says("资料包里没有所用的规则：请", "the bundle lacks the rules:")),
    ),
    Lack.NEWER: _steps(_NEWER, _NEWER, _NEWER),
    Lack.PAGE: _steps(_PAGE, _PAGE, _PAGE),
    Lack.STRANGER: _steps(_STRANGER, _STRANGER, _STRANGER),
}
"""The other reasons cannot come up offline, where `SOURCE` is the reason; their sentence there says the same."""


def missing(report: Report) -> Says:
    """Name the checks that were not done, each with the way to have it done; those that wait for another come along with the first."""
    undone = [check for check in report.checks if check.outcome is Outcome.NOT_DONE]
    groups: dict[Lack, list[int]] = {check.lack: [] for check in undone if check.lack}
    first = next(iter(groups), Lack.SOURCE)
    for check in undone:
        groups.setdefault(check.lack or first, []).append(check.number)
    zh, en = "", ""
    for lack, numbers in groups.items():
        step = STEPS[lack][report.trust.situation]
        zh += f"第 {'、'.join(map(str, numbers))} 项没有做成。{step.zh}"
        en += f"Not done: {', '.join(map(str, numbers))}; {step.en} "
    return Says(f"{zh}在此之前不要当作有效。", f"{en}Until then do not rely on it.")
