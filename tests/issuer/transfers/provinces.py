"""Two complete instances of different provinces, each with its own keys, log, names and rules, that trust each other's issuer."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import yaml

from issuer.config import FILE
from issuer.creation import NewInstance
from issuer.instance import Instance, open_instance, writing
from issuer.people.affiliation import AffiliationKind
from issuer.people.registry import Belonging, move
from issuer.publication import publish
from issuer.registration.procedure import Step
from issuer.transfers.bringing import Received, Upload
from issuer.transfers.service import decide, issue_to_leave, receive
from issuer.transfers.stepping import How, Taken
from issuer.transfers.tables import transfer_in, transfer_in_step, transfer_in_year
from rules.activity import Status
from rules.decision import Decision
from tests.issuer import town
from tests.issuer.registration.office import Office
from tests.issuer.worlds import instance_at
from tests.postgres import unmade
from tests.rules.documents import FLOOR

HERE = NewInstance(host="jxjy.here.example", name_zh="示例甲省签发机关", name_en="Issuer of A", demo=True)
THERE = NewInstance(host="jxjy.there.example", name_zh="示例乙省签发机关", name_en="Issuer of B", demo=True)
REGIONS = {HERE.host: "620000", THERE.host: "440000"}
ROOT = Path(__file__).parents[3]
MOVED = date(2026, 5, 4)
WHOLE_2025 = [
    {"from": f"2025-{month:02d}-09", "to": f"2025-{month:02d}-13", "unit": "full_day"} for month in (3, 6, 9)
]
"""Fifteen days: 120 hours of training."""


def overlay() -> dict[str, Any]:
    """A sector's rule that is in force in one of the two alone."""
    raw: dict[str, Any] = yaml.safe_load((ROOT / "rules/overlays/sample-accounting.yaml").read_text("utf-8"))
    basis = [{**each, "checked": True} for each in raw["basis"]]
    return raw | {"id": "sample-sector", "version": "1.0.0", "status": "in_force", "basis": basis}


def profile(new: NewInstance, **changes: Any) -> dict[str, Any]:
    """How the other one's credentials map: an authority has confirmed it."""
    words = {"zh": new.name_zh, "en": new.name_en}
    return {
        "id": "other",
        "version": "1.0.0",
        "region": REGIONS[new.host],
        "name": words,
        "years": {"first": 2020},
        "status": "in_force",
        "source": {"zh": "示例协议", "en": "a sample agreement"},
        "issuer": f"did:web:{new.host}",
        "units": [{"id": "hours", "zh": "学时", "en": "hours", "hours": "1"}],
        "kinds": [
            {"id": "professional", "zh": "专业", "en": "professional", "kind": "professional"},
            {"id": "public", "zh": "公需", "en": "public", "kind": "public"},
        ],
    } | changes


def write_yaml(path: Path, value: object) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml.safe_dump(value, allow_unicode=True), "utf-8")


def trusting(home: Path, other: Path, new: NewInstance, **changes: Any) -> None:
    """Let the instance in `home` take in what the one in `other` issues."""
    write_yaml(home / "origins/other.yaml", profile(new, **changes))
    public = other / "public"
    lines = {
        "origins": "origins",
        "origins_trust": str(public / "trust-list.jwt"),
        "origins_root": str(public / "trust-root.jwk"),
        "origins_public": str(public),
    }
    with (home / FILE).open("a", encoding="utf-8") as settings:
        settings.writelines(f'{name} = "{value}"\n' for name, value in lines.items())


@contextmanager
def away(home: Path) -> Iterator[None]:
    """An issuer's status lists cannot be had."""
    folder = home / "public/status"
    folder.rename(folder.with_name("gone"))
    yield
    folder.with_name("gone").rename(folder)


class Province:
    """One of the two: its instance, and the office of the person who moves."""

    def __init__(self, home: Path, instance: Instance) -> None:
        self.home, self.instance = home, instance
        self.office = Office(instance, town.build(instance))
        self.person = self.office.person

    def belong(self, day: date) -> None:
        """The person belongs here anew, from a day on."""
        unit = self.office.province.units["local"]
        with writing(self.instance) as work:
            move(work, self.person, Belonging(AffiliationKind.LOCAL_UNIT, day, unit))

    def leave(self) -> bytes:
        """The transfer certificate's token."""
        return issue_to_leave(self.instance, self.person.id).jws.encode()

    def receive(self, data: bytes, moved_on: date, **options: Any) -> Received:
        return receive(self.instance, self.person, Upload(data, moved_on, **options))

    def confirm(self, transfer: UUID, turn: int = 1) -> Status:
        return decide(self.instance, self.office.verifier, transfer, Taken(Step.REGISTER, turn, How.MACHINE))

    def take_in(self, data: bytes, moved_on: date) -> Received:
        """Received, and confirmed by the authority."""
        found = self.receive(data, moved_on)
        assert self.confirm(found.id) is Status.REGISTERED
        return found

    def year(self, year: int) -> Decision:
        return self.office.year(year).decision

    def published(self) -> None:
        publish(self.instance)


def kept(province: Province) -> list[int]:
    with province.instance.engine.connect() as connection:
        tables = (transfer_in, transfer_in_year, transfer_in_step)
        return [connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in tables]


def altered(instance: Instance, **settings: Any) -> Instance:
    return replace(instance, settings=instance.settings.model_copy(update=settings))


def databases(kind: str, folder: Path, server: str) -> tuple[str, str]:
    """The addresses of two databases that nobody has made yet."""
    if kind == "sqlite":
        return f"sqlite:///{folder}/a.db", f"sqlite:///{folder}/b.db"
    return unmade(server), unmade(server)


@contextmanager
def two_provinces(folder: Path, urls: tuple[str, str]) -> Iterator[tuple[Province, Province]]:
    """Both running."""
    a, b = folder / "a", folder / "b"
    instance_at(a, replace(HERE, database=urls[0]))
    instance_at(b, replace(THERE, database=urls[1]))
    write_yaml(b / "rules/public-floor.note.yaml", FLOOR)
    write_yaml(b / "rules/sector.overlay.yaml", overlay())
    with (b / FILE).open("a", encoding="utf-8") as settings:
        settings.write('rules = "rules"\n')
    trusting(a, b, THERE)
    trusting(b, a, HERE)
    with open_instance(a) as one, open_instance(b) as two:
        yield Province(a, one), Province(b, two)
