"""What the fields of a page are called in sentences: no reader should have to know that `hours.total` is 合计学时."""

from verifier.report import Says
from verifier.sheet import TEMPLATE

NAMES = {
    "": Says("多出文字", "Added text"),
    TEMPLATE: Says("固定文字", "Printed wording"),
    "serial": Says("证明编号", "Serial"),
    "version": Says("版次", "Version"),
    "year": Says("年度", "Year"),
    "years": Says("年度个数", "Number of years"),
    "name": Says("姓名", "Name"),
    "identifier": Says("身份证件号码", "ID number"),
    "employer": Says("工作单位", "Employer"),
    "registrar": Says("登记机关", "Registrar"),
    "selfVerified": Says("单位自核", "Self-verified"),
    "hours.public": Says("认定的公需科目学时", "Recognised public hours"),
    "hours.professional": Says("认定的专业科目学时", "Recognised professional hours"),
    "hours.total": Says("认定的合计学时", "Recognised total hours"),
    "required.public": Says("要求的公需科目学时", "Required public hours"),
    "required.professional": Says("要求的专业科目学时", "Required professional hours"),
    "required.total": Says("要求的合计学时", "Required total hours"),
    "deemed": Says("视同完成的认定", "What is deemed"),
    "conclusion": Says("结论", "Conclusion"),
    "categories": Says("分类学时", "Hours by category"),
    "rules": Says("规则版本", "Rules"),
    "region": Says("地区", "Region"),
    "measure": Says("认定依据", "Basis"),
    "issuer": Says("签发机关的网址", "The issuer's host"),
    "validFrom": Says("签发日期", "Day of issue"),
    "hours": Says("认定学时", "Recognised hours"),
    "required": Says("要求学时", "Required hours"),
    "certificate": Says("该年度证明编号", "Serial of that year's certificate"),
}
"""By place in the credential's subject, as in `Word`."""


def name_of(field: str) -> Says:
    """Name a field; of a table with a row for each line or year, the row too."""
    table, _, rest = field.partition(".")
    if table == "lines":
        return Says(f"明细第 {rest} 行", f"Line {rest} of the statement")
    if table == "years" and rest:
        year, _, column = rest.partition(".")
        name = NAMES[column or "year"]
        return Says(f"{year} 年度的{name.zh}", f"{name.en} of {year}")
    return NAMES[field]
