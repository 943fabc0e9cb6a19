"""Templates to pages: the Jinja environment, the two languages, and how moments and ages are written."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from verifier.web.assets import Assets

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "verifier"
SHANGHAI = ZoneInfo("Asia/Shanghai")
CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' blob:; script-src 'self'; connect-src 'self'; "
    "worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""What a page may load: our own style sheets, pictures and script files; nothing inline. A picture put in is shown to itself."""
DEVICE_POLICY = CONTENT_POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
"""The same for pages that read a QR by themselves, with a program in WebAssembly."""


class Pages:
    """Draws the templates of one folder."""

    def __init__(self, assets: Assets, *, demo: bool) -> None:
        """Prepare the templates; `demo` marks every page."""
        self._environment = Environment(
            loader=FileSystemLoader(FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals |= {"asset": assets.url, "assets": assets, "demo": demo, "moment": moment}

    def draw(self, request: Request, template: str, status: int = 200, **context: object) -> HTMLResponse:
        """Draw one page in the language that the request asks for."""
        english = request.query_params.get("lang") == "en"

        def t(zh: str, en: str) -> str:
            return en if english else zh

        text = self._environment.get_template(template).render(
            t=t,
            english=english,
            suffix="?lang=en" if english else "",
            path=request.url.path,
            age=lambda span: age(span, t),
            **context,
        )
        language = "en" if english else "zh-CN"
        headers = {
            "Content-Security-Policy": DEVICE_POLICY,
            "Content-Language": language,
            "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
        }
        return HTMLResponse(text, status, headers)


def moment(value: datetime) -> str:
    """Write a moment as a clock in Gansu shows it, to the minute."""
    return f"{value.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def age(span: timedelta, t: Callable[[str, str], str]) -> str:
    """Write a span in its largest unit, rounded down; a negative one is none."""
    minutes = max(0, int(span.total_seconds() // 60))
    for size, zh, en in ((1440, "天", "day"), (60, "小时", "hour"), (1, "分钟", "minute")):
        if minutes >= size or size == 1:
            count = minutes // size
            return t(f"{count} {zh}", f"{count} {en}{'' if count == 1 else 's'}")
    raise AssertionError  # the last unit always answers
