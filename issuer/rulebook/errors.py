"""Errors raised by issuer/rulebook.

* IssuerError
    - RuleRefused       a document of the rules is wrong, or does not go with those that are there: where, and what was expected
"""

from collections.abc import Sequence

from issuer.errors import IssuerError
from rules.lint import Finding


class RuleRefused(IssuerError):
    """A document of the rules cannot be proposed, or no longer come into force. It carries what is wrong with it, place by place."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        said = [_said(one) for one in self.findings]
        self.zh = "；".join(zh.rstrip("。") for zh, _ in said)
        self.en = "; ".join(en.rstrip(".") for _, en in said)
        super().__init__(f"{self.zh} {self.en}")


def _said(finding: Finding) -> tuple[str, str]:
    """A finding in words: its place as line and column, or as a pointer into the document."""
    halves = [part.partition(" / ") for part in finding.message.split("；")]
    zh, en = "；".join(half[0] for half in halves), "; ".join(half[2] or half[0] for half in halves)
    line, colon, column = finding.place.partition(":")
    if colon and line.isdecimal():
        return f"第 {line} 行第 {column} 列：{zh}", f"line {line}, column {column}: {en}"
    if not finding.place:
        return zh, en
    return f"{finding.place}：{zh}", f"{finding.place}: {en}"
