"""`./dev fuzz TARGET…`: feed each target mutated inputs for some minutes (atheris), starting from the kept ones.

    ./dev fuzz                          all six, ten minutes each
    ./dev fuzz pdf --minutes 1
    ./dev fuzz --minutes 0 --keep       only keeps what earlier runs found

The inputs that reached new code stay in .cache/fuzz/TARGET, and the next run goes on from them. With --keep those that reach what no
kept one does, as few as will do, are added to tests/fuzzing/corpus/TARGET, which the tests run through once. An input that raises anything undeclared,
or is past its time or memory, ends the run and is written to .cache/fuzz/TARGET-crash…; mend the cause, and put the input into
tests/fuzzing/found/TARGET, which the tests run.
"""

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
WORK = ROOT / ".cache" / "fuzz"
HANGS = 15
"""Times its limit, by the wall's clock, after which an input counts as one that never ends."""
MEMORY_MB = 2_000
"""As much as a worker of the service has."""


def main() -> int:
    from tests.fuzzing.targets import TARGETS

    parser = argparse.ArgumentParser(prog="./dev fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    if unknown := set(given.targets) - TARGETS.keys():
        parser.error(f"{', '.join(sorted(unknown))}: one of {', '.join(TARGETS)}")
    for name in given.targets or TARGETS:
        target = TARGETS[name]
        mine, kept = WORK / name, HERE / "corpus" / name
        mine.mkdir(parents=True, exist_ok=True)
        words = WORK / f"{name}.words"
        words.write_text("".join(f'"{_escaped(word)}"\n' for word in target.words))
        sys.stderr.write(f"» {name}: {given.minutes:g} min\n")
        limits = [
            f"-timeout={HANGS * target.seconds}",
            f"-rss_limit_mb={MEMORY_MB}",
            f"-max_len={target.longest}",
        ]
        output = [f"-artifact_prefix={WORK}/{name}-", f"-dict={words}", "-print_final_stats=1"]
        time = [f"-max_total_time={max(1, round(given.minutes * 60))}"]
        seeds = [str(folder) for folder in (kept, HERE / "found" / name) if folder.is_dir()]
        if given.minutes and (code := _run(name, *limits, *output, *time, str(mine), *seeds)):
            return code
        if given.keep and (code := _run(name, "-set_cover_merge=1", *limits, str(kept), str(mine))):
            return code
    return 0


def _escaped(word: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word)


def _run(name: str, *arguments: str) -> int:
    """Fuzz in a process of its own: a crash of a native library ends it."""
    return subprocess.run(
        [sys.executable, "-m", "tests.fuzzing.feeding", name, *arguments], cwd=ROOT, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
