"""The forms of what authorities enter: which kinds a visitor may enter, and a form's fields into an entry's content. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from issuer.access.roles import Role
from issuer.governance.entering import PERSONAL
from issuer.governance.entries import TWO_PEOPLE
from issuer.governance.offices import ChangeKind
from issuer.registration.entered import EntryKind

_A, _V, _D = Role.ADMINISTRATOR, Role.VERIFIER, Role.DEPARTMENT


@dataclass(frozen=True)
class Field:
    """One field. `sort`: text, day, year, years, words, hours, choice; or shown, which no form asks for. A field that is not
    `needed` may stay empty. `seek`: what it is chosen from by name (`choosing`), so that nobody types a code; one that is
    `free` may also be what was typed, where there is nothing yet to choose from.
    """

    name: str
    zh: str
    en: str
    sort: str = "text"
    needed: bool = True
    choices: tuple[tuple[str, str, str], ...] = ()
    hint_zh: str = ""
    hint_en: str = ""
    seek: str = ""
    free: bool = False


@dataclass(frozen=True)
class KindForm:
    """A kind of entry in plain words, with who may enter it and its fields."""

    kind: EntryKind | ChangeKind
    zh: str
    en: str
    article: str
    roles: frozenset[Role]
    fields: tuple[Field, ...]

    @property
    def personal(self) -> bool:
        """Whether it is about one person."""
        return self.kind in PERSONAL

    @property
    def numbered(self) -> bool:
        """Whether the form asks for a document's number."""
        return self.personal or self.kind is ChangeKind.ACCOUNT

    @property
    def two(self) -> bool:
        """Whether another person must confirm it."""
        return self.kind in TWO_PEOPLE


_CATEGORIES = (
    ("self_study", "自学", "self-study"), ("achievement", "成果、著作", "outputs"), ("expert_service", "专家", "expert service"),
    ("training", "培训进修", "training"), ("academic", "学术交流", "academic exchange"), ("contest", "竞赛", "contest"),
    ("professional", "专业科目（最低学时）", "professional subject (minimum)"),
)  # fmt: skip
_ROLES = (
    ("reviewer", "单位审核", "employer's reviewer"), ("verifier", "核实登记", "verifier"), ("department", "省级部门", "provincial department"),
    ("administrator", "管理员", "administrator"), ("inspector", "监督检查", "inspector"),
)  # fmt: skip
_ROLE = (
    Field("login", "账号", "Account", seek="account"),
    Field("role", "角色", "Role", "choice", choices=_ROLES),
    Field("at", "在哪里", "At", seek="place"),
)  # fmt: skip
_YEAR = Field("year", "年度", "Year", "year")
FORMS: Mapping[str, KindForm] = {
    form.kind.value: form
    for form in (
        KindForm(EntryKind.FILING, "重大工作备案", "Filing of a major assignment", "第六条第（五）项", frozenset({_D}), (
            Field("years", "备案年度", "Years filed", "years", hint_zh="多个年度用空格隔开，例如 2025 2026", hint_en="several with spaces, such as 2025 2026"),
        )),
        KindForm(EntryKind.CONTEST, "认可的竞赛和其他学习", "Recognised contest or other learning", "第六条第（六）项第3目", frozenset({_D, _V}), (
            Field("event_key", "活动编号", "Key of the event", seek="contest", free=True, hint_zh="从已申报的里选；还没有人申报的，直接写申报时要填的编号", hint_en="one that was declared; where nobody has yet, write the key that declarations will name"),
            Field("title", "名称", "Name"),
        )),
        KindForm(EntryKind.EXAM, "考试目录", "Examinations on the list", "第六条第（六）项第2目", frozenset({_A}), (
            Field("name", "考试名称", "Name of the examination", hint_zh="与证书一致", hint_en="as certificates have it"),
            Field("first", "批准日期自", "Approvals from", "day"), Field("last", "批准日期至", "to", "day", needed=False),
        )),
        KindForm(EntryKind.EXAM_END, "考试移出目录", "Examination leaves the list", "第六条第（六）项第2目", frozenset({_A}), (
            Field("name", "考试名称", "Name of the examination", hint_zh="与目录一致；以前批准的仍然算数", hint_en="as on the list; what was approved before still counts"),
            Field("last", "批准日期最后一天", "Last day of approvals", "day"),
        )),
        KindForm(EntryKind.DEFERRAL, "顺延", "Deferral", "第六条第（六）项第4目", frozenset({_V}), (
            _YEAR,
            Field("reason_code", "原因类别", "Kind of reason", "choice", choices=(("injury", "负伤", "injury"), ("illness", "患病", "illness"), ("pregnancy", "怀孕等", "pregnancy"), ("other", "其他", "other"))),
            Field("due", "补学期限", "To be made up by", "day"),
        )),
        KindForm(EntryKind.MAKE_UP, "指定补学", "Make-up designated", "第六条第（六）项第4目", frozenset({_V}), (
            Field("year", "补哪一年", "The year made up for", "year", seek="deferral"), Field("activity", "用哪一条已登记的记录", "By which registered activity", seek="activity"),
        )),
        KindForm(EntryKind.EXCEPTION, "“原则上”的例外", "Exception to what holds in principle", "第六条", frozenset({_V}), (
            _YEAR, Field("category", "类别", "Category", "choice", choices=_CATEGORIES),
            Field("cap", "全年上限改为", "Yearly cap", "hours", needed=False), Field("daily_cap", "每天上限改为", "Daily cap", "hours", needed=False),
            Field("minimum", "专业科目最低", "Professional minimum", "hours", needed=False, hint_zh="以上三项只填一项", hint_en="exactly one of the three"),
        )),
        KindForm(EntryKind.INTERPRETATION, "解释口径（只登记文字）", "Interpretation (words alone)", "第十六条", frozenset({_A}), (
            Field("parameter", "参数", "Parameter", seek="parameter"), Field("text", "口径", "What it says"), Field("first", "自何日起", "From", "day"),
        )),
        KindForm(EntryKind.REVOCATION, "撤销证明", "Revocation of a certificate", "第十五条", frozenset({_V}), (
            Field("serial", "证明编号", "Serial of the certificate", hint_zh="例如 GS2025-0094567-1", hint_en="such as GS2025-0094567-1"),
            Field("code", "原因", "Reason", "choice", choices=(("false-evidence", "材料不实", "false evidence"), ("issued-in-error", "签发错误", "issued in error"), ("other", "其他", "other"))),
        )),
        KindForm(ChangeKind.AUTHORITY, "新设部门", "New authority", "第十二条", frozenset({_A}), (
            Field("code", "代码", "Code", hint_zh="小写字母、数字、短横，例如 gs-lanzhou", hint_en="letters, digits, dashes, such as gs-lanzhou"),
            Field("sort", "类型", "Kind", "choice", choices=(("local_hrss", "市州、县区人社部门（含新区、矿区）", "HRSS bureau of a prefecture, county or area"), ("provincial_department", "省直主管部门", "provincial department"), ("personnel_agency", "人事代理机构", "personnel agency"))),
            Field("name", "名称", "Name"), Field("parent", "上级部门", "The authority above", seek="authority"),
            Field("region_code", "行政区划代码", "Region code", needed=False, hint_zh="没有的不填，例如兰州新区", hint_en="none for an area without one"),
        )),
        KindForm(ChangeKind.AUTHORITY_END, "撤并部门", "Authority ends", "第十二条", frozenset({_A}), (
            Field("code", "部门", "Authority", seek="authority"), Field("last", "最后一天", "Last day", "day"),
        )),
        KindForm(ChangeKind.UNIT, "新增单位", "New unit", "第十条", frozenset({_A}), (
            Field("sort", "隶属", "Affiliation", "choice", choices=(("local_unit", "市县单位", "local unit"), ("provincial_unit", "省直单位", "provincial unit"), ("central_unit", "中央在甘单位", "central unit"))),
            Field("name", "名称", "Name"), Field("uscc", "统一社会信用代码", "Unified social credit code", needed=False, hint_zh="没有的不填，系统给临时代码", hint_en="none: a temporary code is given"),
            Field("authority", "核实部门", "Who verifies", needed=False, seek="authority"),
        )),
        KindForm(ChangeKind.UNIT_MERGE, "合并重复的单位", "Merge of a duplicate unit", "第十条", frozenset({_A}), (
            Field("gone", "不再使用的单位", "The duplicate", seek="unit"), Field("into", "留下的单位", "The unit that stays", seek="unit"),
        )),
        KindForm(ChangeKind.ACCOUNT, "新建账号", "New account", "第十二条", frozenset({_A}), (
            Field("login", "登录名", "Login", hint_zh="字母、数字、点和短横", hint_en="letters, digits, dots and dashes"), Field("masked", "本人证件号码", "The holder's document", "shown"),
        )),
        KindForm(ChangeKind.ACCOUNT_RENEWAL, "重发邀请", "Fresh invitation", "第十二条", frozenset({_A}), (
            Field("login", "账号", "Account", hint_zh="忘了口令、丢了动态码时用；原来的立即失效", hint_en="for a lost password or second factor; the old ones end at once", seek="account"),
        )),
        KindForm(ChangeKind.ACCOUNT_END, "停用账号", "Account closed", "第十二条", frozenset({_A}), (
            Field("login", "账号", "Account", hint_zh="停用后不能恢复，登录立即结束", hint_en="for good; sessions end at once", seek="account"),
        )),
        KindForm(ChangeKind.ROLE, "授予角色", "Role granted", "第十二条", frozenset({_A}), _ROLE),
        KindForm(ChangeKind.CLIENT, "登记系统接入", "Registration system admitted", "第九条", frozenset({_A}), (
            Field("client", "客户端名称", "Name of the client", hint_zh="字母、数字、短横；停用后不能再用", hint_en="letters, digits, dashes; never used again once withdrawn"),
            Field("profiles", "对照表", "Mapping profiles", "words", seek="profile"),
            Field("authority", "主管部门", "The authority that answers for it", seek="authority", hint_zh="市县人社部门和代理机构的系统只报送自己核实的人", hint_en="a bureau's or agency's system sends for those whom it verifies alone"),
        )),
        KindForm(ChangeKind.CLIENT_END, "停用登记系统", "Registration system withdrawn", "第九条", frozenset({_A}), (
            Field("client", "系统", "System", hint_zh="停用后不能恢复，令牌立即失效", hint_en="for good; its tokens end at once", seek="system"),
        )),
        KindForm(ChangeKind.ROLE_END, "收回角色", "Role withdrawn", "第十二条", frozenset({_A}), _ROLE),
    )
}  # fmt: skip
"""Every kind of entry, in the order in which pages offer them."""


def content_of(form: KindForm, values: Mapping[str, str]) -> dict[str, Any]:
    """Make an entry's content of a form's fields; what is no figure stays text, and is refused by `read_body`."""
    made: dict[str, Any] = {"kind": form.kind.value}
    for field in form.fields:
        text = values.get(field.name, "").strip()
        if not text or field.sort == "shown":
            continue
        match field.sort:
            case "year":
                made[field.name] = _whole(text)
            case "years":
                made[field.name] = [_whole(one) for one in text.replace("、", " ").replace(",", " ").split()]
            case "words":
                made[field.name] = text.replace("、", " ").replace(",", " ").split()
            case _:
                made[field.name] = text
    return made


def _whole(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else text
