"""Templates to pages: one frame, two languages (`t(zh, en)`), tabs by role, nothing inline."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from http.client import BAD_REQUEST
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from issuer.access.roles import Role
from issuer.portal.answered import Answered, Page, new_ticket
from issuer.portal.visitors import Visitor
from rules.parameters import name_of
from rules.quantity import hours_text
from verifier.web.assets import Assets
from verifier.web.drawing import CONTENT_POLICY, moment
from verifier.web.problems import ProblemError

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


@dataclass(frozen=True)
class Tab:
    """One place of the main navigation, shown to those who hold one of `roles`. `also`: pages that belong to it elsewhere."""

    href: str
    zh: str
    en: str
    roles: frozenset[Role]
    also: tuple[str, ...] = ()

    def has(self, path: str) -> bool:
        """Whether a page belongs to this place."""
        return any(path == at or path.startswith(f"{at}/") for at in (self.href, *self.also))


TABS = (
    Tab("/year", "我的学时", "My year", frozenset({Role.PROFESSIONAL}), ("/declarations",)),
    Tab("/declare", "申报", "Declare", frozenset({Role.PROFESSIONAL})),
    Tab("/affiliation", "我的单位", "My employer", frozenset({Role.PROFESSIONAL})),
    Tab("/transfers", "转入转出", "Moving", frozenset({Role.PROFESSIONAL})),
    Tab("/inbox", "待审核", "To review", frozenset({Role.REVIEWER})),
    Tab("/archives", "学习档案", "Archives", frozenset({Role.REVIEWER})),
    Tab("/queue", "待核实", "To verify", frozenset({Role.VERIFIER})),
    Tab("/incoming", "转入", "Transfers in", frozenset({Role.REVIEWER, Role.VERIFIER})),
    Tab("/registered", "已登记", "Registered", frozenset({Role.VERIFIER}), ("/held",)),
    Tab("/changes", "人员变动", "Changes", frozenset({Role.REVIEWER, Role.VERIFIER}), ("/people",)),
    Tab("/offices", "机构和角色", "Authorities", frozenset({Role.ADMINISTRATOR}), ("/units", "/people")),
    Tab("/rules", "认定规则", "Rules", frozenset({Role.ADMINISTRATOR})),
    Tab("/imports", "学时导入", "Imports", frozenset({Role.ADMINISTRATOR})),
    Tab("/findings", "检查意见", "Findings", frozenset({Role.VERIFIER})),
    Tab("/inspection", "监督检查", "Inspection", frozenset({Role.INSPECTOR}), ("/findings", "/imports")),
    Tab("/entries", "录入与管理", "Entries", frozenset({Role.VERIFIER, Role.DEPARTMENT, Role.ADMINISTRATOR})),
)


class Shell:
    """Draws the portal's templates."""

    def __init__(self, assets: Assets, region: str, *, demo: bool) -> None:
        """Prepare the templates; every page says whose professionals it is for (`region`), and `demo` marks it."""
        self.assets, self.answered = assets, Answered()
        self._environment = Environment(
            loader=FileSystemLoader([TEMPLATES / "portal", TEMPLATES / "verifier"]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals |= {
            "asset": assets.url,
            "region": region,
            "demo": demo,
            "moment": moment,
            "parameter_name": name_of,
        }
        self._environment.filters |= {"hours": hours, "day": day}

    def draw(self, request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
        """Draw one page for whoever asks, in their language. What answers a form and shows it again can be had in the other, too."""
        visitor: Visitor = getattr(request.state, "visitor", None) or Visitor.nobody(request)
        session = visitor.session
        ticket = ""
        if (
            request.method == "POST"
            and session is not None
            and (status >= BAD_REQUEST or context.get("values"))
        ):
            ticket = new_ticket()

        def render(*, english: bool) -> str:
            return self._environment.get_template(template).render(
                t=lambda zh, en: en if english else zh,
                english=english,
                path=request.url.path,
                switch=_switch(request, ticket, english=english),
                tabs=[tab for tab in TABS if tab.roles & visitor.roles],
                signed_in=session is not None,
                form_key=session.form_key if session else "",
                says=lambda words: says(words, english=english),
                **context,
            )

        text = render(english=visitor.english)
        if ticket and session is not None:
            other = render(english=not visitor.english)
            zh, en = (other, text) if visitor.english else (text, other)
            self.answered.keep(session.form_key, ticket, Page(status, zh, en))
        return _page(text, status, english=visitor.english)

    def draw_again(self, visitor: Visitor, ticket: str, *, english: bool) -> HTMLResponse | None:
        """The page that answered a form of this visitor's, in a language; None when it is not known any more."""
        page = self.answered.find(visitor.session.form_key, ticket) if visitor.session else None
        return None if page is None else _page(page.en if english else page.zh, page.status, english=english)

    def problem(self, request: Request, problem: ProblemError) -> HTMLResponse:
        """Draw a problem: what is wrong, what was kept, and the way on. What was filled in can be copied."""
        form = getattr(request.state, "form", None)
        kept: Sequence[tuple[str, str]] = form.to_copy() if form is not None else ()
        page = self.draw(request, "problem.html", problem.type.status.value, problem=problem, kept=kept)
        for name, value in problem.headers.items():
            page.headers[name] = value
        return page


def _page(text: str, status: int, *, english: bool) -> HTMLResponse:
    headers = {
        "Content-Security-Policy": CONTENT_POLICY,
        "Content-Language": "en" if english else "zh-CN",
        "Vary": "Cookie",
    }
    return HTMLResponse(text, status, headers)


def _switch(request: Request, ticket: str, *, english: bool) -> str:
    """The switch of the language: it leads back to this page with what it was asked for, or to the form that it answered."""
    asked = request.url.query if request.method == "GET" else ""
    back = f"{request.url.path}?{asked}" if asked else request.url.path
    again = {"again": ticket} if ticket else {}
    return f"/language/{'zh' if english else 'en'}?{urlencode({'to': back, **again})}"


def says(words: str, *, english: bool) -> str:
    """Pick the language of a sentence written as “中文 / English”."""
    zh, bar, en = words.partition(" / ")
    return en if english and bar else zh


def hours(value: Decimal | int | str) -> str:
    """Write hours as certificates do: no trailing zeros."""
    return hours_text(Decimal(value))


def day(value: date | datetime | str) -> str:
    """Write a day as 2026-05-12."""
    return value if isinstance(value, str) else f"{value:%Y-%m-%d}"
