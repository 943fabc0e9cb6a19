"""Places in a law, written as Chinese official texts cite them: 第六条第（六）项第2目, by article, never by chapter."""

from typing import Annotated

from pydantic import Field

from rules.scalars import Frozen

_DIGITS = "零一二三四五六七八九"


class Citation(Frozen):
    """An article 条, and inside it paragraph 款, item 项, point 目, each counted from 1, 0 for none.

    Article 6 has one paragraph only, so none is named there.
    """

    article: Annotated[int, Field(ge=1, le=99)]
    paragraph: Annotated[int, Field(ge=0, le=99)] = 0
    item: Annotated[int, Field(ge=0, le=99)] = 0
    point: Annotated[int, Field(ge=0, le=99)] = 0

    def text(self) -> str:
        paragraph = f"第{numeral(self.paragraph)}款" if self.paragraph else ""
        item = f"第（{numeral(self.item)}）项" if self.item else ""
        point = f"第{self.point}目" if self.point else ""
        return f"第{numeral(self.article)}条{paragraph}{item}{point}"


def numeral(number: int) -> str:
    """Write 1 to 99 in Chinese numerals: 六, 十一, 二十五."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[ones] if ones or not tens else "")
