"""Mutation testing of the rules' engine: `./dev mutate`. What does a test notice, when one place of the code is changed?

cosmic-ray finds the places and makes the changes. Each changed module is imported in a fork of this process, in place
of the real one, and the tests of the rules run there until one fails: no file is touched, nothing is started anew, so
that a change costs about a second. The tests are read from the checkout again and again: leave them alone meanwhile.
Results lie in .cache/mutation: stopped and started again, it goes on; a change that no test noticed is tried again,
for the tests may have become better.

    ./dev mutate                    everything; the list of what survived comes at the end
    ./dev mutate --list             only the list, from the results so far

What survives changes no result; a new survivor that none of these sentences explains is a missing test.

* `==` for `is` and the other way round, on words and enum members, which Python keeps once; `<=` or `>=` for `==` where the
  word is the first or the last of all that are possible there (`transfer_in` of the categories, `minutes` of the units).
* First looks that only save time, before a look that decides: the plain days of a year (years.py 26 to 39), registered
  in time (hints.py 18 to 28 and 49), a day that is tight (pool.py 54 to 70), hours above the day's limit (person_day.py 53).
* `<=` for `<` where equal hours leave nothing to take or to turn (person_day.py 53, pool.py 95, years.py 86); `!=` where it
  cannot be passed (days.py 21, admission.py 26: three people are at most three), `<` where only it can be
  (years.py 68); one number too many that nobody reads (days.py 65).
* Annotations of local variables, which Python does not evaluate (years.py 47); slots; a keyword that may be given by place.
* What a gate before has made impossible: no count of subjects (claims.py 120), no moment of registration (claim.py 79, hints.py 28),
  hours outside the pack that share a day with others (years.py 54), a second row equal to the first (caps.py 80), a deemed flag
  of a filed year in a year without rules (engine.py 61), a pack that begins on 31 December (claims.py 42).
"""

import argparse
import gc
import hashlib
import os
import resource
import sys
from collections.abc import Iterator, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType

import hypothesis
import pytest
from cosmic_ray.commands import init
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import MutationSpec, TestOutcome, WorkerOutcome, WorkResult

CHANGED = [Path("rules/engine.py"), *sorted(Path("rules/formulas").glob("[a-z]*.py"))]
TESTS = Path("tests/rules")
QUICK = ("test_worked_examples", "test_cases")
"""They notice most changes, within half a second; the others run only when these did not."""
OTHERS = (
    "test_overlays",
    "test_explain",
    "test_outlook",
    "test_completion",
    "test_packs",
    "test_cli",
    "test_properties",
)
QUIETLY = (
    "-p",
    "no:cacheprovider",
    "-p",
    "no:unraisableexception",
    "-W",
    "ignore::pytest.PytestAssertRewriteWarning",
)
QUICK_SECONDS, SECONDS = 6, 120
MEMORY = 4 << 30
"""What a change may use, of the processor's time and of memory: one that makes a loop endless counts as noticed."""


class Mutant(SourceFileLoader, MetaPathFinder):
    """Gives changed code for one module."""

    def __init__(self, path: Path, code: str) -> None:
        super().__init__(module_of(path), str(path.resolve()))
        self.changed = code

    def find_spec(self, fullname: str, *_: object) -> ModuleSpec | None:
        return spec_from_file_location(fullname, self.path, loader=self) if fullname == self.name else None

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002  the loader's signature
        return compile(self.changed, self.path, "exec")


def module_of(path: Path) -> str:
    return ".".join(path.with_suffix("").parts)


def forget(names: set[str]) -> None:
    """Let modules be imported anew."""
    for name in names:
        module = sys.modules.pop(name)
        package, _, last = name.rpartition(".")
        if vars(sys.modules.get(package, sys)).get(last) is module:
            delattr(sys.modules[package], last)


def loaded() -> set[str]:
    return {name for name in sys.modules if name.partition(".")[0] in {"rules", "tests"}}


def passes(names: Sequence[str]) -> bool:
    files = [str(TESTS / f"{name}.py") for name in names]
    return pytest.main(["-x", "-q", "--no-header", *QUIETLY, *files]) == 0


def changed_code(mutation: MutationSpec) -> str:
    operator = get_operator(mutation.operator_name)(**mutation.operator_args)
    code = mutate_code(mutation.module_path.read_text("utf-8"), operator, mutation.occurrence)
    assert code is not None
    return code


def survives(path: Path, code: str) -> bool:
    """Run the tests on changed code in a fork; it ends with 0 only when all have passed."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] == 0
    status = 1
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        resource.setrlimit(resource.RLIMIT_CPU, (QUICK_SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        sys.meta_path.insert(0, Mutant(path, code))
        if passes(QUICK):
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
            status = 0 if passes(OTHERS) else 1
    finally:
        os._exit(status)


def prepare() -> None:
    """Import what the changes leave alone, and see that the tests pass without any."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    hypothesis.settings.register_profile("mutation", database=None, derandomize=True, print_blob=False)
    hypothesis.settings.load_profile("mutation")
    import rules.facts
    import rules.reading
    import rules.ruleset  # noqa: F401

    untouched = loaded()
    assert not untouched & {module_of(path) for path in CHANGED}
    if not passes(QUICK + OTHERS):
        sys.exit("测试本身未通过 / the tests do not pass as they are")
    forget(loaded() - untouched)
    gc.freeze()  # what all forks share is not looked through in each of them
    engine = CHANGED[0]
    if not survives(engine, engine.read_text("utf-8")):
        sys.exit("未作改动的副本未通过测试 / the tests do not pass in a fork without any change")


def session() -> Path:
    """One for each state of the code that is changed."""
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in CHANGED)).hexdigest()
    return Path(".cache/mutation") / f"{digest[:16]}.sqlite"


def survivors(results: WorkDB) -> Iterator[tuple[str, MutationSpec]]:
    for item, result in results.completed_work_items:
        if not result.is_killed:
            yield item.job_id, item.mutations[0]


def run(results: WorkDB) -> None:
    prepare()
    pending = [(item.job_id, item.mutations[0]) for item in results.pending_work_items]
    work = [*pending, *survivors(results)]
    for number, (job, mutation) in enumerate(work, 1):
        outcome = (
            TestOutcome.SURVIVED
            if survives(mutation.module_path, changed_code(mutation))
            else TestOutcome.KILLED
        )
        results.set_result(job, WorkResult(WorkerOutcome.NORMAL, test_outcome=outcome))
        print(number, len(work), mutation.module_path, mutation.start_pos[0], outcome, flush=True)  # noqa: T201


def show(results: WorkDB) -> None:
    """Print each survivor with the line as it is and as it was changed."""
    alive = sorted(survivors(results), key=lambda found: (found[1].module_path, found[1].start_pos))
    for _, mutation in alive:
        number = mutation.start_pos[0]
        before = mutation.module_path.read_text("utf-8").splitlines()
        after = changed_code(mutation).splitlines()
        place = f"{mutation.module_path}:{number}"
        print(f"{place}\n  - {before[number - 1].strip()}\n  + {after[number - 1].strip()}")  # noqa: T201
    print(f"{results.num_results} / {results.num_work_items}, survived: {len(alive)}")  # noqa: T201


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--list", action="store_true")
    only_list = parser.parse_args().list
    session().parent.mkdir(parents=True, exist_ok=True)
    with use_db(str(session())) as database:
        if not database.num_work_items:
            init(CHANGED, database, {})
        if not only_list:
            run(database)
        show(database)
