"""Trying a file on the page: the report of a dry run, nothing written; and what administrators see of imports."""

import os
import re
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa
from playwright.sync_api import Page

from issuer.access.clients import end_client
from issuer.access.roles import Actor, Grant, Role
from issuer.errors import NotFound
from issuer.import_settings import SAMPLES
from issuer.instance import writing
from issuer.intake import spool
from issuer.intake.asked import Asked
from issuer.intake.overview import read_overview
from issuer.intake.profiles import find_profile
from issuer.intake.scope import hold_batch, within
from issuer.intake.service import import_file, rehearse
from issuer.intake.tables import import_batch, imported_record
from issuer.intake.worker import Worker
from issuer.people.affiliation import Place
from issuer.registration.tables import activity
from tests.intake.dirt import HEADINGS, SECTOR, row, sector
from tests.intake.sending import registered_hours, send, write
from tests.portal.province import Province
from tests.portal.senders import client_of, sender, sent
from tests.portal.signed_in import form_key, visitor
from tests.portal.windows import SIZES, accessible, in_english


def tried(
    client: httpx.Client, files: dict[str, tuple[str, bytes]], profile: str = "base-platform"
) -> httpx.Response:
    return client.post("/imports", data={"form_key": form_key(client), "profile": profile}, files=files)


def counts(here: Province) -> list[int]:
    with here.instance.engine.connect() as connection:
        return [
            connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in (import_batch, imported_record, activity)
        ]


def test_a_file_is_tried_and_nothing_is_written(here: Province, site: str, tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.csv", [row(0, 1), row(0, 1), row(1, 2, K="10学分")], [*HEADINGS[:13], "<b>备注</b>"]
    )
    before = counts(here)
    with closing(visitor(here, site, "administrator")) as client:
        page = tried(client, {"file": ("a.csv", path.read_bytes())})
    assert page.status_code == 200
    assert "K（课程学时）" in page.text
    assert "是学分，不是学时" in page.text
    assert "&lt;b&gt;备注&lt;/b&gt;" in page.text
    assert len(re.findall(r"<tr><th scope=\"row\"[^>]*>", page.text)) == 4, (
        "registered, sent before, refused; the row at fault"
    )
    assert counts(here) == before


def test_with_a_profile_of_ones_own(here: Province, site: str, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [sector()], SECTOR)
    own = (SAMPLES / "sector-training.yaml").read_bytes()
    with closing(visitor(here, site, "administrator")) as client:
        assert tried(client, {"file": ("a.csv", path.read_bytes())}).status_code == 422
        page = tried(client, {"file": ("a.csv", path.read_bytes()), "own": ("p.yaml", own)})
    assert page.status_code == 200
    assert "没有有误的行" in page.text


REFUSED = {
    "no file": ({}, "base-platform", "请选择文件"),
    "no table": ({"file": ("a.xls", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(64))}, "base-platform", "另存为 .xlsx"),
    "no profile": ({"file": ("a.csv", b"a,b\n")}, "../../secret", "请选择对照表"),
    "a profile that is none": ({"file": ("a.csv", b"a,b\n"), "own": ("p.yaml", b"id: [")}, "base-platform", "YAML"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_tried(here: Province, site: str, name: str) -> None:
    files, profile, says = REFUSED[name]
    with closing(visitor(here, site, "administrator")) as client:
        page = tried(client, files, profile)
    assert page.status_code == 422
    assert says in page.text


def test_what_a_batch_refused_is_seen(here: Province, site: str, tmp_path: Path) -> None:
    report = send(here.instance, write(tmp_path / "a.csv", [row(2, 79), row(2, 80, K="10学分")]))
    with closing(visitor(here, site, "administrator")) as client:
        assert f'href="/imports?batch={report.batch_id}"' in client.get("/imports").text
        page = client.get("/imports", params={"batch": str(report.batch_id)})
        missing = client.get("/imports", params={"batch": str(UUID(int=9))})
        wrong = client.get("/imports", params={"batch": "x"})
    assert "是学分，不是学时" in page.text
    assert "K（课程学时）" in page.text
    assert (page.status_code, missing.status_code, wrong.status_code) == (200, 404, 422)


def test_which_systems_are_admitted_is_seen(here: Province, site: str, tmp_path: Path) -> None:
    (name, secret), (gone, _) = client_of(here), client_of(here)
    with writing(here.instance) as work:
        end_client(work, gone)
    with closing(sender(site, name, secret)) as client:
        sent(client, write(tmp_path / "a.csv", [row(2, 81)]).read_bytes())
    admitted = read_overview(here.instance, inspector(here, "gs")).admitted
    seen = {one.name: (one.last is not None, one.ended) for one in admitted}
    assert (seen[name], seen[gone]) == ((True, False), (False, True))
    elsewhere = read_overview(here.instance, inspector(here, "gs-city")).admitted
    assert not {one.name for one in elsewhere} & {name, gone}
    Worker(here.instance).look()
    with closing(visitor(here, site, "administrator")) as client:
        page = client.get("/imports").text
    assert name in page
    assert "已停用" in page


def test_who_has_not_sent_for_45_days_is_told(here: Province, site: str, tmp_path: Path) -> None:
    send(here.instance, write(tmp_path / "a.csv", [row(2, 77)]))
    with closing(visitor(here, site, "administrator")) as client:
        page = client.get("/imports").text
    assert "base-platform" in page
    assert "超过 45 天" not in page
    for days, overdue in ((44, False), (46, True)):
        now = here.instance.now() + timedelta(days=days)
        seen = read_overview(replace(here.instance, now=lambda now=now: now), inspector(here, "gs"))
        assert [one.overdue for one in seen.systems if one.name == "base-platform"] == [overdue], days


def inspector(here: Province, authority: str, role: Role = Role.INSPECTOR) -> Actor:
    place = Place(authority_id=here.town.authorities[authority])
    return Actor(0, b"nobody's key", frozenset({Grant(role, place)}))


def test_a_place_sees_what_its_own_systems_sent(here: Province, site: str, tmp_path: Path) -> None:
    """The county's system, the city's above it, another place's; and what came in at the server's terminal."""
    send(here.instance, write(tmp_path / "a.csv", [row(1, 79)]))
    with closing(sender(site, *client_of(here, "gs-city-county"))) as client:
        data = write(tmp_path / "b.csv", [row(0, 78)]).read_bytes()
        one = UUID(sent(client, data).json()["id"])
    Worker(here.instance).look()
    seen = {}
    for authority in here.town.authorities:
        for role in (Role.INSPECTOR, Role.ADMINISTRATOR):
            told = read_overview(here.instance, inspector(here, authority, role))
            seen[authority, role] = (
                one in {sending.id for sending in told.sendings},
                None in {sending.client for sending in told.sendings} or len(told.batches) > 1,
                [line.rows for line in told.batches] == [1],
            )
    whole, own, nothing = (True, True, False), (True, False, True), (False, False, False)
    (its,) = read_overview(here.instance, inspector(here, "gs-city")).batches
    with here.instance.engine.connect() as connection:
        hold_batch(connection, inspector(here, "gs-city-county"), its.id)
        with pytest.raises(NotFound):
            hold_batch(connection, inspector(here, "gs-health"), its.id)
    for (authority, role), found in seen.items():
        wanted = {"gs": whole, "gs-city": own, "gs-city-county": own}.get(authority, nothing)
        assert found == wanted, (authority, role)


def test_a_place_tries_files_of_its_own_people_alone(here: Province, tmp_path: Path) -> None:
    """Else a dry run would tell any administrator who is entered anywhere."""
    path = write(tmp_path / "a.csv", [row(0, 90), row(1, 91)])
    told = {}
    for authority in ("gs", "gs-city-county", "gs-health"):
        with here.instance.engine.connect() as connection:
            asked = Asked(within=within(connection, inspector(here, authority, Role.ADMINISTRATOR)))
        report = rehearse(
            here.instance, path, find_profile("base-platform"), asked, lambda _share, _row: None
        )
        told[authority] = report.totals.rows["registered"]
    assert told == {"gs": 2, "gs-city-county": 1, "gs-health": 1}


@pytest.mark.parametrize("size", SIZES)
def test_in_a_browser(visit: Callable[[str, str], Page], tmp_path: Path, size: str) -> None:
    path = write(tmp_path / "a.csv", [row(3, 1), row(4, 2, K="10学分"), row(5, 3, A="6.29901E+17")])
    page = visit("administrator", size)
    page.goto("/imports")
    accessible(page)
    in_english(page)
    page.select_option("#profile", "base-platform")
    page.set_input_files("#file", path)
    page.click("form.panel button")
    assert "证件号码被存成数字" in page.inner_text("main")
    assert page.locator("tbody").nth(1).locator("tr").count() == 2
    accessible(page)
    if shots := os.environ.get("XUESHI_SHOTS"):
        page.screenshot(path=Path(shots) / f"imports-{size}.png", full_page=True)
        page.goto("/imports")
        page.screenshot(path=Path(shots) / f"imports-list-{size}.png", full_page=True)


class Killed(Exception):
    """The process that worked a file off is gone."""


def test_progress_is_seen_and_gone_on_with(
    here: Province, site: str, visit: Callable[[str, str], Page], tmp_path: Path
) -> None:
    data = write(tmp_path / "a.csv", [row(0, 200 + one) for one in range(150)]).read_bytes()
    with closing(sender(site, *client_of(here))) as client:
        one = UUID(sent(client, data).json()["id"])

    def die(_share: float, _row: int) -> None:
        raise Killed

    path, asked = spool.place(here.instance.settings, one), Asked(portion=40, sending=one)
    with pytest.raises(Killed):
        import_file(here.instance, path, find_profile("base-platform"), asked, die)
    page = visit("administrator", "phone")
    page.goto("/imports")
    bar = page.locator("#sent + p + table progress")
    assert 0 < float(bar.get_attribute("value") or 0) < 1
    assert page.locator("text=正在办理").count() == 1
    assert bar.bounding_box() is not None
    accessible(page)
    if shots := os.environ.get("XUESHI_SHOTS"):
        page.screenshot(path=Path(shots) / "imports-progress-phone.png", full_page=True)
    before = sum(map(len, registered_hours(here.instance).values()))
    Worker(here.instance).look()
    page.click("text=看最新进度")
    page.reload()
    assert bar.count() == 0
    assert "完成" in page.locator("#sent + p + table tbody tr").first.inner_text()
    assert sum(map(len, registered_hours(here.instance).values())) == before + 110
