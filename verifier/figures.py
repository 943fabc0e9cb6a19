"""Check 9: the figures follow from each other, and the conclusion from the figures, under the rules that are named."""

from datetime import date
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from rules.completion import Required, is_complete
from rules.library import Library
from rules.packs import InterpretationNote, Pack, load_library
from rules.quantity import share_at_least
from rules.settings import Settings
from verifier.credential import Credential, ExceptionNote, TransferCertificate
from verifier.errors import CredentialError
from verifier.lines import open_lines
from verifier.report import Check, Lack, Outcome, Says
from verifier.subjects import StatementSubject, TransferSubject, YearFigures


class Missing(NamedTuple):
    """Why rules are not known: as a part of a sentence, and what is wanted."""

    why: Says
    lack: Lack


def check_figures(
    credential: Credential,
    lines: bytes | None,
    library: Library | None = None,
    missing: Missing | None = None,
) -> Check:
    """(9) Sums, requirement and conclusion. Rules that are not known here leave it undone, never passed or failed.

    Of a transfer certificate each year is checked by itself: what fails comes first, then what could not be done.

    Args:
        credential: of any kind.
        lines: a statement's, where they came along.
        library: the rules that are known; without one, those that are shipped.
        missing: why there are no more of them.
    """
    known = library or shipped()
    found = [(year, _check_year(year, lines, known, missing)) for year in _years(credential)]
    if not isinstance(credential, TransferCertificate):
        return found[0][1]
    outcomes = {check.outcome for _, check in found}
    worst = next((o for o in (Outcome.FAILED, Outcome.NOT_DONE) if o in outcomes), None)
    told = [(year, check) for year, check in found if worst in {None, check.outcome}]
    says = Says(
        "".join(f"{year.year} 年度：{check.detail.zh}" for year, check in told),
        " ".join(f"{year.year}: {check.detail.en}" for year, check in told),
    )
    against = ", ".join(dict.fromkeys(check.against for _, check in found))
    return Check(9, worst or Outcome.PASSED, says, against, told[0][1].lack)


def _years(credential: Credential) -> tuple[YearFigures, ...]:
    subject = credential.credential_subject
    return subject.years if isinstance(subject, TransferSubject) else (subject,)


def unknown_rules(credential: Credential, library: Library) -> list[str]:
    """Name the rules that a credential was decided by and a library does not have."""
    return [name for year in _years(credential) for name in _unknown(year, library)]


def _unknown(subject: YearFigures, library: Library) -> list[str]:
    """Name the rules of a year that a library does not have: the pack first, then notes, and overlays in force."""
    first, *others = _ids(subject) or ["—"]
    unknown = [] if library.find(first) else [first]
    return unknown + [rule for rule in others if library.note(rule) is None and not _in_force(library, rule)]


def _ids(subject: YearFigures) -> list[str]:
    return [rule for rule in subject.rules if isinstance(rule, str)]


def _check_year(
    subject: YearFigures, lines: bytes | None, library: Library, missing: Missing | None
) -> Check:
    against = ", ".join(rule if isinstance(rule, str) else f"例外 {rule.exception}" for rule in subject.rules)
    ids = _ids(subject)
    pack = library.find(ids[0]) if ids else None
    if (unknown := _unknown(subject, library)) or pack is None:
        named = ", ".join(unknown)
        zh, en = (f"{missing.why.zh}，", f", {missing.why.en}") if missing else ("", "")
        says = Says(
            f"本程序没有规则 {named}，{zh}学时没有复核。", f"The rules {named} are not known here{en}."
        )
        return Check(9, Outcome.NOT_DONE, says, against, missing.lack if missing else Lack.RULES)
    notes = [note for rule in ids if (note := library.note(rule)) is not None]
    problem = _sums(subject) or _lines(subject, lines) or _rules(subject, pack, notes, library)
    if problem:
        return Check(9, Outcome.FAILED, problem, against)
    return Check(9, Outcome.PASSED, _shown(subject), against)


@cache
def shipped() -> Library:
    """Return the rules that the program brings along."""
    return load_library()


def _sums(subject: YearFigures) -> Says | None:
    hours, required = subject.hours, subject.required
    if Decimal(hours.professional) + Decimal(hours.public) != Decimal(hours.total):
        return Says("专业加公需不等于合计。", "Professional and public hours do not add up to the total.")
    if sum(map(Decimal, subject.categories.values())) != Decimal(hours.total):
        return Says("各类学时相加不等于合计。", "The categories do not add up to the total.")
    if Decimal(required.total) < Decimal(required.professional) + Decimal(required.public):
        return Says("要求的学时互相矛盾。", "The required hours contradict each other.")
    return None


def _lines(subject: YearFigures, data: bytes | None) -> Says | None:
    """Add up a statement's lines where the signed ones came along; others are for check 10 to refuse."""
    if data is None or not isinstance(subject, StatementSubject):
        return None
    try:
        lines = open_lines(data, subject.lines)
    except CredentialError:
        return None
    total = sum(Decimal(line.recognised) for line in lines)
    if total != Decimal(subject.hours.total):
        return Says("明细相加不等于合计。", "The lines do not add up to the total.")
    return None


def _in_force(library: Library, rule: str) -> bool:
    overlay = library.overlay(rule)
    return overlay is not None and overlay.status == "in_force"


def _rules(
    subject: YearFigures, pack: Pack, notes: list[InterpretationNote], library: Library
) -> Says | None:
    last_day = date(subject.year, 12, 31)
    if not (pack.covers(last_day) or pack.last_day.year == subject.year):
        if any("origin" in flag for flag in subject.deemed):
            return None  # a year that was concluded elsewhere needs no rules of ours (Art. 11)
        return Says(
            f"规则集 {pack.key} 不管 {subject.year} 年。",
            f"The rules {pack.key} do not govern {subject.year}.",
        )
    settings = library.settings_as(pack, min(last_day, pack.last_day), notes)
    excepted = any(isinstance(rule, ExceptionNote) for rule in subject.rules)
    if not excepted and not _as_required(subject, settings):
        return Says("要求的学时与规则集不符。", "The required hours are not those of the rules.")
    if subject.conclusion == "complete" and not _completes(subject, settings):
        return Says(
            "学时没有达到要求，却写着完成。", "The hours do not reach what is required, yet it says complete."
        )
    return None


def _as_required(subject: YearFigures, settings: Settings) -> bool:
    required = subject.required
    share = share_at_least(settings.professional_ratio, settings.required_total)
    of_required_total = settings.ratio_basis == "required_total"
    return (
        Decimal(required.total) == settings.required_total
        and Decimal(required.public) == settings.public_min
        and (not of_required_total or Decimal(required.professional) == share)
    )


def _completes(subject: YearFigures, settings: Settings) -> bool:
    hours = [
        Decimal(text) for text in (subject.hours.professional, subject.hours.public, subject.hours.total)
    ]
    required = Required(
        Decimal(subject.required.professional),
        Decimal(subject.required.public),
        Decimal(subject.required.total),
    )
    flags = [flag for entry in subject.deemed for flag in entry]
    return any(
        is_complete(hours[0], hours[1], hours[2], required, flag, exam_credit=settings.exam_deemed_credit)
        for flag in (*flags, "none")
    )


def _shown(subject: YearFigures) -> Says:
    hours, required = subject.hours, subject.required
    sums = f"{hours.professional} + {hours.public} ＝ {hours.total}"
    zh, en = (
        f"{sums}；要求合计 {required.total}、专业 {required.professional}",
        f"{sums}; required {required.total}",
    )
    articles = "、".join(article for entry in subject.deemed for article in entry.values())
    if articles:
        return Says(
            f"{zh}；视同依据{articles}。",
            f"{en}, professional {required.professional}; deemed under {articles}.",
        )
    return Says(f"{zh}。", f"{en}, of which professional {required.professional}.")
