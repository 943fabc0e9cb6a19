"""A person moves to another province and back: two running instances with rules, keys, logs and names of their own.

    python -m demo.moving [folder]

Everything is made fresh under the folder (out/moving by default). Each instance serves its public files, and the other one
reads them over http when it verifies. Hours are neither doubled nor lost; a second registration of a year is refused.
"""

import argparse
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import uvicorn
import yaml
from rich import box
from rich.console import Console
from rich.table import Table

from demo.__main__ import XUESHI
from issuer.access.accounts import actor_of, add_account, grant
from issuer.access.roles import Actor, Grant, Role
from issuer.app import Health, create_app
from issuer.config import FILE
from issuer.creation import NewInstance, create
from issuer.credentials.sealing import Issued
from issuer.instance import Instance, open_instance, writing
from issuer.people.affiliation import AffiliationKind, AuthorityKind, Place
from issuer.people.identifier import IdType, check_character, read_identifier
from issuer.people.registry import Belonging, enter_professional
from issuer.people.service import Person
from issuer.people.units import NewAuthority, NewUnit, add_authority, add_unit
from issuer.records.gathering import gather
from issuer.registration.base_platform import learn
from issuer.registration.procedure import Step
from issuer.transfers.bringing import Upload
from issuer.transfers.errors import TransferRefused
from issuer.transfers.service import decide, issue_to_leave, receive
from issuer.transfers.stepping import How, Taken
from ledger.store import reading
from rules.decision import Decision, hours_text
from verifier.api import server_config

console = Console(soft_wrap=False, highlight=False)
GANSU = NewInstance(
    "jxjy.example.gov.cn", "甘肃省继续教育示范平台", "Gansu CE platform (specimen)", demo=True
)
THERE = NewInstance(
    "jxjy.there.example",
    "示例乙省继续教育平台",
    "CE platform of province B (specimen)",
    region="示例乙省",
    serial_letters="YB",
    demo=True,
)
CODES = {GANSU.host: "620000", THERE.host: "440000"}
PACK = Path(__file__).parents[1] / "rules" / "packs" / "gansu.yaml"
OTHERWISE = {"required_total": "80", "daily_cap": "6"}
"""What the other province's own measure says otherwise: 80 hours a year, at most 6 a day."""
YEAR = date.today().year - 1  # noqa: DTZ011 - any recent year will do
"""The year in which the person moves away; they come back today."""
MARKS = {(True, "none"): " ✓ ", (True, "origin"): " ✓*"}
BEFORE, LEFT = YEAR - 1, date(YEAR, 5, 4)


@dataclass(frozen=True)
class Province:
    """A running instance, the person who moves as it knows them, and its authority's verifier."""

    instance: Instance
    person: Person
    verifier: Actor

    def train(self, first: str, last: str) -> None:
        self._learn("training", mode="offline", schedule=[{"from": first, "to": last, "unit": "full_day"}])

    def study(self, hours: int, day: str) -> None:
        self._learn("public_online", total_hours=hours, completed_on=day, exam_passed=True)

    def _learn(self, category: str, **facts: Any) -> None:
        """A course of an accredited base: learned and passed, it registers itself."""
        with writing(self.instance) as work:
            learn(
                work,
                self.person,
                {"category": category, "event_key": f"示例班次 {facts}"[:100], **facts},
                "示例基地",
            )

    def leave(self) -> Issued:
        """The transfer certificate to take along."""
        return issue_to_leave(self.instance, self.person.id)

    def take_in(self, certificate: Issued, day: date) -> str:
        """Brought by the person, confirmed by the authority; answers what became of each year."""
        found = receive(self.instance, self.person, Upload(certificate.jws.encode(), day))
        decide(self.instance, self.verifier, found.id, Taken(Step.REGISTER, 1, How.MACHINE))
        took = [f"{one.year} 转入 {hours_text(one.hours)}" for one in found.years]
        return "，".join([*took, *(f"{one.year} 不重复" for one in found.left_out)])

    def refuses(self, certificate: Issued, day: date) -> str:
        """The words with which the same certificate is refused."""
        try:
            receive(self.instance, self.person, Upload(certificate.jws.encode(), day))
        except TransferRefused as error:
            return str(error).partition("；要更正")[0] + "。"
        raise SystemExit("the same year was taken in twice")

    def year(self, year: int) -> Decision:
        with reading(self.instance.engine).connect() as connection:
            found, _ = gather(
                connection, self.instance.library, [self.person.id], year, self.instance.today()
            )
        return found[0].decision


def prepare(out: Path) -> tuple[Path, Path]:
    """Make both instances afresh, each with the other one's trust list pinned; answers their folders.

    Raises:
        SystemExit: `out` holds something that no demonstration made.
    """
    homes = out / "gansu", out / "there"
    if out.exists() and any(out.iterdir()) and not all((home / FILE).exists() for home in homes):
        raise SystemExit(f"{out} 不是演示的目录，不清空。{out} was not made by the demo; it is left alone.")
    shutil.rmtree(out, ignore_errors=True)
    for home, new in zip(homes, (GANSU, THERE), strict=True):
        create(home, new)
    (homes[1] / "rules").mkdir()
    pack = yaml.safe_load(PACK.read_text("utf-8"))
    pack |= {"id": "sample-there", "version": "2.0.0"}  # the later version judges
    pack["title"] = {"zh": "示例乙省学时办法", "en": "Measure of province B (specimen)"}
    for name, value in OTHERWISE.items():
        pack["parameters"][name]["values"][0]["value"] = value
    (homes[1] / "rules/there.pack.yaml").write_text(yaml.safe_dump(pack, allow_unicode=True), "utf-8")
    for home, origin, new in ((homes[0], homes[1], THERE), (homes[1], homes[0], GANSU)):
        lines = trust(home, origin, new) | ({"rules": "rules"} if new is GANSU else {})
        with (home / FILE).open("a", encoding="utf-8") as settings:
            settings.writelines(f'{name} = "{value}"\n' for name, value in lines.items())
    return homes


def trust(home: Path, other: Path, new: NewInstance) -> dict[str, str]:
    """Pin another province's issuers for an instance, and say how its hours are counted here; answers the settings."""
    words = {"zh": new.name_zh, "en": new.name_en}
    kinds = [
        {"id": kind, "zh": zh, "en": kind, "kind": kind}
        for kind, zh in (("professional", "专业科目"), ("public", "公需科目"))
    ]
    profile = {"id": "other", "version": "1.0.0", "region": CODES[new.host], "name": words, "years": {"first": 2023},
               "status": "in_force", "source": {"zh": "示例协议", "en": "a sample agreement"}, "issuer": f"did:web:{new.host}",
               "units": [{"id": "hours", "zh": "学时", "en": "hours", "hours": "1"}], "kinds": kinds}  # fmt: skip
    (home / "origins").mkdir()
    (home / "origins/other.yaml").write_text(yaml.safe_dump(profile, allow_unicode=True), "utf-8")
    public = f"../{other.name}/public"
    return {
        "origins": "origins",
        "origins_trust": f"{public}/trust-list.jwt",
        "origins_root": f"{public}/trust-root.jwk",
        "origins_public": public,
    }


@contextmanager
def running(home: Path, first: date, port: int, origin: int) -> Iterator[Province]:
    """The instance in `home`, serving on a port until the end of the block, with its people entered; it reads the other
    one's files from that one's port.
    """
    with open_instance(home) as opened:
        settings = opened.settings.model_copy(update={"origins_public": f"http://127.0.0.1:{origin}/"})
        instance = replace(opened, settings=settings)
        app = create_app(instance.settings.public, lambda: Health(ready=True, says="demo"), instance=instance)
        server = uvicorn.Server(server_config(app, "127.0.0.1", port))
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            while not server.started and thread.is_alive():
                time.sleep(0.01)
            yield Province(instance, *enter(instance, first))
        finally:
            server.should_exit = True
            thread.join()


def enter(instance: Instance, first: date) -> tuple[Person, Actor]:
    """A school, the person who belongs to it from a day on, and the authority's verifier."""
    body = "62990119900101000"
    identifier = read_identifier(IdType.RESIDENT_ID, body + check_character(body))
    with writing(instance) as work:
        add_authority(work, NewAuthority("hrss", AuthorityKind.PROVINCIAL_HRSS, "示例省人力资源和社会保障厅"))
        county = NewAuthority(
            "county", AuthorityKind.LOCAL_HRSS, "示例县人力资源和社会保障局", "hrss", "629901"
        )
        authority = add_authority(work, county)
        school = add_unit(work, NewUnit(AffiliationKind.LOCAL_UNIT, "示例县第一中学", None, "county"))
        person = enter_professional(
            work, identifier, "示例迁", Belonging(AffiliationKind.LOCAL_UNIT, first, school)
        )
        clerk = add_account(work, "clerk", instance.random_bytes(32), None)
        grant(work, clerk, Grant(Role.VERIFIER, Place(authority_id=authority)))
        return person, actor_of(work, clerk)


def free_ports() -> tuple[int, int]:
    """Two ports of this computer that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        return one.getsockname()[1], other.getsockname()[1]


class Journey:
    """What both provinces know after each step, as a table."""

    def __init__(self, here: Province, there: Province) -> None:
        self._provinces = here, there
        self.refusals: list[str] = []
        self.along = ""
        self.table = Table(box=box.SIMPLE_HEAD, title="调动：甘肃 → 乙省 → 甘肃 there and back")
        self.table.caption = "✓ 完成 complete；✓* 承认流出地的结论 concluded by the origin"
        self.table.add_column("步骤 step", width=38)
        for place in ("甘肃", "乙省"):
            for year in (BEFORE, YEAR):
                self.table.add_column(f"{place}\n{year}", justify="right")

    def tell(self, step: str, refused: str = "") -> None:
        """Add a line: hours of each year, with a tick where it is complete; and keep with which words something was refused."""
        self.refusals += [refused] if refused else []
        decisions = [province.year(year) for province in self._provinces for year in (BEFORE, YEAR)]
        self.table.add_row(
            step, *(hours_text(one.total) + MARKS.get((one.complete, one.deemed), "   ") for one in decisions)
        )


def journey(here: Province, there: Province) -> Journey:
    """There and back."""
    told = Journey(here, there)
    here.train(f"{BEFORE}-03-04", f"{BEFORE}-03-15")
    here.study(30, f"{BEFORE}-06-01")
    here.train(f"{YEAR}-03-10", f"{YEAR}-03-12")
    here.study(10, f"{YEAR}-03-20")
    told.tell("在甘肃学习 learned in Gansu")
    along = here.leave()
    told.along = along.serial
    told.tell(f"带证明到乙省 taken along\n  {there.take_in(along, LEFT)}")
    told.tell("再交一次 brought again\n  拒绝 refused", there.refuses(along, LEFT))
    there.train(f"{YEAR}-06-09", f"{YEAR}-06-13")
    there.study(20, f"{YEAR}-07-01")
    told.tell("在乙省学习 learned in B\n  每天最多 6 学时 at most 6 a day")
    back = there.leave()
    today = here.instance.today()
    told.tell(f"带证明回甘肃 and back\n  {here.take_in(back, today)}")
    told.tell("再交一次 brought again\n  拒绝 refused", here.refuses(back, today))
    return told


def main(out: Path) -> int:
    """Play the journey; 0 when no hour is doubled and none lost."""
    gansu, other = prepare(out)
    one, two = free_ports()
    with running(gansu, date(BEFORE, 1, 1), one, two) as here, running(other, LEFT, two, one) as there:
        told = journey(here, there)
        console.print(told.table)
        for words in told.refusals:
            console.print(f"拒绝 refused：{words}")
        same = here.year(YEAR).total == there.year(YEAR).total
    console.print(
        "学时没有重复，也没有丢失 no hour doubled, none lost" if same else "[red]学时不符 hours differ[/]"
    )
    console.print(
        f"流出地事后撤销 revoke it there: {XUESHI} revoke {told.along} --home {gansu} --reason false-evidence",
        soft_wrap=True,
    )
    console.print(f"乙省核对 and ask again: {XUESHI} transfer recheck --home {other}", soft_wrap=True)
    return int(not same)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?", default=Path("out/moving"))
    raise SystemExit(main(parser.parse_args().folder))
