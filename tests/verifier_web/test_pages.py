"""The pages as a reader gets them: words, landmarks, languages, headers; nothing inline, nothing from elsewhere."""

import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest

from tests.chromium import NO_SANDBOX, SHELL
from tests.verifier_web.conftest import NEW_SERIAL, Issued

HTML = {"accept": "text/html"}


class Outline(HTMLParser):
    """What these tests look at of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


Pages = dict[str, httpx.Response]


@pytest.fixture(scope="module")
def pages(service: httpx.Client, issued: Issued) -> Pages:
    """Every page there is, in both languages."""

    def post(query: str, **body: object) -> httpx.Response:
        return service.post(f"/verify{query}", headers=HTML, **body)  # type: ignore[arg-type]  # keyword arguments

    found = {}
    for query in ("", "?lang=en"):
        found |= {
            path + query: service.get(path + query, headers=HTML)
            for path in ("/", "/trust", "/v", "/nowhere")
        }
        found["genuine" + query] = post(query, files={"files": ("证明.pdf", issued.pdf)})
        found["altered" + query] = post(query, files={"files": ("证明.pdf", issued.edited_pdf)})
        found["superseded" + query] = post(query, data={"text": issued.superseded})
        found["forged" + query] = post(query, data={"text": issued.forged})
        found["foreign" + query] = post(query, data={"text": issued.foreign_qr})
        found["statement" + query] = post(query, data={"text": issued.statement})
        found["empty" + query] = post(query, data={"text": " "})
        found["unusable" + query] = post(query, files={"files": ("x.pdf", b"x")})
    return found


def test_every_page_is_well_made(pages: Pages) -> None:
    for name, response in pages.items():
        assert response.headers["content-type"] == "text/html; charset=utf-8", name
        outline = Outline(response.text)
        english = name.endswith("?lang=en")
        assert outline.all("html") == [{"lang": "en" if english else "zh-CN"}], name
        assert [len(outline.all(tag)) for tag in ("h1", "main", "title")] == [1, 1, 1], name
        levels = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch("h[1-6]", tag)]
        assert all(after <= before + 1 for before, after in zip([0, *levels], levels, strict=False)), (
            name,
            levels,
        )
        assert not outline.all("style"), name
        assert not [a for _, a in outline.tags if "style" in a or any(key.startswith("on") for key in a)], (
            name
        )
        assert all(script.get("src", "").startswith("/static/") for script in outline.all("script")), name
        addresses = [a.get("href", "") + a.get("src", "") + a.get("action", "") for _, a in outline.tags]
        assert not [a for a in addresses if "//" in a], name
        labelled = {label["for"] for label in outline.all("label")}
        fields = [field["id"] for tag in ("input", "textarea") for field in outline.all(tag)]
        assert set(fields) <= labelled, name
        ids = [a["id"] for _, a in outline.tags if "id" in a]
        assert len(ids) == len(set(ids)), name
        described = " ".join(a.get("aria-describedby", "") for _, a in outline.tags).split()
        assert set(described) <= set(ids), name
        used = {a["href"].removeprefix("#") for a in outline.all("use")}
        assert used <= set(ids), name


def test_every_page_has_safe_headers(pages: Pages) -> None:
    for name, response in pages.items():
        headers = response.headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy, name
        assert "frame-ancestors 'none'" in policy, name
        assert "unsafe" not in policy.replace("'wasm-unsafe-eval'", ""), (
            name
        )  # zxing's WebAssembly, from our own origin
        assert headers["x-content-type-options"] == "nosniff", name
        assert headers["referrer-policy"] == "no-referrer", name
        assert headers["cache-control"] == "no-store", name
        assert "set-cookie" not in headers, name
        assert "server" not in headers, name


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("genuine", ["真实，现在有效", "张伟", "下一步", "一致", "证明.pdf"], id="genuine"),
        pytest.param("altered", ["不可信", "签名里写的是", "64 / 30 / 94", "不一致", "第 10 项未通过"], id="altered"),
        pytest.param("superseded", ["真实，但已有新版", NEW_SERIAL, "这不等于造假"], id="superseded"),
        pytest.param("forged", ["不可信", "第 4 项未通过", "没有签名成立的内容"], id="forged"),
        pytest.param("foreign", ["jxjy-query.example.net", "请您对照"], id="a foreign host"),
        pytest.param("statement", ["学时登记明细", "不能代替完成证明", "未完成"], id="a statement of hours"),
        pytest.param("empty", ["还没有放入证明"], id="nothing given"),
        pytest.param("unusable", ["这份文件不能核验", "x.pdf", "这不是对证明真伪的判断"], id="unusable"),
        pytest.param("/nowhere", ["没有这个地址"], id="no such page"),
        pytest.param("/trust", ["甘肃省继续教育示范平台（示例）", "jxjy.example.gov.cn", "已 1 天", "ES256"], id="trust"),
        pytest.param("/v", ["送到本服务核验", "不保存", "请用自己的核验页"], id="the QR's address"),
    ],
)  # fmt: skip
def test_a_page_says(pages: Pages, name: str, words: list[str]) -> None:
    text = re.sub("<[^>]+>", "", pages[name].text)
    for word in words:
        assert word in text


def test_a_forged_one_shows_none_of_its_figures(service: httpx.Client, issued: Issued) -> None:
    page = service.post("/verify", headers=HTML, data={"text": issued.forged}).text
    assert "张伟" not in page
    assert ">72<" not in page


def test_all_eleven_checks_are_always_shown(pages: Pages) -> None:
    for name, response in pages.items():
        if name.partition("?")[0] in {"genuine", "altered", "superseded", "forged", "foreign"}:
            shown = re.findall(r'class="no">(\d+)<', response.text)
            assert shown == [str(number) for number in range(1, 12)], name


def test_undecided_is_never_green(late_service: httpx.Client, issued: Issued) -> None:
    page = late_service.post("/verify", headers=HTML, data={"text": issued.qr}).text
    assert "现在还不能判断" in page
    assert "verdict-none" in page
    assert "verdict-ok" not in page
    assert "信任名单已过期 24 天" in page


def test_what_was_sent_cannot_become_markup(service: httpx.Client) -> None:
    page = service.post("/verify", headers=HTML, files={"files": ("<script>alert(1)</script>", b"x")}).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_reloaded_result_leads_home(service: httpx.Client) -> None:
    response = service.get("/verify?lang=en", headers=HTML)
    assert (response.status_code, response.headers["location"]) == (303, "/?lang=en")


def test_one_file_at_a_time_on_the_page(service: httpx.Client, issued: Issued) -> None:
    two = [("files", (name, issued.token)) for name in ("a.txt", "b.txt")]
    response = service.post("/verify", headers=HTML, files=two)
    assert (response.status_code, "一次核验一份" in response.text) == (413, True)


def test_static_files_are_kept_by_the_browser(service: httpx.Client) -> None:
    home = Outline(service.get("/").text)
    for address in [a["href"] for a in home.all("link") if a["rel"] != "manifest"]:
        response = service.get(address)
        assert response.status_code == 200
        assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
        again = service.get(address, headers={"if-none-match": response.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_the_script_reads_the_fragment_once(service: httpx.Client, issued: Issued, tmp_path: Path) -> None:
    command = [SHELL, NO_SANDBOX, f"--user-data-dir={tmp_path}"]

    def after_script(fragment: str) -> set[str]:
        address = f"{str(service.base_url).rstrip('/')}/v{fragment}"
        dom = subprocess.run(
            [*command, "--dump-dom", address], capture_output=True, text=True, check=True, timeout=60
        )
        outline = Outline(dom.stdout)
        return {
            a["id"] for a in outline.all("p") if a.get("id") in {"carried", "missing"} and "hidden" not in a
        }

    assert after_script("#" + issued.qr.partition("#")[2]) == {"carried"}
    assert after_script("#alert(1)") == {"missing"}
