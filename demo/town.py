"""A town to try the portal with: a hospital, its offices, an account for every duty, and work on everybody's desk.

It is made at the first start, in one transaction, so that a start cut short leaves nothing; passwords are drawn anew at each.
"""

import base64
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from PIL import Image, ImageDraw, ImageFont

from issuer.access.accounts import actor_of, add_account, enrol_second_factor, grant, hash_password
from issuer.access.roles import Actor, Grant, Role
from issuer.access.tables import account
from issuer.errors import SettingsError
from issuer.evidence.proof import Proof
from issuer.evidence.service import Upload, attach, keep
from issuer.instance import Instance, Transaction, writing
from issuer.people.affiliation import AffiliationKind, AuthorityKind, Place
from issuer.people.identifier import IdType, check_character, read_identifier
from issuer.people.registry import Belonging, enter_professional, find, move
from issuer.people.service import Person
from issuer.people.units import NewAuthority, NewUnit, add_authority, add_unit, provincial_hrss
from issuer.registration.declarations import Draft, Taken, draft, take
from issuer.registration.procedure import Step
from ledger.store import reading

PROFESSIONAL, NUMBER = "demo-professional", "629901199004120123"
"""The login, and the number of the demonstration's first person, whose 2025 is issued."""
OFFICERS = {
    "demo-reviewer": Role.REVIEWER,
    "demo-verifier": Role.VERIFIER,
    "demo-administrator": Role.ADMINISTRATOR,
    "demo-second-administrator": Role.ADMINISTRATOR,
    "demo-inspector": Role.INSPECTOR,
}
COURSE = "急救技能培训班"
AGAIN = "基层急救技能培训"
"""What the professional is about to declare, and may have declared already."""

_COLLEAGUES = ("林知远", "何以宁", "许念安", "沈秋白", "顾长宁", "周予安")
_SERIF = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"
_DAYS_AGO = 21
"""When COURSE began; the others are told from there."""


@dataclass(frozen=True)
class _Event:
    """A training that several people went to: when it began, from COURSE's first day, and how many days it took."""

    title: str
    begins: int
    days: int

    def of(self, first: date, days: int | None = None) -> Draft:
        """Somebody's declaration of it, who says that it took `days`."""
        return Draft(self.title, _training(first + timedelta(self.begins), days or self.days))


_NOTES, _HYGIENE = _Event("门诊病历书写规范培训班", -30, 3), _Event("医院感染防控培训班", -14, 2)
_AID = _Event(COURSE, 0, 3)
_EVENTS = (_NOTES, _HYGIENE, _AID)


@dataclass(frozen=True)
class Specimen:
    """A login to try, with the password of this start; `secret` for the authenticator app where a code is needed."""

    login: str
    password: str
    secret: str | None


def specimens(instance: Instance) -> list[Specimen]:
    """Make the town where it is missing, and give each account a new password.

    Raises:
        SettingsError: the instance is no demo; nothing of this belongs in a real one.
    """
    if not instance.settings.demo:
        raise SettingsError("只有演示实例才有示例账号 only a demo has specimen accounts")
    with reading(instance.engine).connect() as connection:
        missing = provincial_hrss(connection) is None
    if missing:
        first = instance.today() - timedelta(_DAYS_AGO)
        proofs = {one.title: keep(instance, Upload("证书.png", _certificate(one, first))) for one in _EVENTS}
        with writing(instance) as work:
            _build(work, first, proofs)
    with writing(instance) as work:
        names = (PROFESSIONAL, *OFFICERS)
        rows = work.connection.execute(
            sa.select(account).where(account.c.login.in_(names)).order_by(account.c.id)
        )
        return [_renew(work, row.id, row.login) for row in rows.all()]


def _renew(work: Transaction, account_id: int, login: str) -> Specimen:
    password = base64.urlsafe_b64encode(work.instance.random_bytes(12)).decode()
    values = {"password_hash": hash_password(password), "failures": 0, "wait_until": None}
    work.connection.execute(sa.update(account).where(account.c.id == account_id).values(values))
    secret = enrol_second_factor(work, account_id).secret if login in OFFICERS else None
    return Specimen(login, password, secret)


@dataclass(frozen=True)
class _Town:
    """Who acts in it: professionals, the first of them the demonstration's own, and officers by their login."""

    people: list[Person]
    officers: dict[str, Actor]
    first: date
    """COURSE's first day."""
    proofs: Mapping[str, Proof]
    """By the title of what they prove."""


def _build(work: Transaction, first: date, proofs: Mapping[str, Proof]) -> None:
    root = NewAuthority("demo", AuthorityKind.PROVINCIAL_HRSS, "示例省人力资源和社会保障厅")
    city = NewAuthority("demo-city", AuthorityKind.LOCAL_HRSS, "示例市人力资源和社会保障局", root.code)
    province, bureau = add_authority(work, root), add_authority(work, city)
    hospital = add_unit(work, NewUnit(AffiliationKind.LOCAL_UNIT, "示例市第一人民医院", None, city.code))
    people = _staff(work, hospital)
    add_account(work, PROFESSIONAL, people[0].key, None)
    places = {Role.REVIEWER: Place(hospital), Role.VERIFIER: Place(None, bureau)}
    officers = {}
    for login, role in OFFICERS.items():
        made = add_account(work, login, work.instance.random_bytes(32), None)
        grant(work, made, Grant(role, places.get(role, Place(None, province))))
        officers[login] = actor_of(work, made)
    _desks(work, _Town(people, officers, first, proofs))


def _staff(work: Transaction, hospital: int) -> list[Person]:
    belonging = Belonging(AffiliationKind.LOCAL_UNIT, date(2024, 1, 1), hospital)
    identifier = read_identifier(IdType.RESIDENT_ID, NUMBER)
    own = find(work.connection, identifier.person_key(work.instance.person_secret))
    if own is None:
        own = enter_professional(work, identifier, "韩若溪", belonging)
    else:
        move(work, own, belonging)
    return [
        own,
        *(
            enter_professional(work, read_identifier(IdType.RESIDENT_ID, _number(serial)), name, belonging)
            for serial, name in enumerate(_COLLEAGUES)
        ),
    ]


def _number(serial: int) -> str:
    """A number that passes the check digit and is nobody's: there is no region 629901."""
    known = f"6299011990010{serial + 1}{serial:03d}"
    return known + check_character(known)


def _desks(work: Transaction, town: _Town) -> None:
    """Two events for the reviewer and one for the verifier; for the professional one registered, one returned, one begun."""
    own, *others = town.people
    for person in (own, *others[:3]):
        _declared(work, town, person, _NOTES.of(town.first), 3)
    for person in others[2:]:
        _declared(work, town, person, _HYGIENE.of(town.first), 2)
    lecture = _Event("合理用药专题讲座", -9, 1).of(town.first)
    returned = _declared(work, town, own, lecture, 1)
    take(
        work, town.officers["demo-reviewer"], returned, Taken(Step.RETURN, 1, "R03", "请补传签到表或结业证书")
    )
    _declared(work, town, own, _AID.of(town.first, 5), 1)
    for person in others:
        _declared(work, town, person, _AID.of(town.first), 1)
    _declared(work, town, others[0], _Event("高压电工培训", 7, 3).of(town.first), 1)
    attach(work, draft(work, own, _Event(AGAIN, 2, 2).of(town.first)), [town.proofs[COURSE]])


def _declared(work: Transaction, town: _Town, person: Person, new: Draft, steps: int) -> UUID:
    """Declare, with the proof if there is one, and go on for so many steps: submitted, approved by the employer, registered."""
    made = draft(work, person, new)
    attach(work, made, [town.proofs[new.title]] if new.title in town.proofs else [])
    way = (
        (Actor(0, person.key), Step.SUBMIT),
        (town.officers["demo-reviewer"], Step.APPROVE),
        (town.officers["demo-verifier"], Step.REGISTER),
    )
    for turn, (actor, step) in enumerate(way[:steps]):
        take(work, actor, made, Taken(step, turn))
    return made


def _training(first: date, days: int) -> dict[str, Any]:
    last = first + timedelta(days - 1)
    when = {"from": first.isoformat(), "to": last.isoformat(), "unit": "full_day"}
    return {"category": "training", "mode": "offline", "schedule": [when]}


def _certificate(event: _Event, course: date) -> bytes:
    """A certificate of attendance, as its organiser prints it."""
    first = course + timedelta(event.begins)
    last = first + timedelta(event.days - 1)
    sheet = Image.new("RGB", (900, 630), "#fffef8")
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((0, 0, 899, 629), outline="#8a6d3b", width=2)
    pen.rectangle((24, 24, 875, 605), outline="#b08d57", width=5)
    pen.text((450, 115), "结业证书（示例）", fill="#8f1b1e", anchor="mm", font=ImageFont.truetype(_SERIF, 58))
    for at, line in (
        (240, f"参加{event.title}，学习期满，"),
        (312, f"{first:%Y 年 %-m 月 %-d 日}至 {last:%-m 月 %-d 日}，共 {8 * event.days} 学时。"),
        (456, "主办：示例医学会"),
    ):
        pen.text((100, at), line, fill="#23201c", anchor="lm", font=ImageFont.truetype(_SERIF, 34))
    made = io.BytesIO()
    sheet.save(made, "PNG")
    return made.getvalue()
