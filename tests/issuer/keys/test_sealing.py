"""What the database holds sealed, when the key it is under is followed by another: in portions, killed, beside a service."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from issuer.access.accounts import add_account, enrol_second_factor
from issuer.access.tables import account
from issuer.cli import app
from issuer.errors import SettingsError
from issuer.instance import Instance, open_instance, writing
from issuer.keys.errors import KeyStateError, SealBroken
from issuer.keys.ring import Use
from issuer.keys.service import compromise, retire
from issuer.keys.vault import Sealed
from issuer.people.registry import reveal
from issuer.people.tables import identity_document
from issuer.resealing import portions_of, reseal
from issuer.sealed import sealed_by
from issuer.serving import Keeper
from tests.issuer import town
from tests.issuer.conftest import NEW, quiet
from tests.issuer.test_crash import count_points, die
from tests.issuer.town import number
from tests.issuer.worlds import instance_at
from tests.ledger.crashing import run_child
from tests.postgres import unmade

MINUTES = timedelta(minutes=11)


def forget_vault_keys(home: Path) -> None:
    """Leave the instance as those were that had no vault key: all is sealed under the secret of persons."""
    index = home / "keys/index.json"
    infos = [info for info in json.loads(index.read_text()) if info["use"] != "vault"]
    index.write_text(json.dumps(infos))


def fill(instance: Instance) -> town.Town:
    """Six people's numbers and two second factors."""
    built = town.build(instance)
    with writing(instance) as work:
        for login in ("one", "two"):
            account_id = add_account(work, login, instance.random_bytes(32), None)
            enrol_second_factor(work, account_id)
    return built


def under(instance: Instance) -> dict[str, int]:
    with instance.engine.connect() as connection:
        return dict(sealed_by(connection))


def all_open(instance: Instance, people: town.Town) -> bool:
    with writing(instance) as work:
        found = [reveal(work, person, b"k" * 32, "示例") for person in people.people.values()]
        for row in work.connection.execute(sa.select(account)):
            instance.vault.reveal(Sealed(row.totp_sealed, row.totp_sealed_by), row.person_key)
    return found == [number(serial) for serial in range(len(found))]


@pytest.fixture
def old(home: Path) -> Iterator[tuple[Path, town.Town]]:
    forget_vault_keys(home)
    with open_instance(home) as instance:
        built = fill(instance)
        assert under(instance) == {"": 8}
    return home, built


def test_from_the_secret_of_persons_to_a_key_that_is_taken_away(old: tuple[Path, town.Town]) -> None:
    home, people = old
    moment = [datetime.now(UTC)]
    with open_instance(home, now=lambda: moment[0]) as instance:
        first = instance.keys.add(Use.VAULT, instance.now())
        assert all_open(instance, people), "what the secret of persons sealed still opens"
        assert reseal(instance, quiet, portion=3).done == 8
        assert (under(instance), all_open(instance, people)) == ({first.name: 8}, True)
        second = instance.keys.add(Use.VAULT, instance.now() + timedelta(days=1))
        with writing(instance) as work:
            enrol_second_factor(work, 1)
        assert under(instance) == {first.name: 8}, "the next has not begun"
        moment[0] += timedelta(days=1) + MINUTES
        with pytest.raises(KeyStateError, match="8 texts"):
            retire(instance, first.kid)
        with pytest.raises(KeyStateError, match="rotate vault"):
            compromise(instance, first.kid, None)
        backup = home.parent / "backup.db"
        with closing(sqlite3.connect(home / "xueshi.db")) as live, closing(sqlite3.connect(backup)) as copy:
            live.backup(copy)
        shutil.copy(home / "log.highwater", home.parent)
        reseal(instance, quiet)
        retire(instance, first.kid)
        with pytest.raises(SealBroken, match="not in use"):
            instance.vault.reveal(Sealed(b"x" * 40, first.name), b"")
    (home / f"keys/{first.name}.pem").unlink()
    with open_instance(home) as instance:
        assert (under(instance), all_open(instance, people)) == ({second.name: 8}, True)
    shutil.copy(backup, home / "xueshi.db")
    shutil.copy(home.parent / "log.highwater", home)
    with (
        pytest.raises(SettingsError, match=f"8 sealed texts are still under the key {first.name}"),
        open_instance(home),
    ):
        pass


def test_a_key_that_was_taken_away_too_early(old: tuple[Path, town.Town]) -> None:
    home, _people = old
    with open_instance(home) as instance:
        first = instance.keys.add(Use.VAULT, instance.now())
        reseal(instance, quiet)
    key = home / f"keys/{first.name}.pem"
    kept = key.rename(home / "elsewhere")
    with pytest.raises(SettingsError, match=f"8 sealed texts.*{first.name}"), open_instance(home):
        pass
    kept.rename(key)
    with open_instance(home) as instance:
        assert under(instance) == {first.name: 8}


def test_killed_at_every_point_of_resealing(old: tuple[Path, town.Town], tmp_path: Path) -> None:
    home, people = old

    def work() -> None:
        with open_instance(home) as instance:
            reseal(instance, quiet, portion=3)

    with open_instance(home) as instance:
        name = instance.keys.add(Use.VAULT, instance.now()).name
    pristine = tmp_path / "pristine"
    shutil.copytree(home, pristine)
    points = count_points(home, tmp_path / "points", work)
    assert points > 8, points
    mixed = set()
    for point in range(1, points + 1, 2):
        shutil.rmtree(home)
        shutil.copytree(pristine, home)
        die(home, point, work)
        with closing(sqlite3.connect(home / "xueshi.db")) as database:
            query = "SELECT sealed_by, count(*) FROM identity_document GROUP BY 1 ORDER BY 1"
            mixed.add(tuple(database.execute(query)))
        assert run_child(work) == 0, f"the run after point {point}"
        with open_instance(home) as instance:
            assert (under(instance), all_open(instance, people)) == ({name: 8}, True), f"point {point}"
    assert (("", 3), (name, 3)) in mixed, "a portion stood while the rest did not"


def test_rotated_at_the_terminal_beside_a_running_service(old: tuple[Path, town.Town]) -> None:
    """The service holds the database; it takes the key up and seals anew by itself. Without one, the command does."""
    home, people = old
    with open_instance(home) as instance:
        keeper = Keeper(instance)
        keeper.look()
        said = command("keys", "rotate", "vault", "--home", str(home))
        assert "The running service seals anew" in said
        name = instance.vault.newest
        keeper.look()
        assert keeper.health().says.endswith(", 8 sealed texts not yet under the newest key")
        for _ in range(4):
            keeper.look()
        assert (under(instance), all_open(instance, people)) == ({name: 8}, True)
        assert "sealed" not in keeper.health().says
    said = command("keys", "rotate", "vault", "--home", str(home))
    assert f"{name.removesuffix('1')}2: 8" in said
    assert "sealed texts: 8" in command("keys", "list", "--home", str(home))
    assert ": 0" in command("keys", "reseal", "--home", str(home))


def command(*arguments: str) -> str:
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    return done.output


def test_what_does_not_open_stays_and_stops_nobody(old: tuple[Path, town.Town]) -> None:
    home, people = old
    with open_instance(home) as instance:
        ids = [person.id for person in people.people.values()]
        with writing(instance) as work:
            other = work.connection.scalar(
                sa.select(identity_document.c.sealed).where(identity_document.c.person_id == ids[0])
            )
            work.connection.execute(
                sa.update(identity_document)
                .where(identity_document.c.person_id == ids[1])
                .values(sealed=other)
            )
        name = instance.keys.add(Use.VAULT, instance.now()).name
        assert reseal(instance, quiet, portion=2).broken == 1, (
            "another person's number put in this one's place"
        )
        assert under(instance) == {"": 1, name: 7}
        keeper = Keeper(instance)
        for _ in range(3):
            keeper.look()
        assert keeper.health().says.endswith(", 1 sealed texts that do not open")


def test_what_somebody_writes_meanwhile_is_left(postgres: str, tmp_path: Path) -> None:
    instance_at(tmp_path / "instance", replace(NEW, database=unmade(postgres)))
    with open_instance(tmp_path / "instance") as instance:
        fill(instance)
        instance.keys.add(Use.VAULT, instance.now())

        def write_first(connection: sa.Connection, _cursor: object, statement: str, *_more: object) -> None:
            if statement.startswith("UPDATE account SET totp_sealed=") and not told:
                told.append(None)
                with writing(instance) as work:
                    enrol_second_factor(work, 1)
                    told[0] = work.connection.scalar(sealed)

        sealed = sa.select(account.c.totp_sealed).where(account.c.id == 1)
        told: list[bytes | None] = []
        sa.event.listen(instance.engine, "before_cursor_execute", write_first)
        for _ in portions_of(instance):
            pass
        with instance.engine.connect() as connection:
            assert told[0] is not None
            assert connection.scalar(sealed) == told[0]
