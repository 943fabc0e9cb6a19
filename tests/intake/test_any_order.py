"""However rows are split into files, in whatever order and how often these come, and wherever a run is killed: the same hours.

First the decision alone, on thousands of invented histories; then whole imports on both databases; then imports in processes of
their own that are killed with SIGKILL at their points of no return, and at moments that nobody chose.
"""

import functools
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.instance import Instance, open_instance
from issuer.intake.asked import Asked
from issuer.intake.contents import Content
from issuer.intake.planning import Known, Record, Standing, State, Wanted, plan
from issuer.intake.profiles import find_profile
from issuer.intake.service import import_file
from tests.intake.dirt import row
from tests.intake.sending import hold_together, quiet, registered_hours, write
from tests.issuer import town
from tests.issuer.conftest import NEW
from tests.issuer.town import Town
from tests.issuer.worlds import instance_at
from tests.ledger.crashing import Points, run_child

KILLED = -signal.SIGKILL


class World:
    """What the database would keep, in memory: a plan is applied as `registering` writes it."""

    def __init__(self) -> None:
        self.records: dict[bytes, Record] = {}
        self.standing: dict[UUID, Standing] = {}

    def take(self, rows: Sequence[Wanted]) -> None:
        said = {one.record.activity for one in rows} | {
            self.records[one.key].activity for one in rows if one.key in self.records
        }
        known = Known(
            {one.key: self.records[one.key] for one in rows if one.key in self.records},
            {one: self.standing[one] for one in said if one in self.standing},
            Counter(
                one.activity
                for one in self.records.values()
                if one.state is State.LIVE and one.activity in said
            ),
        )
        made = plan(rows, known)
        self.records |= {key: record for key, (record, _) in made.records.items()}
        for ones, to in ((made.fresh, Standing.REGISTERED), (made.restored, Standing.REGISTERED)):
            self.standing |= dict.fromkeys(ones, to)
        self.standing |= dict.fromkeys(made.reversed, Standing.REVERSED)

    def registered(self) -> set[UUID]:
        return {one for one, standing in self.standing.items() if standing is Standing.REGISTERED}


def wanted(number: int, key: int, revision: int, activity: int | None) -> Wanted:
    state = State.DELETED if activity is None else State.LIVE
    one = None if activity is None else UUID(int=activity + 1)
    content = (
        None
        if activity is None
        else Content("", b"", ("", ""), "training", None, "", None, None, Decimal(activity))
    )
    return Wanted(number, bytes([key]), Record(f"n{revision:015d}", state, one), 1, b"", content, "")


ROWS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 2), st.none() | st.integers(0, 2)), min_size=1, max_size=12
)


@given(ROWS, st.data())
def test_the_decision_does_not_depend_on_order_splitting_or_repetition(
    rows: list[tuple[int, int, int | None]], data: st.DataObject
) -> None:
    all_at_once, otherwise = World(), World()
    told = [wanted(number, *one) for number, one in enumerate(rows)]
    all_at_once.take(told)
    repeated = told + data.draw(st.lists(st.sampled_from(told), max_size=6))
    shuffled = data.draw(st.permutations(repeated))
    while shuffled:
        size = data.draw(st.integers(1, len(shuffled)))
        otherwise.take(shuffled[:size])
        shuffled = shuffled[size:]
    assert otherwise.registered() == all_at_once.registered()
    for world in (all_at_once, otherwise):
        stands = {one.activity for one in world.records.values() if one.state is State.LIVE}
        assert world.registered() == stands, "what is registered is what a record that stands says"


HISTORY = [
    row(0, 1), row(0, 1), row(1, 2), row(1, 2, C="R0020"), row(2, 3), row(2, 3, K="20", M="2025-08-01"),
    row(3, 4), row(3, 4, N="作废", M="2025-09-01"), row(4, 5, N="作废", M="2025-09-01"), row(4, 5), row(5, 6), row(5, 6, K="8"),
    row(0, 7, K="12"), row(0, 8, K="16", M="2025-10-01"), row(0, 8, K="15"), row(1, 9, K="10学分"),
]  # fmt: skip
"""A record twice; under two numbers; corrected; withdrawn; withdrawn first; contradicting itself; and one that is refused."""
WANTED = {1: [12, 16, 30], 2: [30], 3: [20]}


def of_a_system(name: str) -> functools.partial[object]:
    """Importing as a system of that name, so that one history is not another's."""
    profile = find_profile("base-platform")
    mine = replace(profile, written=profile.written.model_copy(update={"system": name}))
    return functools.partial(import_file, profile=mine, tick=quiet)


@pytest.mark.parametrize("seed", range(3))
def test_whole_imports_in_any_order(instance: Instance, province: Town, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 no secret
    rows = [*HISTORY, *chance.choices(HISTORY, k=5)]
    chance.shuffle(rows)
    files = 0
    while rows:
        size = chance.randint(1, len(rows))
        path = write(tmp_path / f"{files}.csv", rows[:size])
        of_a_system("any")(instance, path, asked=Asked(portion=chance.randint(1, 4)))
        rows, files = rows[size:], files + 1
    assert registered_hours(instance) == WANTED
    hold_together(instance)


def send_in_a_process(home: Path, path: Path) -> None:
    with open_instance(home) as opened:
        import_file(opened, path, find_profile("base-platform"), Asked(portion=4), quiet)


@pytest.fixture
def killed_home(url: str, tmp_path: Path) -> Path:
    instance_at(tmp_path / "instance", replace(NEW, database=url))
    with open_instance(tmp_path / "instance") as opened:
        town.build(opened)
    return tmp_path / "instance"


def test_killed_at_points_of_no_return(killed_home: Path, tmp_path: Path) -> None:
    """Each run dies at a point of its own, further on each time, and the next goes on; the last one comes through."""
    path = write(tmp_path / "a.csv", HISTORY)
    send = functools.partial(send_in_a_process, killed_home, path)
    deaths = 0
    for point in range(1, 40, 3):

        def die(point: int = point) -> None:
            Points(point).watch(killed_home)
            send()

        deaths += run_child(die) == KILLED
    assert deaths >= 5
    assert run_child(send) == 0
    with open_instance(killed_home) as opened:
        assert registered_hours(opened) == WANTED
        hold_together(opened)


SENDER = """
import sys
from pathlib import Path
from issuer.instance import open_instance
from issuer.intake.profiles import find_profile
from issuer.intake.asked import Asked
from issuer.intake.service import import_file

with open_instance(Path(sys.argv[1])) as opened:
    import_file(opened, Path(sys.argv[2]), find_profile("base-platform"), Asked(portion=2, apart_from=0), lambda _, row: print(row, flush=True))
"""


def test_killed_from_outside_while_it_works(killed_home: Path, tmp_path: Path) -> None:
    """A process that tells how far it is, killed from outside after each further portion, whatever it and its reader do then."""
    path = write(tmp_path / "a.csv", HISTORY)
    words = [sys.executable, "-c", SENDER, str(killed_home), str(path)]
    seen: list[int] = []
    for _ in range(4):
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as sender:
            assert sender.stdout is not None
            seen.append(int(sender.stdout.readline()))
            sender.kill()
        assert sender.returncode == KILLED
    assert seen == sorted(set(seen)), "each run goes on behind the one before"
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    with open_instance(killed_home) as opened:
        assert registered_hours(opened) == WANTED
        hold_together(opened)
