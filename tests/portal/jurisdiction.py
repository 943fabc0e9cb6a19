"""One county's records of every kind, made afresh for each question, and who is asked: each role, here and elsewhere."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

import httpx
import sqlalchemy as sa

from issuer.access.accounts import actor_of, add_account, grant
from issuer.access.roles import Actor, Grant, Role
from issuer.access.tables import account
from issuer.database import Paging
from issuer.evidence.proof import Proof
from issuer.evidence.service import Upload, keep
from issuer.evidence.tables import declaration_evidence
from issuer.findings import service as findings
from issuer.findings.recording import NewFinding
from issuer.findings.subject import About
from issuer.findings.way import Kind as Finding
from issuer.findings.way import Sort
from issuer.governance import service as governing
from issuer.governance.entering import Entering
from issuer.governance.entries import read_body
from issuer.inspection.service import open_by_id
from issuer.instance import writing
from issuer.intake.holding import Held, list_held
from issuer.people.identifier import IdType, read_identifier
from issuer.personnel import changes
from issuer.personnel.newcomers import Newcomer
from issuer.personnel.service import enter
from issuer.personnel.wanted import NewEmployer, NewSeries
from issuer.registration import conduct
from issuer.registration.archives import NewArchive
from issuer.registration.declarations import Draft, Taken, take
from issuer.registration.procedure import Step
from issuer.registration.tables import declaration
from issuer.transfers.copying import Copied
from issuer.transfers.paper import read_paper
from issuer.transfers.service import decide, receive_paper
from issuer.transfers.stepping import How
from issuer.transfers.stepping import Taken as Decided
from issuer.transfers.tables import transfer_in
from ledger.store import reading
from ledger.tables import event
from tests.intake.dirt import row
from tests.intake.sending import send, write
from tests.issuer.evidence.samples import jpeg
from tests.issuer.town import declarant, number, training
from tests.portal.moving import code
from tests.portal.province import Province
from tests.portal.senders import client_of, sent, token_for

NOBODY = None
PERSON, REVIEWER, VERIFIER = "local-unit", "local-unit-reviewer", "local-unit-verifier"
INSPECTOR = "inspector"
SENDER, OTHER_SENDER = "a registration system", "another registration system"
"""Clients, which have a token for calls and no account: on pages they are nobody."""
LOGINS: Mapping[str | None, frozenset[Role]] = {
    NOBODY: frozenset(),
    OTHER_SENDER: frozenset({Role.SENDER}),
    SENDER: frozenset({Role.SENDER}),
    "central-unit": frozenset({Role.PROFESSIONAL}),
    "foreign-reviewer": frozenset({Role.REVIEWER}),
    "central-unit-reviewer": frozenset({Role.REVIEWER}),
    "foreign-verifier": frozenset({Role.VERIFIER}),
    "foreign-department": frozenset({Role.DEPARTMENT}),
    "foreign-inspector": frozenset({Role.INSPECTOR}),
    "foreign-administrator": frozenset({Role.ADMINISTRATOR}),
    "department": frozenset({Role.DEPARTMENT}),
    "inspector": frozenset({Role.INSPECTOR}),
    PERSON: frozenset({Role.PROFESSIONAL}),
    REVIEWER: frozenset({Role.REVIEWER}),
    VERIFIER: frozenset({Role.VERIFIER}),
    "administrator": frozenset({Role.ADMINISTRATOR}),
    "second-administrator": frozenset({Role.ADMINISTRATOR}),
}
"""Whose business the county's school is comes last, so that nobody was refused only because the thing was done already."""
_MORE = {
    "foreign-department": (Role.DEPARTMENT, "authority:gs-new-area"),
    "foreign-inspector": (Role.INSPECTOR, "authority:gs-new-area"),
    "foreign-administrator": (Role.ADMINISTRATOR, "authority:gs-new-area"),
    "second-administrator": (Role.ADMINISTRATOR, "authority:gs"),
}
MARK = "示例不外传"
"""Stands in whatever is shown of the county's records, and of nothing else."""


@dataclass(frozen=True)
class World:
    """The province with these people, each with a session of their own."""

    here: Province
    site: str
    senders: Mapping[str, str]
    """Tokens of registration systems."""
    series_years: Iterator[int]
    paper_years: Iterator[int]
    deferral_years: Iterator[int]
    courses: Iterator[int]
    """Numbers of courses that a registration system sends too."""

    @staticmethod
    def of(here: Province, site: str) -> "World":
        with writing(here.instance) as work:
            for login, (role, place) in _MORE.items():
                made = add_account(work, login, here.instance.random_bytes(32), None)
                grant(work, made, Grant(role, here.place(place)))
        tokens = {
            login: token_for(site, *client_of(here)).json()["access_token"]
            for login in (SENDER, OTHER_SENDER)
        }
        years = [iter(range(*years)) for years in ((2000, 2027), (2016, 2026), (2028, 2100))]
        return World(here, site, tokens, *years, courses=iter(range(500, 600)))

    def client(self, login: str | None) -> tuple[httpx.Client, str]:
        """Somebody with a session, as a browser and as a program at once; and the key of its forms."""
        made = httpx.Client(base_url=self.site, trust_env=False, timeout=60)
        if login is None or login in self.senders:
            if login is not None:
                made.headers["authorization"] = f"Bearer {self.senders[login]}"
            return made, ""
        session = self.here.session(login)
        made.cookies.set("xueshi", session.token or "")
        made.headers["authorization"] = f"Bearer {session.token}"
        return made, session.form_key

    def actor(self, login: str) -> Actor:
        whose = self._id(login)
        with writing(self.here.instance) as work:
            return actor_of(work, whose)

    def written(self) -> tuple[int, ...]:
        """Rows that a use case would add to, or change."""
        with reading(self.here.instance.engine).connect() as connection:
            counted = [
                connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
                for table in (event, declaration, declaration_evidence)
            ]
            turns = connection.execute(sa.select(sa.func.sum(declaration.c.turn))).scalar_one()
        return (*counted, turns or 0)

    @cached_property
    def picture(self) -> bytes:
        return jpeg()

    @cached_property
    def proof(self) -> Proof:
        return keep(self.here.instance, Upload("示例.jpg", self.picture))

    @cached_property
    def seen_change(self) -> UUID:
        """A change that is only looked at."""
        return self.change()

    @cached_property
    def seen_transfer(self) -> UUID:
        """A transfer that is only looked at."""
        return self.transfer()

    @cached_property
    def seen_entry(self) -> UUID:
        """An entry that is only looked at."""
        return self.deferral()

    @cached_property
    def seen_held(self) -> UUID:
        """A held import that is only looked at."""
        return self.held().id

    def draft(self, steps: int = 0, proofs: Sequence[Proof] | None = None, **claims: Any) -> UUID:
        """A declaration: a draft, or after so many of its steps to the register."""
        person, instance = self.here.town.people["local unit"], self.here.instance
        new = Draft(f"{MARK} {uuid4()}", training(**claims))
        made = conduct.draft(instance, person, new, [self.proof] if proofs is None else proofs)
        way = (
            (declarant(person), Step.SUBMIT),
            (self.actor(REVIEWER), Step.APPROVE),
            (self.actor(VERIFIER), Step.REGISTER),
        )
        with writing(instance) as work:
            for turn, (actor, step) in enumerate(way[:steps]):
                take(work, actor, made, Taken(step, turn))
        return made

    def change(self) -> UUID:
        """A title series that the person asked for, of another year each time."""
        person = self.here.town.people["local unit"]
        new = NewSeries(year=next(self.series_years), series="工程")
        with writing(self.here.instance) as work:
            return changes.ask(work, declarant(person), person, changes.Asked(new, MARK, [self.proof]))

    @cached_property
    def newcomer(self) -> int:
        """Somebody whom the school's reviewer entered, and who has no account."""
        identifier = read_identifier(IdType.RESIDENT_ID, number(902))
        where = NewEmployer(unit=code(self.here, "local"), first=date(2026, 3, 2))
        return enter(self.here.instance, self.actor(REVIEWER), Newcomer(identifier, MARK, where)).id

    @cached_property
    def opened(self) -> int:
        """The person whose file the inspector has opened."""
        person = self.here.town.people["local unit"].id
        return open_by_id(self.here.instance, self.actor(INSPECTOR), person, MARK).id

    def inspected(self) -> UUID:
        """A registration of theirs."""
        return self.draft(3) if self.opened else UUID(int=0)

    @cached_property
    def moved(self) -> UUID:
        """A transfer of the person whose file the inspector has opened."""
        return self.seen_transfer if self.opened else UUID(int=0)

    def transfer(self, steps: int = 0) -> UUID:
        """Papers of another province, of another year each time: brought, approved, registered."""
        person, year = self.here.town.people["local unit"], next(self.paper_years)
        row = {"year": year, "unit": "hours", "amounts": {"public": 30}, "complete": True}
        words = {"region": "510000", "office": MARK, "document_no": f"示{year}", "moved_on": "2026-03-02"}
        copied = Copied(read_paper(words | {"years": [row]}), (self.proof,))
        made = receive_paper(self.here.instance, person, copied)
        way = ((REVIEWER, Step.APPROVE), (VERIFIER, Step.REGISTER))
        for turn, (login, step) in enumerate(way[:steps], 1):
            how = How.ORIGINAL
            decide(self.here.instance, self.actor(login), made, Decided(step, turn, how, words="示例"))
        return made

    def transfer_gone(self) -> UUID:
        """One that is registered and, as it was found, revoked at its origin."""
        made = self.transfer(2)
        with writing(self.here.instance) as work:
            its = transfer_in.c.id == made
            work.connection.execute(sa.update(transfer_in).where(its).values(standing_there="revoked"))
        return made

    def deferral(self) -> UUID:
        """An entry that the county's bureau made of the person."""
        person = self.here.town.people["local unit"]
        year = next(self.deferral_years)
        body = {"kind": "deferral", "year": year, "reason_code": "other", "due": f"{year + 1}-12-31"}
        entering = Entering(read_body(body), "甘示〔2026〕1号", MARK, person)
        return governing.enter(self.here.instance, self.actor(VERIFIER), entering)

    def archive(self) -> UUID:
        """A learning archive that the employer keeps of the person."""
        new = NewArchive(self.here.town.people["local unit"].id, 2026, "individual", MARK, "示例", Decimal(8))
        return conduct.build_archive(self.here.instance, self.actor(REVIEWER), new)

    @cached_property
    def sending(self) -> str:
        """A file that a registration system sent, whatever is in it."""
        headers = {"authorization": f"Bearer {self.senders[SENDER]}"}
        with httpx.Client(
            base_url=f"{self.site}/api", headers=headers, trust_env=False, timeout=60
        ) as client:
            return str(sent(client, MARK.encode(), asOf="2026-11-01").json()["id"])

    def held(self) -> Held:
        """A course that was declared and registered, and that a registration system sent afterwards."""
        number = next(self.courses)
        declared = self.draft(3, event_key=f"K{number:04d}")
        with TemporaryDirectory() as folder:
            send(self.here.instance, write(Path(folder) / "held.csv", [row(0, number)]))
        verifier = self.actor(VERIFIER)
        with reading(self.here.instance.engine).connect() as connection:
            found = list_held(connection, self.here.instance.library, verifier, Paging())
        return next(one for one in found if one.declaration_id == declared)

    @cached_property
    def seen_finding(self) -> UUID:
        """A finding that is only looked at."""
        return self.finding()

    def finding(self) -> UUID:
        """What the inspector found of a registration of the person's, waiting for its answer."""
        about = About(Sort.DECLARATION, str(self.inspected()))
        due = self.here.instance.today() + timedelta(days=10)
        return findings.write(
            self.here.instance, self.actor(INSPECTOR), NewFinding(about, Finding.EVIDENCE, MARK, due)
        )

    def exam(self) -> UUID:
        """A list's line that waits for its second administrator."""
        body = {"kind": "exam", "name": f"{MARK}{uuid4()}", "first": "2026-01-01"}
        entering = Entering(read_body(body), "甘示〔2026〕2号", MARK)
        return governing.enter(self.here.instance, self.actor("administrator"), entering)

    def _id(self, login: str) -> int:
        with reading(self.here.instance.engine).connect() as connection:
            its = sa.select(account.c.id).where(account.c.login == login)
            return int(connection.execute(its).scalar_one())
