"""A thread beside the requests that looks, again and again, for something to do."""

import contextlib
import threading
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def looking(name: str, look: Callable[[], None], pause: float, stop: threading.Event) -> Iterator[None]:
    """Call `look` every `pause` seconds until the end of the block, or until `stop` is set; then wait for the last look to end.

    What `look` raises ends the thread, so it raises nothing that may happen.
    """

    def run() -> None:
        while not stop.wait(pause):
            look()

    thread = threading.Thread(target=run, name=name)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
