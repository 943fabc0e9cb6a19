"""Document numbers and names, as they are typed and as they are kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.people.errors import IdentifierError, WordingError
from issuer.people.identifier import IdType, check_character, read_identifier
from issuer.people.wording import EMPLOYER_MAX, NAME_MAX, read_employer, read_name

RESIDENT, PASSPORT = IdType.RESIDENT_ID, IdType.PASSPORT
SPECIMEN = "629901199004120123"  # a region prefix that no region has


@pytest.mark.parametrize(
    ("id_type", "text", "number"),
    [
        pytest.param(RESIDENT, SPECIMEN, SPECIMEN, id="as it is"),
        pytest.param(RESIDENT, " 629901 19900412 0123 ", SPECIMEN, id="spaces"),
        pytest.param(RESIDENT, "６２９９０１１９９００４１２０１２３", SPECIMEN, id="full-width digits"),
        pytest.param(
            RESIDENT,
            "11010519491231002x",
            "11010519491231002X",
            id="lower-case x (the standard's own example)",
        ),
        pytest.param(RESIDENT, "810000199408230021", "810000199408230021", id="residence permit, prefix 81"),
        pytest.param(PASSPORT, "sl0000417", "SL0000417", id="passport"),
    ],
)
def test_numbers_are_normalised(id_type: IdType, text: str, number: str) -> None:
    assert read_identifier(id_type, text).number == number


@pytest.mark.parametrize(
    ("id_type", "text", "expected"),
    [
        pytest.param(RESIDENT, "629901199004120124", "check character", id="wrong check digit"),
        pytest.param(RESIDENT, "62990119900412012", "17 digits", id="a digit short"),
        pytest.param(RESIDENT, "629901900412012", "17 digits", id="fifteen digits of old"),
        pytest.param(RESIDENT, "62990119900230012X", "a day of birth", id="30 February"),
        pytest.param(RESIDENT, "6299011990041201２Y", "17 digits", id="a letter"),
        pytest.param(RESIDENT, "٦٢٩٩٠١١٩٩٠٠٤١٢٠١٢٣", "17 digits", id="digits of another script"),
        pytest.param(PASSPORT, "E12", "8 to 18", id="too short to mask"),
        pytest.param(PASSPORT, "E1234-5678", "8 to 18", id="punctuation"),
    ],
)
def test_numbers_that_cannot_be(id_type: IdType, text: str, expected: str) -> None:
    with pytest.raises(IdentifierError, match=expected) as refused:
        read_identifier(id_type, text)
    assert text not in str(refused.value)


@given(
    st.from_regex(r"[0-9]{6}19[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{3}", fullmatch=True),
    st.data(),
)
def test_any_one_digit_mistyped_is_noticed(first17: str, data: st.DataObject) -> None:
    first17 = "".join(str(int(digit)) for digit in first17)
    number = first17 + check_character(first17)
    read_identifier(RESIDENT, number)
    place = data.draw(st.integers(0, 16))
    digit = data.draw(st.sampled_from("0123456789").filter(lambda d: d != number[place]))
    with pytest.raises(IdentifierError):
        read_identifier(RESIDENT, number[:place] + digit + number[place + 1 :])


def test_masked_and_keyed() -> None:
    person = read_identifier(RESIDENT, SPECIMEN)
    assert person.masked == "629***********0123"
    assert SPECIMEN not in repr(person)
    assert person.person_key(b"a") == read_identifier(RESIDENT, f" {SPECIMEN}").person_key(b"a")
    assert person.person_key(b"a") != person.person_key(b"b")
    assert person.person_key(b"a") != read_identifier(PASSPORT, SPECIMEN[:17]).person_key(b"a")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("韩若溪", "韩若溪", id="plain"),
        pytest.param("阿丽玛•巴特", "阿丽玛·巴特", id="bullet"),
        pytest.param("阿丽玛・巴特", "阿丽玛·巴特", id="katakana middle dot"),
        pytest.param("阿丽玛 . 巴特", "阿丽玛·巴特", id="full stop and spaces"),
        pytest.param("Marie E. Example", "Marie E. Example", id="a Latin name keeps its full stop"),
        pytest.param("  龙𠅤𬭩 ", "龙𠅤𬭩", id="extension B"),
        pytest.param("\u2f08\u2f00示例", "人一示例", id="radicals that look like characters"),
        pytest.param("\uff2d\uff41rie", "Marie", id="full-width letters"),
        pytest.param("བསྟན་འཛིན", "བསྟན་འཛིན", id="Tibetan"),
        pytest.param("ئالىم", "ئالىم", id="Uyghur"),
        pytest.param("Мария", "Мария", id="Cyrillic alone"),
        pytest.param("〇々𰻝示例", "〇々𰻝示例", id="zero, repetition, a character of extension G"),
        pytest.param("示例\U00031353", "示例\U00031353", id="a character newer than this Python"),
        pytest.param("e\u0301lodie 示例", "\u00e9lodie 示例", id="composed"),
    ],
)
def test_names_are_normalised(text: str, name: str) -> None:
    assert read_name(text) == name


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("   ", id="blank"),
        pytest.param("韩\u202e若溪", id="right-to-left override"),
        pytest.param("韩\u200b若溪", id="zero-width space"),
        pytest.param("韩\x07若溪", id="bell"),
        pytest.param("韩\ue000若溪", id="private use"),
        pytest.param("韩" * (NAME_MAX + 1), id="too long"),
        pytest.param("М\u0430rie", id="Cyrillic among Latin letters"),
        pytest.param("王\u30a8", id="katakana that looks like 工"),
        pytest.param("王\u03bf", id="Greek omicron beside Chinese"),
        pytest.param("韩\x00若溪", id="NUL"),
        pytest.param("韩\ufeff若溪", id="byte order mark"),
    ],
)
def test_names_that_cannot_be(text: str) -> None:
    with pytest.raises(WordingError):
        read_name(text)


def test_employers_have_their_own_length() -> None:
    assert read_employer("示" * EMPLOYER_MAX) == "示" * EMPLOYER_MAX
    with pytest.raises(WordingError):
        read_employer("示" * (EMPLOYER_MAX + 1))
