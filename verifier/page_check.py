"""Check 10: what a PDF shows."""

from verifier.credential import Credential, HoursStatement, StatementLine
from verifier.errors import CredentialError
from verifier.evidence import Evidence, InputKind
from verifier.field_names import name_of
from verifier.lines import open_lines
from verifier.page import Difference, differences
from verifier.placement import misplaced
from verifier.report import Check, Outcome, Says

SHOWN = 3
"""Differences that a report names one by one."""


def check_page(credential: Credential | None, evidence: Evidence) -> Check:
    """(10) Every printed word is what the signed data says, in its order, and there are no others.

    `credential` is None when there is no one credential that is signed.
    """
    if evidence.kind is not InputKind.PDF:
        return Check(10, Outcome.NOT_APPLICABLE, no_text(evidence.kind))
    if credential is None:
        says = Says("没有确定的一份签名凭证可比。", "There is no one signed credential to compare with.")
        return Check(10, Outcome.NOT_DONE, says, "PDF")
    fault = _fault(credential, evidence)
    if fault:
        return Check(10, Outcome.FAILED, fault, "PDF")
    return Check(10, Outcome.PASSED, Says("页面文字与签名数据逐字相同。", "Every word is as signed."), "PDF")


def _fault(credential: Credential, evidence: Evidence) -> Says | None:
    """Say the first thing that is wrong with the page: its lines, what lies over it, its words, their places."""
    try:
        lines = _lines(credential, evidence.lines)
    except CredentialError as error:
        return Says(
            "附件里的明细与签名里的摘要不符。", f"The attached lines are not those that were signed: {error}."
        )
    if evidence.layers:
        return Says(
            "页面看到的与文字层不一致：另外盖有、画有或藏有内容。",
            f"What is seen is not the text alone, something is laid over it, drawn beside it or hidden: {', '.join(evidence.layers)}.",
        )
    if evidence.misdrawn:
        return Says(
            "页面上有数字画得不是它自己，与文字层不符。",
            f"A font draws digits as what they are not: {', '.join(evidence.misdrawn)}.",
        )
    if found := differences(credential, lines, evidence.text or ""):
        return _describe(found)
    if field := misplaced(credential, lines, evidence.glyphs):
        name = name_of(field)
        return Says(
            f"页面文字都在，但位置或大小不对：{name.zh}。",
            f"The words are right, but not their places or sizes: {name.en}.",
        )
    return None


def no_text(kind: InputKind) -> Says:
    """Say that this kind of input has no page of its own."""
    return Says(
        f"这是{kind.zh}，没有 PDF 可比。请与手中的文件对照。",
        "Not a PDF; compare the paper with the signed data.",
    )


def _lines(credential: Credential, data: bytes | None) -> tuple[StatementLine, ...] | None:
    if not isinstance(credential, HoursStatement):
        return None
    signed = credential.credential_subject.lines
    if data is None:
        raise CredentialError("lines.json: attached to a statement")
    return open_lines(data, signed)


def _describe(found: list[Difference]) -> Says:
    told = [_tell(each) for each in found[:SHOWN]]
    zh, en = "；".join(each.zh for each in told), "; ".join(each.en for each in told)
    return Says(f"页面文字与签名不符，共 {len(found)} 处。{zh}。", f"{len(found)} places differ. {en}.")


def _tell(each: Difference) -> Says:
    """Say what should stand in a place and what does, cut to a length that can be read."""
    name, expected, stands = name_of(each.field), each.expected[:40], each.found[:40]
    if not expected:
        return Says(f"{name.zh}“{stands}”", f"{name.en}: {stands!r}")
    if not stands:
        return Says(
            f"{name.zh}：应为“{expected}”，页面上没有", f"{name.en}: expected {expected!r}, found nothing"
        )
    return Says(
        f"{name.zh}：应为“{expected}”，页面上是“{stands}”",
        f"{name.en}: expected {expected!r}, found {stands!r}",
    )
