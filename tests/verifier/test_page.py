"""The page's words, and that nothing can be changed on a page without a difference that names the field."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.issuer.certificates.samples import (
    DEFERRED,
    SAMPLES,
    UNFINISHED,
    Sample,
    credential,
    lines,
    statement,
)
from verifier.credential import DocumentType
from verifier.evidence import Evidence, InputKind
from verifier.field_names import name_of
from verifier.page import Difference, differences, page_of
from verifier.page_check import check_page
from verifier.sheet import TEMPLATE
from verifier.text_difference import plain

every = pytest.mark.parametrize("name", SAMPLES)
NOT_A_CERTIFICATE = {
    DocumentType.STATEMENT: "本明细不是完成证明",
    DocumentType.TRANSFER: "本证明不代替各年度的完成证明",
}
"""What every sheet of the other documents says."""


def printed(sample: Sample) -> str:
    """What a faithful extractor gives for a page, one word a line."""
    return "\n".join(word.text for word in page_of(sample.credential, sample.parsed).words())


def found(sample: Sample, text: str) -> list[Difference]:
    return differences(sample.credential, sample.parsed, text)


@every
def test_a_faithful_page_has_no_differences(name: str) -> None:
    sample = SAMPLES[name]
    assert found(sample, printed(sample)) == []
    assert found(sample, " ".join(printed(sample))) == []


@every
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_one_character_changed_added_or_taken_away_is_found(name: str, data: st.DataObject) -> None:
    sample = SAMPLES[name]
    text = plain(printed(sample))
    place = data.draw(st.integers(0, len(text)))
    taken = data.draw(st.integers(0, 1))
    visible = st.characters(codec="utf-8", exclude_categories=("Zs", "Zl", "Zp", "Cc")).filter(
        lambda c: plain(c) == c
    )
    added = data.draw(visible | st.just("") if taken and place < len(text) else visible)
    changed = text[:place] + added + text[place + taken :]
    assert bool(found(sample, changed)) == (changed != text)


@every
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_two_words_in_the_wrong_order_are_found(name: str, data: st.DataObject) -> None:
    sample = SAMPLES[name]
    words = [word.text for word in page_of(sample.credential, sample.parsed).words()]
    one, other = (data.draw(st.integers(0, len(words) - 1)) for _ in range(2))
    words[one], words[other] = words[other], words[one]
    text = "".join(words)
    assert bool(found(sample, text)) == (plain(text) != plain(printed(sample)))


@settings(deadline=None)
@given(st.text(max_size=400))
def test_any_other_text_is_different(text: str) -> None:
    assert found(SAMPLES["plain"], text) != []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param("张示例", "李示例", Difference("name", "张示例", "李示例"), id="another name"),
        pytest.param("张示例", "张示例特级", Difference("", "", "特级"), id="a title after the name"),
        pytest.param("92\n90", "192\n90", Difference("", "", "1"), id="a digit before the total"),
        pytest.param("30\n0", "35\n0", Difference("hours.public", "30", "35"), id="other hours"),
        pytest.param(
            "62\n60", "62\n30", Difference("required.professional", "60", "30"), id="another requirement"
        ),
        pytest.param("第1版", "第2版", Difference("version", "第1版", "第2版"), id="another version"),
        pytest.param(
            "0094567", "0094568", Difference("serial", "GS2025-0094567-3", "GS2025-0094568-3"), id="serial"
        ),
        pytest.param(
            "123X", "1234", Difference("identifier", "620***********123X", "620***********1234"), id="ID"
        ),
        pytest.param("甘肃省示例医院", "", Difference("employer", "甘肃省示例医院", ""), id="no employer"),
        pytest.param(
            "甘肃省示例医院",
            "甘肃示例大学医院",
            Difference("employer", "甘肃省示例医院", "甘肃示例大学医院"),
            id="two changes",
        ),
        pytest.param(
            "2026-01-15", "2025-01-15", Difference("validFrom", "2026-01-15", "2025-01-15"), id="day"
        ),
        pytest.param(
            "jxjy.example",
            "jxjy.examp1e",
            Difference("issuer", "jxjy.example.gov.cn", "jxjy.examp1e.gov.cn"),
            id="host",
        ),
        pytest.param("自学10", "自学40", None, id="a category"),
        pytest.param("特此证明", "特此不证明", None, id="a word of the template"),
    ],
)
def test_a_change_is_named(old: str, new: str, expected: Difference | None) -> None:
    sample = SAMPLES["plain"]
    text = printed(sample)
    assert old in text
    result = found(sample, text.replace(old, new, 1))
    assert len(result) == 1
    assert expected is None or result == [expected]


def test_a_statement_passed_off_as_a_certificate_is_found() -> None:
    incomplete = SAMPLES["statement"]
    differ = found(incomplete, printed(SAMPLES["plain"]))
    assert TEMPLATE in {d.field for d in differ}


def test_a_long_forgery_is_reported_once_and_at_once() -> None:
    sample = SAMPLES["plain"]
    (only,) = found(sample, "学时" * 100_000)
    assert len(only.found) == 200_000


@pytest.mark.parametrize(
    ("printed_as", "extracted"),
    [
        pytest.param("Anna-Maria", "Anna\ufffe\r\nMaria", id="hyphen at a line's end"),
        pytest.param("Anna-Maria", "Anna\x02Maria", id="the same, another call"),
        pytest.param("oﬃce ﬁ", "office fi", id="ligatures"),
        pytest.param("a b", "a\u3000\u00a0\r\nb", id="white space"),
    ],
)
def test_pdfium_s_habits_are_undone(printed_as: str, extracted: str) -> None:
    assert plain(printed_as) == plain(extracted)


@pytest.mark.parametrize("invisible", ["\u200b", "\u00ad", "\ufeff", "\u202e", "\U000e0041"])
def test_what_is_invisible_is_not_white_space(invisible: str) -> None:
    sample = SAMPLES["plain"]
    assert found(sample, printed(sample) + invisible) == [Difference("", "", invisible)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, "达到该年度学时要求，特此证明。", id="complete"),
        pytest.param(
            {"deemed": [{"professional": "第六条第（六）项第2目"}]},
            "专业科目视同完成（依据第六条第（六）项第2目），达到该年度学时要求，特此证明。",
            id="examination",
        ),
        pytest.param(
            {"deemed": [{"all": "第六条第（五）项"}]},
            "学时，视同完成（依据第六条第（五）项），特此证明。",
            id="secondment",
        ),
        pytest.param(
            {"deemed": [{"origin": "第十一条"}]},
            "学时，外省结论承认（依据第十一条），特此证明。",
            id="origin",
        ),
        pytest.param(
            {"deemed": DEFERRED},
            "顺延完成（依据第六条第（六）项第4目），达到该年度学时要求，特此证明。",
            id="made up",
        ),
        pytest.param(
            {"selfVerified": True}, "示例市人力资源和社会保障局（单位自核）self-verified", id="self-verified"
        ),
        pytest.param(
            {"rules": ["gs-2023-03-31@1.0.0", {"exception": "示例函〔2026〕12号"}]},
            "gs-2023-03-31@1.0.0；例外认定：示例函〔2026〕12号",
            id="exception",
        ),
        pytest.param({}, "二〇二五年度2025", id="year"),
        pytest.param({}, "公需科目300达到专业科目6260达到合计9290完成", id="table"),
        pytest.param({}, "2026年1月15日签发日期Issuedon2026-01-15", id="the day in Shanghai"),
    ],
)
def test_a_certificate_says(changes: dict[str, object], expected: str) -> None:
    assert expected in plain(printed(Sample(credential(**changes))))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, "该年度学时要求尚未完成。本明细不是完成证明。", id="incomplete"),
        pytest.param(
            {"deemed": DEFERRED},
            "尚未完成，顺延中（依据第六条第（六）项第4目）。本明细不是完成证明。",
            id="deferred",
        ),
        pytest.param({"deemed": DEFERRED}, "合计62.590尚未完成（顺延中）", id="deferred, in the table"),
        pytest.param(
            {"deemed": [{"professional": "第六条第（六）项第2目"}]},
            "专业科目32.560视同完成合计62.590尚未完成",
            id="half",
        ),
        pytest.param({"conclusion": "complete"}, "达到该年度学时要求。本明细不是完成证明。", id="complete"),
        pytest.param({}, "1培训进修88第六条第（一）项超过每人", id="a line"),
    ],
)
def test_a_statement_says(changes: dict[str, object], expected: str) -> None:
    assert expected in plain(printed(Sample(statement(lines(2), **changes), lines(2))))


@every
def test_every_sheet_of_another_document_says_that_it_is_no_certificate_and_no_certificate_does(
    name: str,
) -> None:
    sample = SAMPLES[name]
    said = NOT_A_CERTIFICATE.get(sample.credential.document)
    page = page_of(sample.credential, sample.parsed)
    for i, sheet in enumerate(page.sheets, 1):
        text = "".join(word.text for part in (sheet.body, sheet.foot, sheet.heading) for word in part)
        assert [words for words in NOT_A_CERTIFICATE.values() if words in text] == ([said] if said else [])
        assert ("继续教育完成证明" in text) == (said is None)
        number = "".join(word.text for word in sheet.number)
        assert number == (f"第{i}页，共{len(page.sheets)}页 Page {i} of {len(page.sheets)}" if said else "")


def test_the_years_of_a_transfer_are_printed_once_each_with_figures_that_are_named() -> None:
    sample = SAMPLES["transfer, long names, two sheets"]
    page = page_of(sample.credential)
    rows = [row for sheet in page.sheets if sheet.years for row in sheet.years.rows]
    assert [row[0].text for row in rows] == [str(year) for year in range(2016, 2026)]
    differ = found(sample, printed(sample).replace("62.5", "92.5", 1))
    assert [difference.field for difference in differ] == ["years.2018.hours"]


def test_a_moment_late_in_the_evening_of_utc_is_the_next_day_in_shanghai() -> None:
    late = credential(conclusion="complete").model_copy(update={"iat": 1767196800})  # 2025-12-31T16:00:00Z
    assert "2026年1月1日" in printed(Sample(late))


def test_every_line_is_printed_once_in_order() -> None:
    data = lines(150)
    sample = Sample(statement(data), data)
    page = page_of(sample.credential, sample.parsed)
    numbers = [row[0].text for sheet in page.sheets if sheet.lines for row in sheet.lines.rows]
    assert numbers == [str(n) for n in range(1, 151)]


def test_no_reason_of_a_deferral_is_printed() -> None:
    assert not any(word in printed(SAMPLES["statement"]) for word in ("病", "孕", "伤"))
    assert UNFINISHED["conclusion"] == "incomplete"


def test_each_word_of_every_page_has_a_name_that_people_know() -> None:
    for sample in SAMPLES.values():
        for word in page_of(sample.credential, sample.parsed).words():
            name = name_of(word.field)
            assert not re.search("[A-Za-z_.]", name.zh), word.field
            assert name.en[0].isupper(), word.field


def test_a_difference_is_told_by_the_names_of_the_page() -> None:
    sample = SAMPLES["plain"]
    evidence = Evidence(
        "a.pdf",
        InputKind.PDF,
        (),
        (),
        text=printed(sample).replace("62\n60", "62\n30").replace("\n张示例", ""),
    )
    told = check_page(sample.credential, evidence).detail
    assert told.zh == (
        "页面文字与签名不符，共 2 处。姓名：应为“张示例”，页面上没有；要求的专业科目学时：应为“60”，页面上是“30”。"
    )
    assert told.en == (
        "2 places differ. Name: expected '张示例', found nothing; Required professional hours: expected '60', found '30'."
    )
