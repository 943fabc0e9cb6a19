"""What a report says to do about a check that was not done: for each reason, online, with a bundle and offline."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.tampered.folders import read, root
from tests.tampered.test_tampered import judged
from tests.verifier.authority import HOST, NOW, Authority, credential, remake
from verifier.evidence import read_evidence
from verifier.ground import Ground
from verifier.next_steps import STEPS
from verifier.report import Lack, Report, Says
from verifier.roots import establish
from verifier.sentences import next_step
from verifier.sources import Situation
from verifier.trust import Cut, read_root
from verifier.verify import verify_on

DOCS = Path(__file__).parents[2] / "docs" / "checks.md"
ROW = re.compile(r"\| `([a-z]+)` \| [^|]* \| ([^|]*) \| ([^|]*) \| ([^|]*) \|")
WHERE = {  # a folder of tests/tampered, and what its report must say is wanted
    "trust-expired": Lack.TRUST,
    "status-list-replayed-from-long-ago": Lack.FRESH,
    "status-list-withheld": Lack.FILES,
    "status-list-by-a-stranger": Lack.SOUND,
    "status-list-older-than-seen": Lack.SOUND,
    "trust-that-demands-witnesses": Lack.WITNESSES,
    "ledger-truncated": Lack.LATER,
    "signed-but-not-in-the-ledger-and-bare": Lack.PLACE,
    "own-rules-not-published": Lack.RULES,
    "own-rules-withheld": Lack.FILES,
    "type-that-is-newer": Lack.NEWER,
    "frame-of-a-newer-format": Lack.NEWER,
    "pdf-signature-of-somebody": Lack.STRANGER,
    "bundle-with-an-old-status-list": Lack.FRESH,
    "bundle-without-issuances": Lack.FILES,
}


def steps(report: Report) -> list[Says]:
    """The sentences that the reasons of a report come to."""
    return [STEPS[check.lack][report.trust.situation] for check in report.checks if check.lack]


def holds(report: Report, *lacks: Lack) -> None:
    """Each reason is told in both languages, and every check that was not done is named."""
    assert {check.lack for check in report.checks if check.lack} == set(lacks)
    said = next_step(report)
    assert all(step.zh in said.zh and step.en in said.en for step in steps(report)), said
    named = {int(number) for part in re.findall(r"第 ([0-9、]+) 项", said.zh) for number in part.split("、")}
    assert named == {check.number for check in report.checks if check.outcome.value == "not_done"}


@pytest.mark.parametrize("name", WHERE)
def test_the_reason_is_told(name: str) -> None:
    holds(judged(read(name)), WHERE[name])


def test_offline_the_reader_is_sent_online() -> None:
    given = read("token-as-it-is")
    trust = establish(given.trust, read_root(root()), given.chain, given.now, None)
    report = verify_on(read_evidence(given.data, "x"), Ground(trust, None, given.now))
    holds(report, Lack.SOURCE)
    later = replace(Ground(trust, None, given.now), now=trust.expires)
    holds(verify_on(read_evidence(given.data, "x"), later), Lack.TRUST, Lack.SOURCE)


def test_who_is_online_is_not_sent_online() -> None:
    for lack, by in STEPS.items():
        for words in ("联网后", "请联网核验", "go online"):
            assert lack is Lack.SOURCE or words not in by[Situation.ONLINE].zh + by[Situation.ONLINE].en


def test_every_reason_has_a_step_everywhere_and_the_docs_say_the_same() -> None:
    told = {match[1]: match.groups()[1:] for match in ROW.finditer(DOCS.read_text("utf-8"))}
    assert told == {lack.value: tuple(by[where].en for where in Situation) for lack, by in STEPS.items()}
    assert set(STEPS) == set(Lack)


def test_a_check_that_waits_for_another_is_named_with_it() -> None:
    """A key that has ended: without the ledger's proof it is not known whether it still counted."""
    authority = Authority()
    token = authority.issue(credential())
    first, second = authority.issuer().keys
    ended = remake(first, until=NOW - timedelta(days=1), cut=Cut(log=HOST, index=99))
    trust = authority.trust(authority.issuer(keys=(ended, second)))
    report = verify_on(read_evidence(token.encode(), "x"), Ground(trust, None, NOW))
    holds(report, Lack.SOURCE)
    assert next_step(report).zh.startswith("第 5、7、8 项没有做成。")
