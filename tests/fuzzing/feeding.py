"""One fuzzing process: `python -m tests.fuzzing.feeding TARGET LIBFUZZER-ARGUMENTS…`; atheris counts which of our lines are reached."""

import sys
import time

import atheris

with atheris.instrument_imports(include=["verifier", "ledger", "rules", "PIL"]):
    from tests.fuzzing.targets import TARGETS


class TooSlowError(Exception):
    """An input took more of the processor's time than its target allows."""


def main() -> None:
    name, *arguments = sys.argv[1:]
    target = TARGETS[name]

    def one(data: bytes) -> None:
        began = time.process_time()
        target.run(data)
        # The processor's time, not the wall's: others may be using the computer. libFuzzer's own limit ends what hangs.
        if (taken := time.process_time() - began) > target.seconds:
            raise TooSlowError(f"{taken:.1f} s, at most {target.seconds}")

    again = f"{sys.executable} -m tests.fuzzing.feeding {name}"  # merging starts itself anew after an input that broke it
    atheris.Setup([again, *arguments], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
