"""Read by every Python that `./dev moments` starts, before anything else: a `time.sleep` that bears the moved clock.

Debian 12's libfaketime leaves the monotonic clock alone when told to, but still moves the end of a `clock_nanosleep` by it, so that
`time.sleep` fails with EINVAL (wolfcw/libfaketime 426, mended after that version).
"""

import select
import time

time.sleep = lambda seconds: select.select([], [], [], seconds) and None
