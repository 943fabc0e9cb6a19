"""One fuzzing process: `python -m tests.fuzzing.feeding TARGET LIBFUZZER-ARGUMENTS…`; atheris counts which of our lines are reached."""

import sys

import atheris

with atheris.instrument_imports(include=["verifier", "ledger", "rules", "PIL"]):
    from tests.fuzzing.targets import TARGETS


def main() -> None:
    name, *arguments = sys.argv[1:]
    atheris.Setup([sys.argv[0], *arguments], TARGETS[name].run)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
