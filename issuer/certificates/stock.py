"""Characters that stand in for people's texts while a form is laid out.

What stands in is embedded with the frozen sheet, so it is chosen from what most people need; the rest each document embeds
itself. All ideographs are as wide as they are high, whichever stands in for which.
"""

from verifier import wording

MARK = "一"
"""Stands first in each slot: no other text of a form begins with it."""
_OFTEN = "甘肃省市县区州局厅委员会人力资源和社会保障教育卫生健康医院学校"
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗"


def centred(field: str, *, bold: bool) -> str:
    """Return what stands in the middle of a cell or line, by the field that is printed there; it fits the narrowest."""
    if field == "conclusion":
        return "完成视同达到未" if not bold else "完成视同尚未"
    if field == "validFrom":
        return "年月日（）、；，。·*X@"
    return "0123456789."


def _distinct(text: str) -> str:
    return "".join(c for c in dict.fromkeys(text) if "\u4e00" <= c <= "\u9fff" and c != MARK)


REGULAR = _distinct(
    "上述人员年度参加专业技术人员继续教育经登记审核累计认定学时其中专业科目学时公需科目达到该年度学时要求特此证明"
    + "".join([*wording.CATEGORIES.values(), *wording.DEEMED.values()])
    + "依据第条项目顺延完成该年度学时要求尚未完成"
    + _OFTEN
)
BOLD = _distinct(_SURNAMES)
