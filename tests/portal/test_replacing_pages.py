"""What an origin changes afterwards, in a browser and by call: asked now, told on the year, and a new version put in the old one's place."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from uuid import UUID

import pytest
import sqlalchemy as sa

from issuer.access.accounts import actor_of
from issuer.access.tables import account
from issuer.credentials.service import Withdrawal
from issuer.instance import Instance, open_instance, writing
from issuer.reconciliation import reconcile_all
from issuer.registration.base_platform import learn
from issuer.registration.procedure import Step
from issuer.service import revoke
from issuer.transfers.bringing import Upload
from issuer.transfers.service import issue_to_leave, receive
from issuer.transfers.stepping import How, Taken, take
from tests.issuer import town
from tests.issuer.town import Town
from tests.issuer.transfers.provinces import HERE, MOVED, THERE, trusting
from tests.issuer.worlds import instance_at
from tests.portal import province
from tests.portal.conftest import placed
from tests.portal.province import Province, slug
from tests.portal.signed_in import keyed, program
from tests.portal.test_transfer_pages import COURSE, Visit, shot
from tests.portal.windows import SIZES, in_english

WHO = {"phone": "local unit", "desk": "provincial unit with a department"}
REVOKED = "agency alone"


@dataclass(frozen=True)
class Origin:
    """The province that people come from, at work beside the one that they come to."""

    instance: Instance
    town: Town

    def certificate(self, name: str, hours: int) -> tuple[str, bytes]:
        """Hours of 2025 more, and the certificate that has them: serial and token."""
        course = {**COURSE, "total_hours": hours, "completed_on": "2025-05-20", "event_key": f"示例 {hours}"}
        with writing(self.instance) as work:
            learn(work, self.town.people[name], course, "示例基地")
        issued = issue_to_leave(self.instance, self.town.people[name].id)
        return issued.serial, issued.jws.encode()


@pytest.fixture(scope="module")
def origin(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Origin]:
    """Made anew for each kind of database: what it has registered for one is not there for the other."""
    del database
    home = tmp_path_factory.mktemp("origin") / "a"
    instance_at(home, HERE)
    with open_instance(home) as instance:
        yield Origin(instance, town.build(instance))


@pytest.fixture(scope="module")
def here(
    request: pytest.FixtureRequest, database: str, origin: Origin, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Province]:
    home = tmp_path_factory.mktemp("replacing") / "x"
    instance_at(home, placed(request, replace(THERE, host="jxjy.replacing.example"), database))
    trusting(home, origin.instance.settings.home, HERE)
    with open_instance(home) as instance:
        yield province.build(instance)
        assert reconcile_all(instance.engine) == ()


def registered(here: Province, origin: Origin, name: str) -> tuple[UUID, str]:
    """The person's 2025 is registered with 30 hours; answers the transfer's id and the certificate's serial."""
    serial, token = origin.certificate(name, 30)
    made = receive(here.instance, here.town.people[name], Upload(token, MOVED))
    with writing(here.instance) as work:
        its = sa.select(account.c.id).where(account.c.login == f"{slug(name)}-verifier")
        desk = actor_of(work, work.connection.execute(its).scalar_one())
        take(work, desk, made.id, Taken(Step.REGISTER, 1, How.MACHINE))
    return made.id, serial


@pytest.mark.parametrize("size", SIZES)
def test_a_new_version_takes_the_old_ones_place(
    visit: Visit, here: Province, origin: Origin, size: str
) -> None:
    name = WHO[size]
    old, _ = registered(here, origin, name)
    _, newer = origin.certificate(name, 42)
    desk, own = visit(f"{slug(name)}-verifier", size), visit(slug(name), size)
    desk.goto(f"/incoming/{old}")
    shot(desk, "ask-before")
    desk.click("text=现在向流出地核对")
    desk.get_by_role("heading", name="流出地已签发新版").wait_for()
    shot(desk, "ask-after")
    own.goto("/year/2025")
    assert "下一步：请向流出地索取新版" in own.inner_text("main")
    shot(own, "year-superseded")
    in_english(own)

    new = receive(here.instance, here.town.people[name], Upload(newer, MOVED)).id
    own.goto("/year/2025")
    assert "流出地的新版写得不同" in own.inner_text("main")
    shot(own, "year-replacing")
    own.goto(f"/transfers/{new}")
    assert (own.get_by_text("撤回这次转入").count(), own.get_by_text("退回补正").count()) == (0, 0)
    shot(own, "own-replacing")
    desk.goto("/incoming?show=gone")
    assert "新版等您决定" in desk.inner_text("main")
    shot(desk, "gone-replacing")
    desk.goto(f"/incoming/{new}")
    assert "2025 年度：旧版 30 学时（未完成），新版 72 学时（未完成）" in desk.inner_text("main")
    shot(desk, "case-replacing")
    in_english(desk)
    desk.check("[name=do][value=register]")
    desk.click("text=确认办理")
    desk.get_by_role("heading", name="已取代旧版").wait_for()
    shot(desk, "case-replaced")
    own.goto("/year/2025")
    told = own.inner_text("main")
    assert ("已取代旧版" in told, "公需科目　已登记 72" in told) == (True, True)
    shot(own, "year-replaced")
    own.goto(f"/transfers/{old}")
    assert "由新版取代" in own.inner_text("main")
    shot(own, "own-replaced")


def test_revoked_there_is_told_by_call_and_on_the_year(
    visit: Visit, here: Province, site: str, origin: Origin
) -> None:
    one, serial = registered(here, origin, REVOKED)
    revoke(origin.instance, Withdrawal(serial, "revocation", "false-evidence"))
    with (
        closing(program(here, site, f"{slug(REVOKED)}-verifier")) as desk,
        closing(program(here, site, slug(REVOKED))) as person,
    ):
        assert person.get("/years/2025").json()["changed"] == []
        assert person.post(f"/transfers/{one}/ask", headers=keyed()).status_code == 403
        key = keyed()
        asked = desk.post(f"/transfers/{one}/ask", headers=key)
        assert (asked.status_code, asked.json()["standingThere"]) == (200, "revoked")
        assert desk.post(f"/transfers/{one}/ask", headers=key).headers["Idempotency-Replayed"] == "true"
        (changed,) = person.get("/years/2025").json()["changed"]
        assert (changed["transfer"], changed["next"], changed["held"]) == (str(one), "verifier", True)
    for size in SIZES:
        own = visit(slug(REVOKED), size)
        own.goto("/year/2025")
        assert "下一步：主管部门核对，属实的冲正" in own.inner_text("main")
        shot(own, "year-revoked")
