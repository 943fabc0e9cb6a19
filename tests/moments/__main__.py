"""Runs the tests that need no browser at moments that are awkward for a clock: `./dev moments`, whose arguments go to pytest.

The clock of every process is moved by libfaketime; the times of files, which the kernel writes, and the monotonic clock are not.
"""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

MOMENTS = {
    "2026-12-31T15:50": "Shanghai's last minutes of a year",
    "2026-12-31T16:10": "the new year has begun in Shanghai, not in UTC",
    "2027-03-30T16:30": "the last day of declaring, just begun",
    "2027-03-31T17:59": "the night after it: a deadline of that day has passed in Shanghai",
    "2028-02-28T16:30": "a leap day, just begun",
    "2028-02-29T23:59": "the minute before UTC follows into March",
}
"""UTC, eight hours behind Shanghai."""


def main() -> int:
    """Run them one after the other; answers the number of moments at which a test failed."""
    failed = 0
    for moment, why in MOMENTS.items():
        sys.stderr.write(f"» {moment}Z: {why}\n")
        # As a distance, so that a process that is started later goes by the same clock.
        away = datetime.fromisoformat(moment).replace(tzinfo=UTC) - datetime.now(UTC)
        tests = [
            sys.executable,
            "-m",
            "pytest",
            "-m",
            "not browser",
            "-n",
            "auto",
            "--dist",
            "loadfile",
            *sys.argv[1:],
        ]
        environment = {"PYTHONPATH": str(Path(__file__).parent), "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        done = subprocess.run(
            ["faketime", "-m", "-f", f"{away.total_seconds():+.0f}", *tests],
            env=os.environ | environment,
            check=False,
        )
        failed += done.returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
