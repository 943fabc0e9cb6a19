"""What the page says about a person's year: the sentences and names of verifier/page.py, as plain text.

Chinese is the document's language; English helps the reader. Deeming is always said with its article, real hours are
never inflated by it, and a statement always says that it is no certificate.
"""

from decimal import Decimal
from urllib.parse import unquote

from verifier.fields import CATEGORIES as ORDER
from verifier.fields import LineCategory
from verifier.subjects import REGION, ExceptionNote, Subject, YearFigures

CATEGORIES: dict[LineCategory, str] = {
    "training": "培训进修",
    "self_study": "自学",
    "academic": "学术交流",
    "achievement": "成果著作",
    "expert_service": "专家服务",
    "contest": "竞赛及其他",
    "public_online": "公需（线上）",
    "public_offline": "公需（线下）",
    "exam": "职业资格考试",
    "major_assignment": "参与重大工作",
    "transfer_in": "外地转入",
    "credits": "学分折算",
}
SUBJECTS = {"public": "公需科目", "professional": "专业科目", "total": "合计"}
DEEMED = {
    "professional": "专业科目视同完成",
    "all": "视同完成",
    "origin": "外省结论承认",
    "deferred": "顺延中",
}
TITLES = {
    True: ("继续教育完成证明", "Certificate of Completion of Continuing Education"),
    False: ("继续教育学时登记明细", "Statement of Registered Continuing-Education Hours"),
}
"""Titles by whether the document is a certificate of completion."""
FOOT = "本证明按{}统一制式生成，电子证明与纸质证书具有同等效力。"
FOOT_STATEMENT = "本明细不是完成证明，仅反映截至签发之日的学时登记情况。"
TRANSFER_TITLES = ("继续教育学时转移证明", "Transfer Certificate of Continuing-Education Hours")
NO_COMPLETION = "本证明不代替各年度的完成证明。"
NO_COMPLETION_ENGLISH = "This does not stand in for any year's certificate of completion."
FOOT_ALWAYS = "文件内附可验证的数字凭证，真伪以核验结果为准，核验不收费。"
FOOT_ENGLISH = "The signed credential is attached; what counts is the result of verifying it."


def flags(subject: YearFigures) -> dict[str, str]:
    """Return what is deemed or deferred, each with its article."""
    return {str(flag): article for entry in subject.deemed for flag, article in entry.items()}


def chinese_year(year: int) -> str:
    """Write 2025 as 二〇二五年度."""
    return str(year).translate(str.maketrans("0123456789", "〇一二三四五六七八九")) + "年度"


def foot(subject: Subject, *, certificate: bool) -> str:
    """Say what a certificate is worth, by the form of all the province or of another region; of a statement, what it is not."""
    if not certificate:
        return FOOT_STATEMENT
    return FOOT.format("全省" if subject.region == REGION else subject.region)


def host(did: str) -> str:
    """Return the host (and port) of a did:web identifier."""
    return unquote(did.removeprefix("did:web:").split(":")[0])


def by_category(subject: YearFigures) -> str:
    """List the hours of each category, in the order of the signed bytes."""
    ordered = sorted(subject.categories.items(), key=lambda item: ORDER.index(item[0]))
    return "、".join(f"{CATEGORIES[code]}{hours}" for code, hours in ordered) or "无"


def rules(subject: YearFigures) -> str:
    """List the rules that decided a year, and exceptions by their document."""
    return "；".join(f"例外认定：{r.exception}" if isinstance(r, ExceptionNote) else r for r in subject.rules)


def finding(subject: YearFigures) -> str:
    """Say in words how the year stands, with the article of whatever is deemed."""
    complete = subject.conclusion == "complete"
    deemed = flags(subject)
    names = {**DEEMED, "deferred": "顺延完成"} if complete else DEEMED
    because = "、".join(f"{names[flag]}（依据{article}）" for flag, article in deemed.items())
    if not complete:
        return f"该年度学时要求尚未完成，{because}" if because else "该年度学时要求尚未完成"
    if deemed.keys() & {"all", "origin"}:
        return because
    return f"{because}，达到该年度学时要求" if because else "达到该年度学时要求"


def english(subject: YearFigures, *, certificate: bool) -> str:
    """Say the same in a short English sentence, and that a statement is no certificate."""
    deemed = flags(subject).keys()
    how = "complete"
    if subject.conclusion == "incomplete":
        how = "not yet complete, deferred" if "deferred" in deemed else "not yet complete"
    elif "origin" in deemed:
        how = "complete, as concluded at the place of origin"
    elif deemed & {"all", "professional"}:
        how = (
            "deemed complete"
            if "all" in deemed
            else "complete, the professional subject being deemed complete"
        )
    last = "" if certificate else " This is not a certificate of completion."
    return f"Requirement for {subject.year}: {how}.{last}"


def conclusion(subject: YearFigures, kind: str) -> str:
    """Say in a few characters how one row of the table of hours stands; the last row gives the credential's conclusion."""
    deemed = flags(subject)
    complete = subject.conclusion == "complete"
    for flag in ("all", "origin"):
        if flag in deemed and complete:
            return DEEMED[flag]
    if kind == "professional" and kind in deemed:
        return "视同完成"
    if kind != "total":
        enough = Decimal(getattr(subject.hours, kind)) >= Decimal(getattr(subject.required, kind))
        return "达到" if enough else "未达到"
    if complete:
        return "完成"
    return "尚未完成（顺延中）" if "deferred" in deemed else "尚未完成"
