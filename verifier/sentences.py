"""A report in words: the answer first, in Chinese with English beside; then what to do next."""

from verifier.credential import DocumentType, Subject, TransferSubject
from verifier.evidence import InputKind
from verifier.next_steps import missing
from verifier.report import Outcome, Report, Says, Verdict

VERDICTS = {
    Verdict.GENUINE: Says("真实，现在有效", "Genuine, valid now"),
    Verdict.SUPERSEDED: Says("真实，但已有新版", "Genuine, but superseded"),
    Verdict.REVOKED: Says("已撤销，不能采信", "Revoked: do not accept"),
    Verdict.FORGED: Says("不可信，不能采信", "Altered or forged: do not accept"),
    Verdict.UNDETERMINED: Says("现在还不能判断", "Cannot be decided yet"),
}
_KIND = {
    Verdict.GENUINE: Says("这是{zh}", "this is a {en}"),
    Verdict.SUPERSEDED: Says("这是{zh}的旧版", "this is an older version of a {en}"),
    Verdict.REVOKED: Says("这是{zh}", "this is a {en}"),
    Verdict.FORGED: Says("自称是{zh}", "it claims to be a {en}"),
    Verdict.UNDETERMINED: Says("自称是{zh}", "it claims to be a {en}"),
}
_UNKNOWN = Says("认不出是什么证明", "no document could be made out")
_NOT_A_CERTIFICATE = Says("不是完成证明", "not a completion certificate")


def headline(report: Report) -> Says:
    """Say what is true, and of which document; a statement of hours always says that it is no certificate."""
    word = VERDICTS[report.verdict]
    if report.credential is None:
        return Says(f"{word.zh}：{_UNKNOWN.zh}", f"{word.en}: {_UNKNOWN.en}")
    document, kind = report.credential.document, _KIND[report.verdict]
    zh, en = kind.zh.format(zh=document.zh), kind.en.format(en=document.en)
    if document is not DocumentType.COMPLETION:
        zh, en = f"{zh}，{_NOT_A_CERTIFICATE.zh}", f"{en}, {_NOT_A_CERTIFICATE.en}"
    return Says(f"{word.zh}：{zh}", f"{word.en}: {en}")


def summary(subject: Subject | TransferSubject) -> Says:
    """Say who, which year and how many hours, from the signed data; of a transfer certificate each year."""
    if isinstance(subject, TransferSubject):
        rows = [
            (
                str(row.year),
                "完成" if row.conclusion == "complete" else "未完成",
                row.conclusion,
                row.hours.total,
            )
            for row in subject.years
        ]
        return Says(
            f"{subject.name}，" + "；".join(f"{y} 年度{zh}，共 {h} 学时" for y, zh, _, h in rows) + "。",
            f"{subject.name}, " + "; ".join(f"{y} {en}, {h} hours" for y, _, en, h in rows) + ".",
        )
    hours, done = subject.hours, subject.conclusion == "complete"
    zh = f"{subject.name}，{subject.year} 年度，{'完成' if done else '未完成'}，"
    zh += f"共 {hours.total} 学时，其中专业 {hours.professional}、公需 {hours.public}。"
    en = f"{subject.name}, {subject.year}, {subject.conclusion}: {hours.total} hours, "
    en += f"{hours.professional} professional and {hours.public} public."
    return Says(zh, en)


def next_step(report: Report) -> Says:
    """Say what to do, and who does it."""
    match report.verdict:
        case Verdict.GENUINE if report.input is InputKind.PDF:
            return Says(
                "可以采信。请核对姓名和证件号是不是本人。",
                "Accept it. Check that name and ID are this person's.",
            )
        case Verdict.GENUINE:
            return Says(
                "可以采信以下签名数据。请逐项对照手中的文件，并核对姓名和证件号是不是本人。",
                "Accept the signed data below. Compare the paper with it, item by item, and the name and ID with the person.",
            )
        case Verdict.SUPERSEDED:
            newer = f"（编号 {report.successor}）" if report.successor else ""
            return Says(
                f"请本人提供新版{newer}，不要采用这份的学时。被取代不等于造假。",
                f"Ask for the newer version{f' ({report.successor})' if report.successor else ''}. This is not forgery.",
            )
        case Verdict.REVOKED:
            return Says("不要采信。可以向签发机关了解原因。", "Do not accept it. The issuer can say why.")
        case Verdict.FORGED:
            return Says(
                "不要采信。请本人重新提供原件，并向签发机关核实。",
                "Do not accept it. Ask the person for the original, and ask the issuer.",
            )
        case Verdict.UNDETERMINED:
            return missing(report)


def tally(report: Report) -> Says:
    """Count the outcomes; the counts add up to the checks."""
    passed, failed, not_done, none = (report.count(outcome) for outcome in Outcome)
    return Says(
        f"通过 {passed} 项，未通过 {failed} 项，未做 {not_done} 项，不适用 {none} 项",
        f"{passed} passed, {failed} failed, {not_done} not done, {none} not applicable",
    )
